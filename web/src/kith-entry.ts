import { signal } from '@preact/signals-core';
import type { Kith, Session } from './chat';
import { open } from './chat/kith';

/** The app's own world: this browser's database and the server this page came from. */
export async function openKith(): Promise<Kith> {
  const missing = missingHere();
  if (missing.length > 0) return unsupported(missing);
  try {
    const kith = await open({
      socketUrl: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
      httpUrl: location.origin,
      deviceName: deviceName(navigator.userAgent),
      restart: () => location.reload(),
    });
    addEventListener('online', () => kith.wake());
    addEventListener('offline', () => kith.networkLost());
    document.addEventListener('visibilitychange', () => {
      kith.setActive(document.visibilityState === 'visible');
      if (document.visibilityState === 'visible') kith.wake();
    });
    registerServiceWorker(() => kith.announce({ type: 'update' }));
    return kith;
  } catch (fault) {
    console.error('kith: the local database cannot be opened', fault);
    return unsupported(['IndexedDB']);
  }
}

function missingHere(): string[] {
  const missing: string[] = [];
  if (typeof indexedDB === 'undefined') missing.push('IndexedDB');
  if (globalThis.crypto?.subtle === undefined) missing.push('WebCrypto');
  if (typeof WebSocket === 'undefined') missing.push('WebSocket');
  return missing;
}

/** Only `account.session` is there: nothing else may be read in this step. */
function unsupported(missing: readonly string[]): Kith {
  return { account: { session: signal<Session>({ step: 'unsupported', missing }) } } as unknown as Kith;
}

/** What the device is called where one's devices are listed: `Firefox on Linux`. */
export function deviceName(agent: string): string {
  const first = (names: readonly (readonly [RegExp, string])[], otherwise: string) => names.find(([pattern]) => pattern.test(agent))?.[1] ?? otherwise;
  const browser = first([[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari']], 'Browser');
  const system = first([[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux']], 'the web');
  return `${browser} on ${system}`;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

function registerServiceWorker(onUpdate: () => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  const only = (url: string) => {
    if (url !== '/sw.js') throw new TypeError('not a script of ours');
    return url;
  };
  const url = types ? types.createPolicy('kith', { createScriptURL: only }).createScriptURL('/sw.js') : '/sw.js';
  const begin = () => void navigator.serviceWorker.register(url, { updateViaCache: 'none' }).then((registration) => {
    registration.addEventListener('updatefound', () => {
      const fresh = registration.installing;
      fresh?.addEventListener('statechange', () => {
        if (fresh.state === 'installed' && navigator.serviceWorker.controller) onUpdate();
      });
    });
  }).catch(() => {});
  // Behind the first paint.
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, { once: true });
}
