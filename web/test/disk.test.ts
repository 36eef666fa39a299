import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { Database } from '../src/chat/database';
import type { ChatRow, Stored } from '../src/chat/rows';
import { Window } from '../src/chat/window';
import { World } from '../src/chat/world';
import { eventually } from './verona';

let names = 0;

async function database(): Promise<Database> {
  return Database.open(`disk-${++names}`);
}

async function loaded(db: Database): Promise<World> {
  const world = new World(db);
  await world.load();
  return world;
}

const chat = (no: number, unread = 0): ChatRow => ({ id: `c${no}@k`, no, kind: 'person', time: no, unread, unreadMentions: 0, readOrder: 0 });
const unread = (world: World) => Object.fromEntries([...world.chatsByNo.values()].filter((row) => row.unread > 0).map((row) => [row.no, row.unread]));

test('500 chats are few records, and one that changes takes its neighbours along', async () => {
  const db = await database();
  const world = await loaded(db);
  world.stage({ chats: Array.from({ length: 500 }, (_, no) => chat(no)) });
  await world.commit();
  expect((await db.keys('chats')).length).toBe(8);
  world.stage({ chats: [chat(70, 3), chat(499, 1)] });
  await world.commit();
  const again = await loaded(db);
  expect(again.chats.size).toBe(500);
  expect(unread(again)).toEqual({ 70: 3, 499: 1 });
});

test('rows that an older version kept alone are read, and go when their record is written', async () => {
  const db = await database();
  await db.write(await Promise.all([3, 5, 200].map(async (no) => ({ store: 'chats' as const, key: no, value: await db.seal(chat(no, no)) }))));
  const world = await loaded(db);
  expect(unread(world)).toEqual({ 3: 3, 5: 5, 200: 200 });
  world.stage({ chats: [chat(5, 9)] });
  await world.commit();
  expect((await db.keys('chats')).map(String).sort()).toEqual(['200', 'rows:0']);
  expect(unread(await loaded(db))).toEqual({ 3: 3, 5: 9, 200: 200 });
});

test('a tab that leads knows what was written before it could hear, and does not write it away', async () => {
  const db = await database();
  const first = await loaded(db);
  first.stage({ chats: [chat(1), chat(2)], kept: { starred: ['a'] } });
  await first.commit();
  const second = await loaded(db);
  first.stage({ chats: [chat(1, 7)], kept: { starred: ['a', 'b'] } });
  await first.commit();
  await second.catchUp();
  second.stage({ chats: [chat(2, 1)] });
  await second.commit();
  const third = await loaded(db);
  expect(unread(third)).toEqual({ 1: 7, 2: 1 });
  expect(third.kept.starred).toEqual(['a', 'b']);
});

test('nor does it write away messages that it had read before, and its windows show them', async () => {
  const db = await database();
  const [first, second] = [await loaded(db), await loaded(db)];
  const message = (order: number): Stored => ({
    id: `1:${order}`, chat: 'c1@k', from: 'c1@k', mine: false, time: order, order, wire: `${order}`, content: { kind: 'text', text: `word${order}` }, payload: { body: '' },
  });
  first.stage({ chats: [chat(1)] });
  await first.stageMessage(1, message(1));
  await first.commit();
  await second.catchUp();
  const window = new Window(second, 'c1@k', { older: async () => 'all', displayed: () => {}, closed: () => {} });
  second.watchers.add(window);
  await window.jump('end');
  await second.messages.warm();
  await first.stageMessage(1, message(2));
  await first.commit();
  await second.catchUp();
  await second.stageMessage(1, message(3));
  await second.commit();
  const orders = async (world: World) => (await world.messages.before(1, Infinity, 10)).map(({ order }) => order);
  expect(await orders(second)).toEqual([1, 2, 3]);
  expect(await orders(await loaded(db))).toEqual([1, 2, 3]);
  expect((await second.messages.search(['word2'], undefined, 5)).hits).toEqual([{ no: 1, order: 2 }]);
  await eventually(() => expect(window.view.peek().messages.map(({ id }) => id)).toEqual(['1:1', '1:2', '1:3']));
});

test('a tab that heard all of it reads nothing anew but the outbox', async () => {
  const db = await database();
  const first = await loaded(db);
  const second = await loaded(db);
  first.broadcast = (update) => second.follow(structuredClone(update));
  first.stage({ chats: [chat(1, 7)] });
  await first.stageOutbox({ n: 1, id: 'x', to: 'a@k', type: 'chat', what: 'message' }, true);
  await first.commit();
  let reads = 0;
  const all = db.all.bind(db);
  db.all = (store, range) => {
    reads++;
    return all(store, range);
  };
  await second.catchUp();
  expect(reads).toBe(1);
  expect([...second.outbox.keys()]).toEqual([1]);
  expect(unread(second)).toEqual({ 1: 7 });
});
