// What is to be sent: on the disk before it is shown as waiting, sent in order, taken off the disk when the server has acknowledged
// it (XEP-0198), which is when its message gets its tick. A stream that resumes sends again what is missing by itself; after one that
// did not, all that is still here is sent again under the same origin-id, which the server keeps once.

import type { Client } from '../xmpp/client';
import type { Envelope } from '../xmpp/message';
import { listed } from '../xmpp/lists';
import { displayed, groupReceipt, receipt, writeMessage } from '../xmpp/saying';
import type { Element } from '../xmpp/xml';
import type { Address, Failure } from './model';
import type { Incoming } from './incoming';
import type { OutboxItem } from './rows';
import type { World } from './world';

export class Outbox {
  private readonly sent = new Set<number>();
  private pumping: Promise<void> | undefined;
  private again = false;
  /** Which stream `sent` is about: what is being sent when it changes must not slip ahead on the new one. */
  private stream = 0;

  constructor(
    private readonly world: World,
    private readonly client: () => Client | undefined,
    private readonly incoming: Incoming,
    private readonly envelope: Envelope,
  ) {}

  /** Staged; it goes out when it is committed (Core.run). Adding the same id again changes nothing. */
  async add(item: Omit<OutboxItem, 'n'>): Promise<void> {
    let n = 1;
    for (const each of this.world.outbox.values()) {
      if (each.id === item.id) return;
      n = Math.max(n, each.n + 1);
      // One receipt speaks for all before it.
      if (item.what === 'receipt' && item.group !== undefined && each.group === item.group && each.to === item.to && !this.sent.has(each.n)) {
        await this.world.stageOutbox({ ...each, ...item }, true);
        return;
      }
    }
    this.last = n = Math.max(n, this.last + 1);
    await this.world.stageOutbox({ ...item, n }, true);
  }
  private last = 0;

  /** A new stream that knows nothing of what was sent on the one before. */
  fresh(): void {
    this.stream++;
    this.sent.clear();
    this.pump();
  }

  /** Sends what is ready and was not sent on this stream, in order. */
  pump(): void {
    if (this.pumping) {
      this.again = true;
      return;
    }
    this.pumping = this.run().finally(() => {
      this.pumping = undefined;
      if (this.again) {
        this.again = false;
        this.pump();
      }
    });
  }

  private async run(): Promise<void> {
    const stream = this.stream;
    if (this.world.outbox.size === 0 || !this.client()?.online) return;
    const items = [...this.world.outbox.values()].sort((one, two) => one.n - two.n);
    /** Where a file is on its way up: the files behind it wait, texts do not. */
    const behind = new Set<Address>();
    for (const item of items) {
      const client = this.client();
      if (!client?.online) return;
      if (item.uploading && this.goesUp(item)) behind.add(item.to);
      if (item.payload?.file && behind.has(item.to)) continue;
      if (this.sent.has(item.n) || item.uploading || (item.at ?? 0) > Date.now() || !this.world.outbox.has(item.n)) continue;
      const stanza = await this.stanzaOf(item);
      if (stream !== this.stream || client !== this.client() || !client.online) return;
      if (this.world.outbox.get(item.n) !== item) continue;
      // It has been staged since, and goes when that is written; what is behind it does not overtake it.
      if (!this.world.isKept(item.n)) return;
      this.sent.add(item.n);
      client.send(stanza, item.id);
    }
  }

  private goesUp({ held, message }: OutboxItem): boolean {
    const state = this.world.live.transfers[message ?? '']?.state;
    return !held && state !== 'failed' && state !== 'cancelled';
  }

  private stanzaOf(item: OutboxItem): Promise<Element> | Element {
    const { to, type, id, about, group, payload, bcc, receipts } = item;
    if (item.what === 'receipt') return group === undefined ? receipt(to, about!, id) : groupReceipt(to, group, about!, id);
    if (item.what === 'listed') return listed({ list: item.list!, ref: about!, to: bcc ?? [] }, to, id);
    if (item.what === 'displayed') return displayed(to, type, about!, id);
    return writeMessage({ to, type, id, payload: payload!, bcc, receipts }, this.envelope);
  }

  private byId(id: string): OutboxItem | undefined {
    for (const item of this.world.outbox.values()) if (item.id === id) return item;
    return undefined;
  }

  /** The server has taken these over. Staged. */
  async acked(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const item = this.byId(id);
      if (item) await this.settle(item);
    }
  }

  private async settle(item: OutboxItem): Promise<void> {
    await this.world.stageOutbox(item, false);
    this.sent.delete(item.n);
    let message = item.message === undefined ? undefined : await this.world.messages.get(item.message);
    const row = message && this.world.chats.get(message.chat);
    if (message?.tick === 'waiting' && row) message = await this.incoming.left(row, message);
    if (!message || !item.bcc) return;
    await this.incoming.copies.handedOut({ ...message, ...(item.payload && { payload: item.payload }) }, item.bcc);
    const me = this.incoming.me();
    await this.add({ id: `${item.id}-list`, to: me, type: 'chat', what: 'listed', about: item.id, list: message.chat, bcc: item.bcc });
  }

  /** The server, or who it was for, refused it. Staged. */
  async failed(id: string, failure: Failure, from: Address): Promise<boolean> {
    const item = this.byId(id);
    if (item && (item.to === from || from === '' || item.bcc === undefined)) {
      await this.world.stageOutbox(item, false);
      this.sent.delete(item.n);
      return this.markFailed(item.message, failure);
    }
    // The server had taken it over before it learned that it cannot be delivered. Nobody but who it was for may say so.
    const row = this.world.chats.get(from);
    const message = row && (await this.world.messages.find(row.no, 'm', id));
    return message?.mine === true && message.tick === 'sent' && this.markFailed(message.id, failure);
  }

  async markFailed(id: string | undefined, failure: Failure): Promise<boolean> {
    const message = id === undefined ? undefined : await this.world.messages.get(id);
    const row = message && this.world.chats.get(message.chat);
    if (!message || !row || message.tick === 'delivered' || message.tick === 'read') return false;
    await this.incoming.replace(row, { ...message, tick: 'failed', failure });
    return true;
  }

  /** Takes a message back before it is sent; false: too late. Staged. */
  async cancel(message: string): Promise<boolean> {
    const items = [...this.world.outbox.values()].filter((item) => item.message === message);
    if (items.length === 0 || items.some((item) => this.sent.has(item.n))) return false;
    for (const item of items) await this.world.stageOutbox(item, false);
    return true;
  }

  /** The item of a message that is not sent yet. */
  of(message: string): OutboxItem | undefined {
    for (const item of this.world.outbox.values()) if (item.message === message && item.what === 'message') return item;
    return undefined;
  }

  async change(item: OutboxItem): Promise<void> {
    if (this.world.outbox.has(item.n)) await this.world.stageOutbox(item, true);
  }
}
