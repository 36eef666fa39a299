import { expect, test } from 'vitest';
import { readFlags, writeFlags, type Flags } from '../src/xmpp/flags';
import { NS } from '../src/xmpp/ns';
import { el, read, write } from '../src/xmpp/xml';
import { isQuiet } from '../src/chat/world';
import { quiet, Verona, type Device } from './verona';

const ROMEO = 'romeo@kith.test';
const JULIET = 'juliet@kith.test';
const TOMORROW = Date.parse('2026-11-23T08:00:00Z');

const items = (flags: Flags) => el('items', NS.pubsub, {}, el('item', NS.pubsub, { id: JULIET }, read(write(writeFlags(flags)))));

test.each<[string, Flags]>([
  ['nothing', {}], ['pinned', { pinned: TOMORROW }], ['muted for always', { mutedUntil: 'always' }], ['muted for a while', { mutedUntil: TOMORROW }],
  ['only what mentions me, without sound', { mentionsOnly: true, silent: true }], ['the same, muted', { mutedUntil: 'always', mentionsOnly: true, silent: true }],
  ['archived, and messages disappear', { archived: true, disappearingSeconds: 604_800 }],
])('flags arrive as they were set: %s', (_, flags) => expect(readFlags(items(flags))).toEqual([{ chat: JULIET, flags }]));

test('muting for phones only does not mute here, and nonsense is no flag', () => {
  const notify = el('notify', NS.notify, {}, el('never', NS.notify, { 'identity-category': 'client', 'identity-type': 'phone' }));
  expect(readFlags(el('items', NS.pubsub, {}, el('item', NS.pubsub, { id: JULIET }, el('chat', NS.chats, { pinned: 'soon', disappearing: '-5', archived: 'maybe' }, notify)))))
    .toEqual([{ chat: JULIET, flags: {} }]);
});

async function two(): Promise<{ verona: Verona; phone: Device; desk: Device }> {
  const verona = new Verona();
  const [phone, desk] = [await verona.device(ROMEO), await verona.device(ROMEO)];
  for (const device of [phone, desk]) await device.call('start', JULIET);
  return { verona, phone, desk };
}
const chat = (device: Device) => device.world.chatCell(JULIET).peek();

test('what is pinned, muted and archived on one device is so on the other, and no more when it is not', async () => {
  const { verona, phone, desk } = await two();
  await phone.call('pin', JULIET, true);
  await phone.call('mute', JULIET, Infinity);
  await phone.call('archive', JULIET, true);
  await phone.call('setDisappearing', JULIET, 86_400);
  await quiet(verona);
  expect(chat(desk)).toMatchObject({ pinned: chat(phone)!.pinned, mutedUntil: Infinity, archived: true, disappearingSeconds: 86_400 });
  await desk.call('pin', JULIET, false);
  await desk.call('mute', JULIET, null);
  await quiet(verona);
  expect(chat(phone)!.pinned).toBeUndefined();
  expect(chat(phone)!.mutedUntil).toBeUndefined();
  expect(chat(phone)!.archived).toBe(true);
});

test('what one is told of is so on both, and is said with the message', async () => {
  const { verona, phone, desk } = await two();
  await phone.call('notify', JULIET, { mentionsOnly: true });
  await phone.call('notify', JULIET, { silent: true });
  await quiet(verona);
  expect(chat(desk)).toMatchObject({ mentionsOnly: true, silent: true });
  expect([isQuiet(chat(desk)!, {}), isQuiet(chat(desk)!, { mentionsMe: true })]).toEqual([true, false]);
  await desk.call('mute', JULIET, Infinity);
  expect(isQuiet(chat(desk)!, { mentionsMe: true })).toBe(true);
  await desk.call('mute', JULIET, null);
  await desk.call('notify', JULIET, { mentionsOnly: false, silent: false });
  await quiet(verona);
  expect([chat(phone)!.mentionsOnly, chat(phone)!.silent, isQuiet(chat(phone)!, {})]).toEqual([undefined, undefined, false]);
});

test('writing brings an archived chat back on both', async () => {
  const { verona, phone, desk } = await two();
  await phone.call('archive', JULIET, true);
  await quiet(verona);
  expect(chat(desk)!.archived).toBe(true);
  await desk.call('send', JULIET, 'm1', { text: 'Hi' });
  await quiet(verona);
  expect([chat(phone)!.archived, chat(desk)!.archived]).toEqual([false, false]);
});

test('what was set without a network is told later, and is not undone by what the server knew', async () => {
  const { verona, phone, desk } = await two();
  await desk.call('pin', JULIET, true);
  await quiet(verona);
  phone.online = false;
  await phone.call('pin', JULIET, false);
  await quiet(verona);
  expect(chat(desk)!.pinned).toBeDefined();
  phone.online = true;
  await phone.core.flags.refresh();
  await quiet(verona);
  expect([chat(phone)!.pinned, chat(desk)!.pinned]).toEqual([undefined, undefined]);
  expect(phone.world.chats.get(JULIET)!.unsaid).toBeUndefined();
});

test('a new device has them when the chat appears, and a removed chat does not come back by them', async () => {
  const { verona, phone, desk } = await two();
  await phone.call('mute', JULIET, Infinity);
  await desk.call('remove', JULIET);
  await phone.call('pin', JULIET, true);
  await quiet(verona);
  expect(chat(desk)).toBeUndefined();
  // Nor when what was changed before it was removed is told at last.
  phone.online = false;
  await phone.call('pin', JULIET, true);
  await phone.call('remove', JULIET);
  phone.online = true;
  await phone.core.flags.tell();
  expect(chat(phone)).toBeUndefined();
  // Nor when it is removed while that is told.
  await phone.call('start', JULIET);
  const { queries } = phone.core;
  const publish = queries.publishFlags.bind(queries);
  let told = () => {};
  queries.publishFlags = () => new Promise<void>((resolve) => (told = resolve));
  await phone.call('pin', JULIET, true);
  await phone.call('remove', JULIET);
  told();
  queries.publishFlags = publish;
  await quiet(verona);
  expect(chat(phone)).toBeUndefined();
  await phone.call('start', JULIET);
  await phone.call('mute', JULIET, Infinity);
  await phone.call('pin', JULIET, true);
  await quiet(verona);
  const tablet = await verona.device(ROMEO);
  await tablet.core.flags.refresh();
  expect(chat(tablet)).toBeUndefined();
  await tablet.call('start', JULIET);
  expect(chat(tablet)).toMatchObject({ mutedUntil: Infinity, pinned: chat(phone)!.pinned });
});

test('nobody else sets them', async () => {
  const { phone } = await two();
  await phone.gets(el('message', NS.client, { type: 'headline', from: 'mallory@kith.test' }, el('event', NS.pubsubEvent, {},
    el('items', NS.pubsubEvent, { node: NS.chats }, el('item', NS.pubsubEvent, { id: JULIET }, writeFlags({ archived: true }))))));
  expect(chat(phone)!.archived).toBe(false);
});
