// The service worker: the app opens without a network. What it caches is the app itself, never messages. The build fills in the files of
// this version; a new version is another worker with another cache.

export {};
declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build. */
declare const __KITH_FILES__: { readonly version: string; readonly files: readonly string[] };

interface ServiceWorkerGlobalScope {
  readonly registration: { showNotification(title: string, options: object): Promise<void>; getNotifications(options: object): Promise<readonly unknown[]> };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: object): Promise<readonly { readonly visibilityState: string; readonly url: string; focus(): Promise<unknown>; postMessage(data: unknown): void }[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly location: { readonly origin: string };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}
interface WorkerEvent extends Event {
  readonly request: Request;
  readonly data: { json(): unknown } | null;
  readonly notification: { close(): void; readonly data: { readonly chat?: string } | null };
  waitUntil(promise: Promise<unknown>): void;
  respondWith(response: Promise<Response>): void;
}

const { version, files } = __KITH_FILES__;
const CACHE = `kith-${version}`;
const known = new Set(files);
const TAG = 'kith';
const PAGE_MILLIS = 1500;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: 'no-cache' })))).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('kith-') && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === '/') event.respondWith(cached('/', request));
  } else if (known.has(url.pathname)) {
    event.respondWith(cached(url.pathname, request));
  }
});

async function cached(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

// A push says that there is something, never what (docs/protocol/push.md); an open page shows it better.
self.addEventListener('push', (event) => {
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (windows.some((each) => each.visibilityState === 'visible')) return;
    let kind: unknown;
    try {
      kind = (event.data?.json() as { kind?: unknown } | undefined)?.kind;
    } catch { /* no JSON: a message */ }
    // A page that nobody looks at is told of the message as well, and says more.
    if (windows.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, PAGE_MILLIS));
      if ((await self.registration.getNotifications({ tag: TAG })).length > 0) return;
    }
    await self.registration.showNotification('Kith', { body: kind === 'call' ? '📞' : '💬', tag: TAG, icon: '/icon.svg' });
  })());
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const chat = event.notification.data?.chat;
    if (open && chat !== undefined) open.postMessage({ open: chat });
    await (open ? open.focus() : self.clients.openWindow(chat === undefined ? '/' : `/#/chat/${encodeURIComponent(chat)}`));
  })());
});
