// Files: up to the server's HTTP upload (XEP-0363) before the message that tells of them leaves, and down when somebody opens them.
// A file is kept on this device, encrypted, from the moment it is chosen, so that an upload survives a reload.

import { failureOf, uploadFailure } from './failures';
import { KithError, type Failure } from './model';
import type { Transfer } from './api';
import type { Core } from './core';
import type { OutboxItem, Stored } from './rows';

export class Uploads {
  private readonly running = new Map<string, AbortController>();
  /** On their way up. */
  private readonly rising = new Set<string>();
  private again: ReturnType<typeof setTimeout> | undefined;
  /** Not tried again by themselves: the server does not want them, or this device has lost them. */
  private readonly refused = new Set<string>();
  /** Stopped just now: what is on its way to begin does not. */
  private readonly stopped = new Set<string>();

  constructor(private readonly core: Core) {}

  /** Goes on with all that wait: some at a time, since each is in memory as a whole while it goes up. */
  resume(): void {
    for (const item of [...this.core.world.outbox.values()].sort((one, two) => one.n - two.n)) {
      const id = item.message;
      if (!item.uploading || id === undefined || this.rising.has(id)) continue;
      if (this.refused.has(id)) continue;
      const total = item.payload?.file?.size ?? 0;
      if (item.held || this.stopped.has(id)) this.show(id, { state: 'cancelled', bytes: 0, total });
      else if (this.rising.size >= AT_ONCE) this.show(id, { state: 'queued', bytes: 0, total });
      else void this.raise(item, id);
    }
  }

  private async raise(item: OutboxItem, id: string): Promise<void> {
    this.rising.add(id);
    const later = await this.start(item).finally(() => this.rising.delete(id));
    if (!later) this.resume();
    // The network is there, but not for files: once more in a while. Without a network, when it is back.
    else if (this.core.client?.online) this.again ??= setTimeout(() => {
      this.again = undefined;
      this.resume();
    }, AGAIN_MILLIS);
  }

  private show(id: string, transfer: Transfer | undefined): void {
    const { [id]: _, ...rest } = this.core.world.live.transfers;
    this.core.world.flash({ transfers: transfer ? { ...rest, [id]: transfer } : rest });
  }

  /** Whether it is to be tried again later. */
  private async start(item: OutboxItem): Promise<boolean> {
    const { core } = this;
    const id = item.message!;
    if (this.running.has(id)) return true;
    const message = await core.world.messages.get(id);
    const file = item.payload?.file;
    if (!message || !file) this.refused.add(id);
    if (!message || !file || this.stopped.has(id)) return false;
    if (!core.client?.online) {
      this.show(id, { state: 'queued', bytes: 0, total: file.size });
      return true;
    }
    const abort = new AbortController();
    this.running.set(id, abort);
    this.show(id, { state: 'uploading', bytes: 0, total: file.size });
    try {
      const blob = await this.local(id, file.type);
      if (!blob) throw new KithError({ code: 'not-found' });
      const slot = await core.queries.slot(file.name, blob.size, file.type);
      await putFile(core.nearest(slot.put), blob, file.type, slot.headers, abort.signal, (bytes) => this.show(id, { state: 'uploading', bytes, total: blob.size }));
      await core.run(async () => {
        const now = core.outbox.of(id);
        const stored = await core.world.messages.get(id);
        const row = stored && core.world.chats.get(stored.chat);
        if (!now?.payload?.file || !row) return;
        const { uploading: _, ...rest } = now;
        const payload = { ...now.payload, file: { ...now.payload.file, url: slot.get } };
        await core.outbox.change({ ...rest, payload });
        await core.incoming.replace(row, { ...stored, url: slot.get, payload });
      });
      this.show(id, undefined);
      return false;
    } catch (fault) {
      const stopped = abort.signal.aborted && abort.signal.reason !== LOST;
      const failure = stopped ? { code: 'cancelled' as const } : abort.signal.aborted ? { code: 'offline' as const } : uploadFailure(fault);
      const later = failure.code === 'offline' || failure.code === 'timeout' || failure.code === 'server-down';
      this.show(id, { state: stopped ? 'cancelled' : later ? 'queued' : 'failed', bytes: 0, total: file.size, failure });
      if (later || stopped) return later;
      this.refused.add(id);
      await core.run(async () => void (await core.outbox.markFailed(id, failure)));
      return false;
    } finally {
      this.running.delete(id);
      // The files behind one that does not go need not wait for it.
      core.outbox.pump();
    }
  }

  /** The network is gone: a request that is under way might not notice for minutes. What was going up waits for the network. */
  lost(): void {
    for (const id of this.rising) this.running.get(id)?.abort(LOST);
  }

  /** What goes up waits, also over a reload, until somebody says that it should. */
  async cancel(id: string): Promise<void> {
    this.stopped.add(id);
    this.running.get(id)?.abort();
    this.show(id, { state: 'cancelled', bytes: 0, total: 0 });
    await this.core.run(async () => {
      const item = this.core.outbox.of(id);
      if (item?.uploading) await this.core.outbox.change({ ...item, held: true });
    });
  }

  /** It may begin again. */
  allow(id: string): void {
    this.stopped.delete(id);
    this.refused.delete(id);
  }

  async local(id: string, type: string): Promise<Blob | undefined> {
    const { db } = this.core.world;
    const sealed = await db.get('files', id);
    return sealed && new Blob([await db.unsealBytes(sealed)], { type });
  }

  async keep(id: string, blob: Blob): Promise<void> {
    const { db } = this.core.world;
    await db.write([{ store: 'files', key: id, value: await db.sealBytes(await blob.arrayBuffer()) }]);
  }

  /** From this device, or fetched and then kept. */
  async open(id: string): Promise<Blob> {
    const { core } = this;
    const message = await core.world.messages.get(id);
    if (!message || !('name' in message.content)) throw new KithError({ code: 'not-found' });
    const { content } = message;
    const here = await this.local(id, content.type);
    if (here) return here;
    if (message.url === undefined) throw new KithError({ code: 'not-found' });
    const abort = new AbortController();
    this.running.set(id, abort);
    try {
      const blob = await getFile(core.nearest(message.url), content.type, abort.signal, (bytes, total) => this.show(id, { state: 'downloading', bytes, total: total || content.size }));
      await this.keep(id, blob);
      await this.mark(message, true, blob.size);
      this.show(id, undefined);
      return blob;
    } catch (fault) {
      const failure: Failure = failureOf(fault);
      this.show(id, { state: abort.signal.aborted ? 'cancelled' : 'failed', bytes: 0, total: content.size, failure });
      throw new KithError(failure);
    } finally {
      this.running.delete(id);
    }
  }

  private async mark(message: Stored, local: boolean, size?: number): Promise<void> {
    await this.core.run(async () => {
      const now = await this.core.world.messages.get(message.id);
      const row = now && this.core.world.chats.get(now.chat);
      if (!now || !row || !('name' in now.content)) return;
      await this.core.incoming.replace(row, { ...now, content: { ...now.content, local, ...(size !== undefined && now.content.size === 0 && { size }) } });
    });
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.core.world.db.write(ids.map((id) => ({ store: 'files' as const, key: id, value: undefined })));
    for (const id of ids) {
      const message = await this.core.world.messages.get(id);
      if (message) await this.mark(message, false);
    }
  }
}

/**
 * Where this page reaches a file: its own server's (`base`) by the way that the page came, since a page at http://localhost may
 * not fetch from the address that the server has for the world, with a certificate that nobody vouches for. All others as they are.
 */
export function nearest(url: string, base: string | undefined, origin: string): string {
  return base && url.startsWith(`${base}/`) && !url.startsWith(`${origin}/`) ? origin + url.slice(base.length) : url;
}

const LOST = 'the network is lost';
/** A request of which nothing moves for so long is given up. */
const STILL_MILLIS = 45_000;
const AT_ONCE = 3;
const AGAIN_MILLIS = 15_000;

/** A file is encrypted in one piece. */
export const MOST_BYTES = 512 * 1024 * 1024;

/** XMLHttpRequest, since fetch does not tell how far an upload is. */
export function putFile(url: string, blob: Blob, type: string, headers: readonly (readonly [string, string])[], signal?: AbortSignal, onProgress?: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', type);
    for (const [name, value] of headers) if (/^(authorization|cookie|expires)$/i.test(name)) request.setRequestHeader(name, value);
    let watch: ReturnType<typeof setTimeout> | undefined;
    const moves = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        reject(new KithError({ code: 'timeout' }));
        request.abort();
      }, STILL_MILLIS);
    };
    moves();
    request.onloadend = () => clearTimeout(watch);
    request.upload.onprogress = (event) => {
      moves();
      onProgress?.(event.loaded);
    };
    request.onload = () => {
      if (request.status === 201 || request.status === 200 || request.status === 409) resolve();
      else if (request.status === 507) reject(new KithError({ code: 'quota', ...text(request.responseText) }));
      else if (request.status === 413) reject(new KithError({ code: 'too-large', ...text(request.responseText) }));
      else reject(new KithError({ code: request.status >= 500 ? 'server-down' : 'other', ...text(request.responseText) }));
    };
    request.onerror = () => reject(new KithError({ code: 'offline' }));
    request.onabort = () => reject(new KithError({ code: 'cancelled' }));
    signal?.addEventListener('abort', () => request.abort());
    request.send(blob);
  });
}

function text(problem: string): { text?: string } {
  try {
    const { detail } = JSON.parse(problem) as { detail?: unknown };
    return typeof detail === 'string' ? { text: detail } : {};
  } catch {
    return {};
  }
}

export async function getFile(url: string, type: string, signal?: AbortSignal, onProgress?: (bytes: number, total: number) => void): Promise<Blob> {
  const response = await fetch(url, { ...(signal && { signal }), credentials: 'omit', referrerPolicy: 'no-referrer' });
  if (response.status === 404 || response.status === 410 || response.status === 403) throw new KithError({ code: 'not-found' });
  if (!response.ok || !response.body) throw new KithError({ code: 'server-down' });
  const total = Number(response.headers.get('content-length')) || 0;
  if (total > MOST_BYTES) throw new KithError({ code: 'too-large', limitBytes: MOST_BYTES });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value as Uint8Array<ArrayBuffer>);
    bytes += value.length;
    if (bytes > MOST_BYTES) throw new KithError({ code: 'too-large', limitBytes: MOST_BYTES });
    onProgress?.(bytes, total);
  }
  return new Blob(parts, { type });
}
