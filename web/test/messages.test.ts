import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Database } from '../src/chat/database';
import type { Stored } from '../src/chat/rows';
import { World } from '../src/chat/world';
import { random } from '../tools/demo/world';

let db: Database;
let name: string;
let count = 0;

beforeEach(async () => {
  name = `messages-${++count}`;
  db = await Database.open(name);
});
afterEach(() => db.close());

const message = (order: number, text = `text ${order}`, change: Partial<Stored> = {}): Stored => ({
  id: `1:r${order}`, chat: 'juliet@kith.test', from: 'juliet@kith.test', mine: false, time: order / 1000, order, wire: `w${order}`, archive: `a${order}`,
  content: { kind: 'text', text }, ...change,
});

async function reopened(): Promise<World> {
  db.close();
  db = await Database.open(name);
  const world = new World(db);
  await world.load();
  return world;
}

test('messages put in any order are read in theirs, page by page, also after a reload', async () => {
  const world = new World(db);
  const next = random(7);
  const orders = Array.from({ length: 1000 }, (_, i) => i * 10);
  for (const order of [...orders].sort(() => next() - 0.5)) await world.stageMessage(1, message(order));
  await world.commit();
  for (const each of [world, await reopened()]) {
    const back: number[] = [];
    for (let at = Infinity; ;) {
      const page = await each.messages.before(1, at, 37);
      if (page.length === 0) break;
      back.unshift(...page.map((row) => row.order));
      at = page[0]!.order;
    }
    expect(back).toEqual(orders);
    const forth: number[] = [];
    for (let at = 0; ;) {
      const page = await each.messages.from(1, at, 41);
      if (page.length === 0) break;
      forth.push(...page.map((row) => row.order));
      at = page.at(-1)!.order + 1;
    }
    expect(forth).toEqual(orders);
  }
});

test('a message is found by each of its references, and not by those it no longer has', async () => {
  const world = new World(db);
  await world.stageMessage(1, message(5, 'x', { wire: 'old' }));
  await world.commit();
  await world.stageMessage(1, message(5, 'x', { wire: 'new' }));
  await world.commit();
  const { messages } = await reopened();
  expect((await messages.find(1, 'p', 'new'))?.order).toBe(5);
  expect((await messages.find(1, 'a', 'a5'))?.order).toBe(5);
  expect((await messages.get('1:r5'))?.order).toBe(5);
  expect(await messages.find(1, 'p', 'old')).toBeUndefined();
  expect(await messages.find(1, 'm', 'new')).toBeUndefined();
  expect(await messages.find(2, 'p', 'new')).toBeUndefined();
});

test('what is written while the words are read is found', async () => {
  const before = new World(db);
  await before.stageMessage(1, message(10, 'first'));
  await before.commit();
  const world = await reopened();
  const warm = world.messages.warm();
  await world.stageMessage(1, message(20, 'second'));
  await Promise.all([warm, world.commit()]);
  for (const word of ['first', 'second']) expect((await world.messages.search([word], undefined, 10)).hits.length, word).toBe(1);
});

test('search finds all words in any order, without accents and case, and what has changed', async () => {
  const world = new World(db);
  await world.stageMessage(1, message(1, 'Zürich am Morgen'));
  await world.stageMessage(1, message(2, 'der Morgen danach'));
  await world.stageMessage(2, message(3, 'Guten Morgen, ZURICH!', { chat: 'other' }));
  await world.commit();
  const found = async (...words: string[]) => (await world.messages.search(words, undefined, 10)).hits.map((hit) => hit.order);
  expect(await found('zurich', 'morgen')).toEqual([3, 1]);
  expect(await found('morgen')).toEqual([3, 2, 1]);
  expect((await world.messages.search(['morgen'], 1, 10)).hits.length).toBe(2);
  await world.stageMessage(1, message(1, 'Basel am Morgen'));
  await world.commit();
  expect(await found('zurich')).toEqual([3]);
  expect(await found('basel')).toEqual([1]);
  // The order that a line begins with is not text.
  expect(await found('3')).toEqual([]);
});

test('nothing readable is on the disk', async () => {
  const world = new World(db);
  await world.stageMessage(1, message(1, 'a secret word'));
  world.stage({ kept: { profile: { address: 'romeo@kith.test', name: 'Romeo Montague', about: '' } } });
  await world.stageOutbox({ n: 1, id: 'x', to: 'juliet@kith.test', type: 'chat', what: 'message', payload: { body: 'a secret word' } }, true);
  await world.commit();
  for (const store of ['blocks', 'texts', 'meta', 'outbox'] as const) {
    for (const [, sealed] of await db.all(store)) {
      const raw = Buffer.from(sealed).toString('latin1');
      expect(raw.includes('secret') || raw.includes('Montague') || raw.includes('juliet')).toBe(false);
    }
  }
});

test('what could not be written is written the next time, all of it', async () => {
  const world = new World(db);
  await world.stageMessage(1, message(1));
  const write = db.write.bind(db);
  db.write = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
  await expect(world.commit()).rejects.toThrow('full');
  db.write = write;
  await world.stageMessage(1, message(2));
  await world.commit();
  expect((await (await reopened()).messages.before(1, Infinity, 10)).map((row) => row.order)).toEqual([1, 2]);
});

test('nothing is shown before it is on the disk', async () => {
  const world = new World(db);
  const seen: number[] = [];
  world.stage({ chats: [{ id: 'juliet@kith.test', no: 1, kind: 'person', time: 1, unread: 0, unreadMentions: 0, readOrder: 0 }] });
  world.watchers.add({ no: 1, changed: (messages) => seen.push(...messages.map((each) => each.order)) });
  let release = () => {};
  const write = db.write.bind(db);
  db.write = async (...args) => {
    await new Promise<void>((resolve) => (release = resolve));
    return write(...args);
  };
  await world.stageMessage(1, message(1));
  const commit = world.commit();
  while (release.length === 0 && seen.length === 0 && String(release) === '() => {}') await new Promise((resolve) => setTimeout(resolve, 1));
  expect(seen).toEqual([]);
  expect(world.list.value).toEqual([]);
  release();
  await commit;
  expect(seen).toEqual([1]);
  expect(world.list.value.length).toBe(1);
});

test('another tab sees what was written', async () => {
  const [leader, follower] = [new World(db), new World(await Database.open(name))];
  leader.broadcast = (update) => follower.follow(structuredClone(update));
  await leader.stageMessage(1, message(1, 'first'));
  await leader.commit();
  expect((await follower.messages.before(1, Infinity, 10)).length).toBe(1);
  await follower.messages.search(['first'], undefined, 10);
  await leader.stageMessage(1, message(2, 'second'));
  await leader.commit();
  expect((await follower.messages.before(1, Infinity, 10)).map((row) => row.order)).toEqual([1, 2]);
  expect((await follower.messages.search(['second'], undefined, 10)).hits.length).toBe(1);
  follower.db.close();
});
