import { expect, test } from 'vitest';
import { NS } from '../src/xmpp/ns';
import { el } from '../src/xmpp/xml';
import { choicesOf, settingsOf } from '../src/chat/privacy';
import { defaultSettings } from '../src/chat/model';
import { quiet, Verona } from './verona';

const ROMEO = 'romeo@kith.test';
const show = (what: string, who: string, ...listed: string[]) => el('show', NS.privacy, { what, who }, listed.map((jid) => el('contact', NS.privacy, { jid })));

test('what the server says is what the settings show, also what another app chose', async () => {
  const verona = new Verona();
  for (const each of [show('last-seen', 'nobody'), show('online', 'contacts'), show('photo', 'contacts-except', 'paris@kith.test'), show('receipts', 'nobody'), show('status', 'only', 'juliet@kith.test'), show('mood', 'whatever')]) {
    verona.choices.set(each.attr('what')!, each);
  }
  const phone = await verona.device(ROMEO);
  await phone.core.privacy.refresh();
  expect(phone.world.settings.peek()).toMatchObject({
    lastSeen: 'nobody', online: 'contacts', profilePhoto: 'contacts-except', status: 'only', receipts: false, about: 'everyone', groups: 'everyone',
    listed: { profilePhoto: ['paris@kith.test'], status: ['juliet@kith.test'] },
  });
});

test('a choice is told with its list, shown on other devices, and survives there', async () => {
  const verona = new Verona();
  const [phone, desk] = [await verona.device(ROMEO), await verona.device(ROMEO)];
  await phone.call('setSettings', { status: 'only', listed: { status: ['juliet@kith.test'] }, theme: 'dark' });
  await quiet(verona);
  expect(verona.choices.get('status')!.toString()).toContain('juliet@kith.test');
  expect(desk.world.settings.peek()).toMatchObject({ status: 'only', listed: { status: ['juliet@kith.test'] }, theme: 'system' });
  expect(desk.sent.find((each) => each.name === 'iq')?.attr('type')).toBe('result');
  await phone.call('setSettings', { status: 'contacts' });
  await quiet(verona);
  expect(desk.world.settings.peek()).toMatchObject({ status: 'contacts' });
  expect(desk.world.settings.peek().listed.status).toBeUndefined();
});

test('what the server refuses, or cannot be told, is as it was', async () => {
  const verona = new Verona();
  const phone = await verona.device(ROMEO);
  await expect(phone.call('setSettings', { status: 'everyone' })).rejects.toThrow();
  expect(phone.world.settings.peek().status).toBe('contacts');
  phone.online = false;
  await expect(phone.call('setSettings', { lastSeen: 'nobody' })).rejects.toMatchObject({ failure: { code: 'offline' } });
  expect(phone.world.settings.peek().lastSeen).toBe('contacts');
  // What is this device's alone needs nobody.
  await phone.call('setSettings', { theme: 'dark' });
  expect(phone.world.settings.peek().theme).toBe('dark');
});

test('nobody but one\'s own server tells what one has chosen', async () => {
  const verona = new Verona();
  const phone = await verona.device(ROMEO);
  await phone.gets(el('iq', NS.client, { type: 'set', id: 'x', from: 'mallory@kith.test/x' }, el('privacy', NS.privacy, {}, show('last-seen', 'everyone'))));
  expect(phone.world.settings.peek().lastSeen).toBe('contacts');
  expect(phone.sent.at(-1)!.attr('type')).toBe('error');
});

test('choices and settings are each other\'s inverse', () => {
  const change = { lastSeen: 'contacts-except', receipts: false, listed: { lastSeen: ['a@x', 'b@x'] } } as const;
  expect(settingsOf(choicesOf(change), defaultSettings)).toEqual(change);
});
