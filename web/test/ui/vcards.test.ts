import { expect, test } from 'vitest';
import { readCards } from '../../src/ui/groups/vcards';

test('names and numbers of cards as phones write them', () => {
  const text = [
    'BEGIN:VCARD', 'VERSION:4.0', 'FN:Ada Love', ' lace\\, Countess', 'TEL;VALUE=uri;TYPE=cell:tel:+49-170-1234567', 'item1.TEL;type=pref:0170 / 765', 'END:VCARD',
    'BEGIN:VCARD', 'VERSION:2.1', 'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCr=', 'gen', 'TEL;CELL:+4915112345', 'PHOTO;ENCODING=BASE64:aGk=', 'END:VCARD',
    'BEGIN:VCARD', 'FN:No number', 'TEL:ask her', 'END:VCARD',
  ].join('\r\n');
  expect(readCards(text)).toEqual([{ name: 'Ada Lovelace, Countess', phones: ['+49-170-1234567', '0170 / 765'] }, { name: 'Jürgen', phones: ['+4915112345'] }]);
});

test('what is no card gives nothing, and not more than can be asked for', () => {
  expect(readCards('hello\n\u0000\nTEL:1\nEND:VCARD'.repeat(3)).length).toBeLessThan(4);
  expect(readCards('')).toEqual([]);
  expect(readCards('BEGIN:VCARD\nTEL:+491\nEND:VCARD\n'.repeat(30_000)).length).toBe(20_000);
  expect(readCards(`BEGIN:VCARD\nFN:${'x'.repeat(1000)}\n${'TEL:+491\n'.repeat(100)}END:VCARD`)).toMatchObject([{ name: 'x'.repeat(100), phones: { length: 20 } }]);
});
