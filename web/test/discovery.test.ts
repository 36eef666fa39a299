import { expect, test } from 'vitest';
import { NS } from '../src/xmpp/ns';
import { contactHash } from '../src/xmpp/queries';
import { Verona } from './verona';

test('the hash is the one of contacts.md', async () => {
  // printf 'kith-contacts:example.org:+491701234567' | sha256sum | cut -c-32
  expect(await contactHash('example.org', '+491701234567')).toBe('0ecc2d0d29f9a4e80900be852a81972e');
});

test('who of an address book is here is found, and the server sees no number and no whole hash', async () => {
  const verona = new Verona();
  const phone = await verona.device('+491701234500@kith.test');
  const here = ['+491701234567', '+34600123456'];
  // Two others share a bucket with somebody of the book, or are nobody's business.
  const first = await contactHash('kith.test', here[0]!);
  verona.hashes = [...await Promise.all(here.map((number) => contactHash('kith.test', number))), `${first.slice(0, 5)}${'0'.repeat(27)}`, 'f'.repeat(32)];
  const book = [...here, ...here, '+491701234568', 'nonsense', '+1', '0170 123'];
  const found = (await phone.call('discover', book)) as { address: string; phone: string }[];
  expect(found.map((person) => person.address).sort()).toEqual(here.map((number) => `${number}@kith.test`).sort());
  const asked = phone.asked.filter((each) => each.is('ask', NS.contacts));
  expect(asked.flatMap((each) => each.all('bucket').map((bucket) => bucket.text.length))).toEqual([5, 5, 5]);
  expect(asked.every((each) => each.attr('watch') === undefined)).toBe(true);
});

test('a large book is asked for in parts', async () => {
  const verona = new Verona();
  const phone = await verona.device('+491701234500@kith.test');
  await phone.call('discover', Array.from({ length: 2500 }, (_, i) => `+4917000${10_000 + i}`));
  expect(phone.askedFor('ask', NS.contacts)).toBe(3);
  expect(Math.max(...phone.asked.map((each) => each.all('bucket').length))).toBeLessThanOrEqual(1000);
});
