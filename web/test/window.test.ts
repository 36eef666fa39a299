import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { Window } from '../src/chat/window';
import { Verona } from './verona';

const JULIET = 'juliet@kith.test';
const shown = (window: Window) => window.view.peek().messages.map(({ content, tick }) => [content.kind === 'text' ? content.text : content.kind, tick]);
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

async function conversation() {
  const { core } = await new Verona().device('romeo@kith.test', [JULIET]);
  await core.commands.send(JULIET, 'first', { text: 'Juliet?' });
  const window = new Window(core.world, JULIET, { older: async () => 'all', displayed: () => {}, closed: () => {} });
  core.world.watchers.add(window);
  await window.jump('end');
  return { core, window };
}

test('what is written is shown at once, and has its clock when it is on the disk', async () => {
  const { core, window } = await conversation();
  const kept = core.commands.send(JULIET, 'second', { text: 'It is the east', reply: window.view.peek().messages[0]!.id });
  window.foretell('second', { text: 'It is the east', reply: window.view.peek().messages[0]!.id }, kept);
  expect(shown(window)).toEqual([['Juliet?', 'waiting'], ['It is the east', undefined]]);
  const ahead = window.view.peek().messages[1]!;
  await kept;
  await settled();
  expect(shown(window)).toEqual([['Juliet?', 'waiting'], ['It is the east', 'waiting']]);
  const now = window.view.peek().messages[1]!;
  expect([now.id, now.reply, now.from]).toEqual([ahead.id, ahead.reply, ahead.from]);
});

test('what does not get to the disk is not shown any longer', async () => {
  const { window } = await conversation();
  window.foretell('second', { text: 'It is the east' }, Promise.reject(new Error('disk full')));
  expect(shown(window)).toHaveLength(2);
  await settled();
  expect(shown(window)).toEqual([['Juliet?', 'waiting']]);
});

test('what others write meanwhile and what is written next stand in the order in which one writes', async () => {
  const { core, window } = await conversation();
  const texts = ['one', 'two', 'three'];
  const kept = texts.map((text) => {
    const done = core.commands.send(JULIET, text, { text });
    window.foretell(text, { text }, done);
    return done;
  });
  expect(shown(window).map(([text]) => text)).toEqual(['Juliet?', ...texts]);
  await Promise.all(kept);
  await settled();
  expect(shown(window)).toEqual([['Juliet?', 'waiting'], ...texts.map((text) => [text, 'waiting'])]);
});

test('what was scheduled stands where it went, and says no longer that it will', async () => {
  const { core, window } = await conversation();
  await core.commands.send(JULIET, 'later', { text: 'Good night', at: Date.now() + 60_000 });
  await core.commands.send(JULIET, 'now', { text: 'It is the east' });
  await settled();
  expect(shown(window).map(([text]) => text)).toEqual(['Juliet?', 'Good night', 'It is the east']);
  expect(window.view.peek().messages[1]!.scheduled).toBeDefined();
  await core.run(() => core.outbox.acked(['first', 'now', 'later']));
  await settled();
  expect(shown(window)).toEqual([['Juliet?', 'sent'], ['It is the east', 'sent'], ['Good night', 'sent']]);
  expect(window.view.peek().messages[2]!.scheduled).toBeUndefined();
  expect(core.world.chats.get(JULIET)!.last?.text).toBe('Good night');
  const again = new Window(core.world, JULIET, { older: async () => 'all', displayed: () => {}, closed: () => {} });
  await again.jump('end');
  expect(shown(again).map(([text]) => text)).toEqual(['Juliet?', 'It is the east', 'Good night']);
  expect(await core.world.messages.get(window.view.peek().messages[2]!.id)).toBeDefined();
});
