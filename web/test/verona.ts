// A server of a few lines for tests of `chat`: accounts with nodes (XEP-0163), who is in whose contacts, and Kith's own small
// protocols as docs/protocol tells them. Devices are real cores; what stands in for their stream is here.

import 'fake-indexeddb/auto';
import { vi } from 'vitest';
import { IqError, type Client } from '../src/xmpp/client';
import { NS } from '../src/xmpp/ns';
import { el, type Element, type Node } from '../src/xmpp/xml';
import { Core } from '../src/chat/core';
import { Database } from '../src/chat/database';
import { World } from '../src/chat/world';

let count = 0;

/** How much is being read, written or ciphered: it ends by itself, on threads that take their time. */
let under = 0;
const counted = <T>(work: Promise<T>): Promise<T> => {
  under++;
  return work.finally(() => under--);
};
const { subtle } = crypto;
for (const name of ['encrypt', 'decrypt', 'digest', 'generateKey'] as const) {
  const work = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<unknown>;
  Object.defineProperty(subtle, name, { value: (...args: unknown[]) => counted(work(...args)) });
}
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof begin>) {
  const transaction = begin.apply(this, args);
  void counted(new Promise((resolve) => {
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, resolve);
  }));
  return transaction;
};

export class Verona {
  readonly devices: Device[] = [];
  /** By account and node: items by id. */
  readonly nodes = new Map<string, Map<string, Element>>();
  readonly seen: { who: string; author: string; id: string }[] = [];
  readonly choices = new Map<string, Element>();
  /** Of all who let themselves be found (contacts.md). */
  hashes: string[] = [];
  /** Answers for what is not among the following: groups, say. */
  other: (from: Device, type: string, to: string | undefined, payload: Element) => Element | undefined = () => undefined;
  /** What the server says to every publication from now on. */
  refusal: string | undefined;

  async device(account: string, contacts: readonly string[] = []): Promise<Device> {
    const world = new World(await Database.open(`verona-${++count}`));
    await world.load();
    const core = new Core(world, { socketUrl: '', httpUrl: '', deviceName: 'Test', onWiped: () => {}, onStartOver: () => {} });
    world.stage({ kept: {
      credentials: { jid: account, deviceId: `d${count}` }, profile: { address: account, name: account, about: '' },
      people: contacts.map((address) => ({ address, contact: true, given: address })),
      sync: { features: [NS.status, NS.privacy, NS.contacts, NS.pubsub] },
    } });
    await world.commit();
    const device = new Device(this, account, core);
    this.devices.push(device);
    return device;
  }

  node(account: string, node: string): Map<string, Element> {
    const key = `${account} ${node}`;
    let items = this.nodes.get(key);
    if (!items) this.nodes.set(key, (items = new Map()));
    return items;
  }

  answer(from: Device, type: string, to: string | undefined, payload: Element): Element {
    const owner = to ?? from.account;
    const error = (condition: string) => new IqError(condition, 'cancel', undefined);
    const result = (...children: Node[]) => el('iq', NS.client, { type: 'result' }, children);
    if (payload.is('pubsub', NS.pubsub)) {
      const [publish, retract, items] = [payload.child('publish'), payload.child('retract'), payload.child('items')];
      const name = (publish ?? retract ?? items)!.attr('node')!;
      const node = this.node(owner, name);
      if (items) {
        if (node.size === 0) throw error('item-not-found');
        return result(el('pubsub', NS.pubsub, {}, el('items', NS.pubsub, { node: name }, [...node.values()])));
      }
      if (this.refusal !== undefined) throw error(this.refusal);
      const item = (publish ?? retract)!.child('item')!;
      const id = item.attr('id')!;
      if (publish) node.set(id, item);
      else if (!node.delete(id)) throw error('item-not-found');
      this.tell(owner, el('items', NS.pubsubEvent, { node: name }, publish ? el('item', NS.pubsubEvent, { id }, item.children) : el('retract', NS.pubsubEvent, { id })));
      return result();
    }
    if (payload.is('seen', NS.status)) {
      const id = payload.attr('id')!;
      if (!this.node(owner, NS.stories).has(id)) throw error('item-not-found');
      this.seen.push({ who: from.account, author: owner, id });
      for (const device of this.devices) if (device.account === owner) void device.gets(el('iq', NS.client, { type: 'set', id: 'push', from: owner }, this.viewersOf(owner, id, from.account)));
      return result();
    }
    if (payload.is('viewers', NS.status)) return result(this.viewersOf(owner, payload.attr('id')!));
    if (payload.is('privacy', NS.privacy)) {
      if (type === 'get') return result(el('privacy', NS.privacy, {}, [...this.choices.values()]));
      for (const show of payload.all('show')) {
        if (show.attr('what') === 'status' && show.attr('who') === 'everyone') throw error('bad-request');
        this.choices.set(show.attr('what')!, show);
      }
      for (const device of this.devices) if (device !== from && device.account === owner) void device.gets(el('iq', NS.client, { type: 'set', id: 'push' }, payload));
      return result();
    }
    if (payload.is('ask', NS.contacts)) {
      const asked = new Set(payload.all('bucket').map((each) => each.text));
      return result(el('found', NS.contacts, {}, this.hashes.filter((hash) => asked.has(hash.slice(0, 5))).map((hash) => el('hash', NS.contacts, {}, hash))));
    }
    if (payload.is('discoverable', NS.contacts)) return result(el('discoverable', NS.contacts, { by: 'everyone' }));
    if (payload.is('request', NS.upload)) {
      const url = `https://kith.test/media/${payload.attr('filename')}`;
      return result(el('slot', NS.upload, {}, el('put', NS.upload, { url: `${url}?slot=1` }), el('get', NS.upload, { url })));
    }
    const more = this.other(from, type, to, payload);
    if (more) return more;
    throw error('service-unavailable');
  }

  private viewersOf(author: string, id: string, only?: string): Element {
    const who = this.seen.filter((each) => each.author === author && each.id === id && (only === undefined || each.who === only));
    return el('viewers', NS.status, { id }, who.map((each) => el('viewer', NS.status, { jid: each.who, stamp: '2026-11-22T07:05:00Z' })));
  }

  /** Everybody who is there; whether they want it is theirs to know. */
  private tell(owner: string, items: Element): void {
    for (const device of this.devices) {
      if (device.online) void device.gets(el('message', NS.client, { type: 'headline', from: owner }, el('event', NS.pubsubEvent, {}, items)));
    }
  }
}

export class Device {
  online = true;
  asked: Element[] = [];
  sent: Element[] = [];

  constructor(
    readonly verona: Verona,
    readonly account: string,
    readonly core: Core,
  ) {
    const device = this;
    core.client = {
      get online() {
        return device.online;
      },
      iq: (type: string, to: string | undefined, payload: Element) => {
        return Promise.resolve().then(() => {
          if (!this.online) throw new IqError('disconnected', 'wait', undefined);
          this.asked.push(payload);
          return this.verona.answer(this, type, to, payload);
        });
      },
      send: (stanza: Element) => {
        this.sent.push(stanza);
        return true;
      },
    } as unknown as Client;
  }

  get world(): World {
    return this.core.world;
  }

  gets(stanza: Element): Promise<void> {
    return (this.core as unknown as { stanza(stanza: Element): Promise<void> }).stanza(stanza);
  }

  call(name: string, ...args: unknown[]): Promise<unknown> {
    return this.core.call(name, args);
  }

  askedFor(name: string, ns: string): number {
    return this.asked.filter((each) => each.is(name, ns)).length;
  }
}

/** Comes by itself, however long the machine takes for it. */
export const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 5 });

/** Nothing is under way on any device. */
export async function quiet(verona: Verona): Promise<void> {
  const state = () => JSON.stringify(verona.devices.map((device) => [device.asked.length, device.sent.length, device.world.kept]));
  for (let still = 0, before = ''; still < 4; ) {
    for (const device of verona.devices) await device.core.run(async () => {});
    await new Promise((resolve) => setTimeout(resolve, 0));
    const now = state();
    still = under === 0 && now === before ? still + 1 : 0;
    before = now;
  }
}
