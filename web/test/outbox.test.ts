import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Client } from '../src/xmpp/client';
import { plain, readMessage } from '../src/xmpp/message';
import { NS } from '../src/xmpp/ns';
import { el, type Element } from '../src/xmpp/xml';
import { Database } from '../src/chat/database';
import { Incoming } from '../src/chat/incoming';
import { Outbox } from '../src/chat/outbox';
import { World } from '../src/chat/world';
import { random } from '../tools/demo/world';
import { Verona } from './verona';

const ME = 'romeo@kith.test';
const PEER = 'juliet@kith.test';

/** Keeps messages once by origin-id, in the order of coming, and acknowledges when it is told to. */
class Server {
  kept: string[] = [];
  private readonly ids = new Set<string>();
  take(stanza: Element): void {
    const message = readMessage(stanza);
    if (this.ids.has(message.originId!)) return;
    this.ids.add(message.originId!);
    this.kept.push(message.payload.body!);
  }
}

/** One life of the app: from opening the database to a crash. */
class Life {
  online = false;
  wire: { key: string; stanza: Element }[] = [];
  readonly incoming: Incoming;
  readonly outbox: Outbox;

  private constructor(readonly world: World) {
    const life = this;
    const client = {
      get online() {
        return life.online;
      },
      send(stanza: Element, key: string) {
        life.wire.push({ key, stanza });
        return true;
      },
    } as unknown as Client;
    this.incoming = new Incoming(world, () => ME, { receipt: async () => {}, refused: async () => {}, typing: () => {}, groupEvent: async () => {}, stranger: () => {}, asksToJoin: () => {}, declined: () => {} });
    this.outbox = new Outbox(world, () => client, this.incoming, plain);
  }

  static async begin(name: string): Promise<Life> {
    const world = new World(await Database.open(name));
    await world.load();
    return new Life(world);
  }

  /** As commands.ts does it: the message and its item in one commit. */
  async write(ref: string, text: string): Promise<void> {
    await this.world.inTurn(() => this.stage(ref, text));
    await this.world.commit();
  }

  async stage(ref: string, text: string, between = Promise.resolve()): Promise<void> {
    const row = this.incoming.ensure(PEER);
    const order = await this.world.messages.freeOrder(row.no, 1_000_000 + Number(text));
    await this.incoming.insert(row, {
      id: `${row.no}:${ref}`, chat: PEER, from: ME, mine: true, time: order / 1000, order, wire: ref, tick: 'waiting', payload: { body: text }, content: { kind: 'text', text },
    });
    await between;
    await this.outbox.add({ id: ref, to: PEER, type: 'chat', what: 'message', payload: { body: text }, message: `${row.no}:${ref}` });
  }

  async quiet(): Promise<void> {
    for (let i = 0; i < 8; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  crash(): void {
    this.world.db.close();
  }
}

test.each(Array.from({ length: 12 }, (_, i) => i + 1))('whatever breaks, each message is kept once and in order (seed %i)', async (seed) => {
  const next = random(seed);
  const server = new Server();
  const name = `outbox-${seed}`;
  let life = await Life.begin(name);
  const promised: string[] = [];
  for (let step = 0; step < 120; step++) {
    const dice = next();
    if (dice < 0.4) {
      const text = String(promised.length);
      await life.write(`ref-${seed}-${text}`, text);
      promised.push(text);
      life.outbox.pump();
    } else if (dice < 0.5) {
      // A stream that could not be resumed; what was on the wire may be lost.
      life.online = true;
      life.wire = [];
      life.outbox.fresh();
      await life.quiet();
    } else if (dice < 0.6) {
      life.online = false;
      life.wire = [];
    } else if (dice < 0.85) {
      // The server takes some of what is on the wire; its acknowledgement comes, or does not.
      await life.quiet();
      const taken = life.wire.splice(0, Math.floor(next() * (life.wire.length + 1)));
      for (const { stanza } of taken) server.take(stanza);
      if (next() < 0.6) {
        await life.outbox.acked(taken.map((each) => each.key));
        await life.world.commit();
      }
    } else if (dice < 0.95) {
      // The tab is killed; now and then in the middle of a write.
      const writing = next() < 0.5 ? life.world.commit().catch(() => {}) : undefined;
      life.crash();
      await writing;
      life = await Life.begin(name);
    } else {
      await life.quiet();
    }
  }
  // In the end all is well for a while.
  life.online = true;
  life.wire = [];
  life.outbox.fresh();
  for (let i = 0; i < 50 && life.world.outbox.size > 0; i++) {
    await life.quiet();
    const taken = life.wire.splice(0);
    for (const { stanza } of taken) server.take(stanza);
    await life.outbox.acked(taken.map((each) => each.key));
    await life.world.commit();
    life.outbox.pump();
  }
  expect(server.kept).toEqual(promised);
  const row = life.world.chats.get(PEER)!;
  const shown = await life.world.messages.before(row.no, Infinity, 1000);
  expect(shown.map((message) => 'text' in message.content && message.content.text)).toEqual(promised);
  expect(new Set(shown.map((message) => message.tick))).toEqual(new Set(['sent']));
  expect(life.world.waiting.value).toBe(0);
  life.crash();
});

test('no tick without an acknowledgement', async () => {
  const life = await Life.begin('outbox-tick');
  await life.write('ref', '1');
  life.online = true;
  life.outbox.fresh();
  await life.quiet();
  expect(life.wire.length).toBe(1);
  expect((await life.world.messages.get('1:ref'))?.tick).toBe('waiting');
  await life.outbox.acked(['somebody-elses']);
  expect((await life.world.messages.get('1:ref'))?.tick).toBe('waiting');
  await life.outbox.acked(['ref']);
  expect((await life.world.messages.get('1:ref'))?.tick).toBe('sent');
});

test('a crash leaves a message with its place in the outbox, or neither', async () => {
  const life = await Life.begin('outbox-whole');
  const afterCrash = async () => {
    const next = await Life.begin('outbox-whole');
    const kept = { message: await next.world.messages.get('1:ref') !== undefined, item: next.world.outbox.size === 1 };
    next.crash();
    return kept;
  };
  let goOn = () => {};
  const writing = life.world.inTurn(() => life.stage('ref', '1', new Promise((resolve) => (goOn = resolve))));
  await life.quiet();
  const written = life.world.commit();
  for (let i = 0; i < 10; i++) await life.quiet();
  expect(await afterCrash()).toEqual({ message: false, item: false });
  goOn();
  await Promise.all([writing, written]);
  expect(await afterCrash()).toEqual({ message: true, item: true });
});

test('what a crash would take back is not sent, and nothing overtakes it', async () => {
  const life = await Life.begin('outbox-early');
  life.online = true;
  await life.stage('one', '1');
  life.outbox.fresh();
  await life.quiet();
  expect(life.wire).toEqual([]);
  await life.write('two', '2');
  life.outbox.pump();
  await life.quiet();
  expect(life.wire.map(({ key }) => key)).toEqual(['one', 'two']);
});

test('adding the same again changes nothing', async () => {
  const life = await Life.begin('outbox-twice');
  await life.write('ref', '1');
  await life.outbox.add({ id: 'ref', to: PEER, type: 'chat', what: 'message', payload: { body: '1' } });
  expect(life.world.outbox.size).toBe(1);
});

test('what was refused is marked so, and can be sent again', async () => {
  const life = await Life.begin('outbox-refused');
  await life.write('ref', '1');
  await life.outbox.failed('ref', { code: 'blocked' }, PEER);
  expect(await life.world.messages.get('1:ref')).toMatchObject({ tick: 'failed', failure: { code: 'blocked' } });
  expect(life.world.outbox.size).toBe(0);
});

test('a receipt leaves although the one before it was acknowledged in the same breath', async () => {
  const device = await new Verona().device(ME);
  const said = (id: string) => el('message', NS.client, { from: `${PEER}/x`, to: ME, type: 'chat', id }, el('body', NS.client, {}, id), el('request', NS.receipts));
  const receipts = () => device.sent.map((each) => each.child('received', NS.receipts)?.attr('id')).filter((id) => id !== undefined);
  await device.gets(said('m1'));
  await expect.poll(receipts).toEqual(['m1']);
  // As many leave the outbox as come into it.
  const acked = device.core.run(() => device.core.outbox.acked([device.sent.at(-1)!.attr('id')!]));
  await Promise.all([acked, device.gets(said('m2'))]);
  await expect.poll(receipts).toEqual(['m1', 'm2']);
});
