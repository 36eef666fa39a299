import { expect, test } from 'vitest';
import { DemoKith } from '../tools/demo/kith';
import { makeWorld } from '../tools/demo/world';

test('the same seed makes the same world', () => {
  const [one, two] = [makeWorld({ chats: 20, messages: 500 }), makeWorld({ chats: 20, messages: 500 })];
  expect(one.chats.map((each) => each.messages())).toEqual(two.chats.map((each) => each.messages()));
});

test('a world has as many chats and messages as were asked for', () => {
  const world = makeWorld();
  expect(world.chats.length).toBe(500);
  expect(world.chats.reduce((sum, each) => sum + each.messages().length, 0)).toBe(100_000);
});

test('a window pages through all of a chat without a gap', async () => {
  const kith = new DemoKith({ chats: 10, messages: 3000 });
  const id = kith.chats.list.value.find((chat) => chat.id.startsWith('+49'))!.id;
  const window = kith.chats.open(id, 'end');
  const seen = new Set<string>();
  while (window.view.value.older === 'more') {
    for (const message of window.view.value.messages) seen.add(message.id);
    await window.loadOlder();
  }
  for (const message of window.view.value.messages) seen.add(message.id);
  expect(seen.size).toBeGreaterThan(100);
});
