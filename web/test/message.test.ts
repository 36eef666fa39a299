import { describe, expect, test } from 'vitest';
import { plain, pointsOf, readMessage, unitsOf, type Payload } from '../src/xmpp/message';
import { contentOf, writeMessage } from '../src/xmpp/saying';
import { NS } from '../src/xmpp/ns';
import { pixelsOf } from '../src/xmpp/pixels';
import { el, read, write } from '../src/xmpp/xml';

/** A PNG of so many pixels, as far as its head says. */
const png = (width: number, height: number) => {
  const number = (n: number) => String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  return `data:image/png;base64,${btoa(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${number(width)}${number(height)}\x08\x02\0\0\0`)}`;
};

async function overTheWire(payload: Payload) {
  const stanza = await writeMessage({ to: 'juliet@kith.test', type: 'chat', id: 'm1', payload }, plain);
  return readMessage(read(write(stanza.with({ from: 'romeo@kith.test/x' }))));
}

describe('what is said arrives as it was said:', () => {
  test.each<[string, Payload]>([
    ['text', { body: 'Hello <b>&amp;</b> 😀\nthere' }],
    ['a reply', { body: 'Yes 😀', reply: { id: 'm0', to: 'juliet@kith.test', quote: 'Art thou\nRomeo 😀?' } }],
    ['a mention', { body: '😀 hello @Juliet!', mentions: [{ start: 9, end: 16, address: 'juliet@kith.test' }] }],
    ['a mention in a reply', { body: '😀 @Juliet', mentions: [{ start: 3, end: 10, address: 'juliet@kith.test' }], reply: { id: 'm0', to: 'a@b', quote: '😀😀' } }],
    ['a correction', { body: 'new', corrects: 'm0' }],
    ['reactions', { reactions: { id: 'm0', emojis: ['👍', '❤️'] } }],
    ['no reactions any more', { reactions: { id: 'm0', emojis: [] } }],
    ['a place', { location: { latitude: 52.5, longitude: -13.25, accuracyMetres: 12, label: 'Café' } }],
    ['people', { contacts: [{ name: 'Ada', phone: '+491' }, { name: 'Ben', address: 'ben@kith.test' }] }],
    ['a poll', { poll: { question: 'When?', multiple: true, options: [{ id: '1', text: 'Now' }, { id: '2', text: 'Later' }] } }],
    ['a vote', { vote: { id: 'm0', options: ['1', '2'] } }],
    ['a link', { body: 'see https://example.org', preview: { url: 'https://example.org/', title: 'Example', description: 'An example' } }],
    ['a link with a picture', { body: 'https://example.org', preview: { url: 'https://example.org/', title: 'Example', image: png(320, 168), width: 320, height: 168 } }],
    ['what disappears and was forwarded', { body: 'x', ephemeral: 3600, forwarded: true }],
    ['a picture', { file: { url: 'https://f.example/a.png', name: 'a.png', type: 'image/png', size: 12, kind: 'image', width: 3, height: 4, caption: '', thumbnail: png(3, 4) } }],
    ['a picture with words', { file: { url: 'https://f.example/a.png', name: 'a.png', type: 'image/png', size: 12, kind: 'image', caption: 'Look!', album: 'm1' } }],
    ['a voice', { file: { url: 'https://f.example/a.webm', name: 'a.webm', type: 'audio/webm', size: 12, kind: 'voice', durationMillis: 900, waveform: [0, 50, 100], caption: '' } }],
  ])('%s', async (_, payload) => expect((await overTheWire(payload)).payload).toEqual(payload));

  test('a retraction, whatever its text for others says', async () => {
    expect((await overTheWire({ retracts: 'm0' })).payload).toEqual({ retracts: 'm0' });
  });
});

test('other apps find something to read in everything', async () => {
  for (const payload of [
    { location: { latitude: 1, longitude: 2 } }, { poll: { question: 'When?', multiple: false, options: [{ id: '1', text: 'Now' }] } }, { contacts: [{ name: 'Ada', phone: '+491' }] },
    { file: { url: 'https://f.example/a.png', name: 'a.png', type: 'image/png', size: 1, kind: 'image' as const, caption: '' } },
  ] satisfies Payload[]) {
    expect(contentOf(payload)[0]?.name).toBe('body');
    expect(contentOf(payload)[0]?.text).not.toBe('');
  }
});

test('a file of an app that knows XEP-0066 only is a file', () => {
  const message = el('message', NS.client, { from: 'a@b/c' }, el('body', NS.client, {}, 'https://f.example/x/photo.jpg'), el('x', NS.oob, {}, el('url', NS.oob, {}, 'https://f.example/x/photo.jpg')));
  expect(readMessage(message).payload.file).toMatchObject({ kind: 'image', name: 'photo.jpg', type: 'image/jpeg' });
});

describe('a hostile', () => {
  const file = (name: string, type: string, target: string, thumbnail?: string) => readMessage(el('message', NS.client, { from: 'a@b/c' },
    el('file-sharing', NS.sfs, {}, el('file', NS.files, {}, el('name', NS.files, {}, name), el('media-type', NS.files, {}, type), el('size', NS.files, {}, '-5'),
      thumbnail !== undefined && el('thumbnail', NS.thumbs, { uri: thumbnail })),
    el('sources', NS.sfs, {}, el('url-data', NS.urlData, { target }))))).payload.file;

  test('file name is no path and does not hide what it is', () => {
    expect(file('../../etc/passwd', 'text/plain', 'https://f.example/a')?.name).toBe('_.._etc_passwd');
    expect(file('photo\u202egpj.exe', 'text/plain', 'https://f.example/a')?.name).toBe('photo_gpj.exe');
    expect(file('', 'text/plain', 'https://f.example/')?.name).toBe('file');
  });
  test('address of a file leads to the web or nowhere', () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'blob:x', ' https://f.example', 'https://']) expect(file('a', 'image/png', url)).toBeUndefined();
  });
  test('picture that can hold scripts is no picture', () => expect(file('a.svg', 'image/svg+xml', 'https://f.example/a')?.kind).toBe('file'));
  test('thumbnail is a small picture or none', () => {
    for (const uri of ['https://spy.example/x.png', 'data:text/html;base64,aGk=', 'data:image/svg+xml;base64,aGk=', `data:image/png;base64,${'A'.repeat(100_000)}`, 'javascript:x']) {
      expect(file('a', 'image/png', 'https://f.example/a', uri)?.thumbnail).toBeUndefined();
    }
  });
  test('thumbnail that unfolds to a wall is none', () => {
    expect(file('a', 'image/png', 'https://f.example/a', png(320, 200))?.thumbnail).toBeDefined();
    for (const [width, height] of [[60_000, 60_000], [1_000_001, 1], [0, 10], [0xffffffff, 0xffffffff]] as const) {
      expect(file('a', 'image/png', 'https://f.example/a', png(width, height))?.thumbnail, `${width}`).toBeUndefined();
    }
  });
  test('picture of a link came along, or is none', () => {
    const seen = (...images: string[]) => readMessage(el('message', NS.client, { from: 'a@b/c' }, el('body', NS.client, {}, 'x'),
      el('Description', NS.rdf, { [`{${NS.rdf}}about`]: 'https://example.org/' }, el('title', NS.og, {}, 'Example'), images.map((each) => el('image', NS.og, {}, each))))).payload.preview;
    const spying = ['https://spy.example/x.png', 'cid:sha-256+00@bob.xmpp.org', 'data:image/svg+xml;base64,aGk=', png(50_000, 50_000)];
    expect(seen(...spying)).toEqual({ url: 'https://example.org/', title: 'Example' });
    expect(seen(...spying, png(9, 9))?.image).toBe(png(9, 9));
  });
  test('size is no number below zero', () => expect(file('a', 'image/png', 'https://f.example/a')?.size).toBe(0));

  test('range ends where the text does', () => {
    const message = el('message', NS.client, { from: 'a@b/c' }, el('body', NS.client, {}, 'short'),
      el('fallback', NS.fallback, { for: NS.reply }, el('body', NS.fallback, { start: '-3', end: '99999999' })),
      el('reply', NS.reply, { id: 'x' }), el('reference', NS.references, { type: 'mention', begin: '2', end: '1e99', uri: 'xmpp:a@b' }));
    expect(readMessage(message).payload.body).toBe('');
    expect(readMessage(message).payload.mentions).toBeUndefined();
  });
  test('place is on this planet', () => {
    const at = (lat: string) => readMessage(el('message', NS.client, { from: 'a@b' }, el('geoloc', NS.geoloc, {}, el('lat', NS.geoloc, {}, lat), el('lon', NS.geoloc, {}, '1')))).payload.location;
    expect(at('91')).toBeUndefined();
    expect(at('NaN')).toBeUndefined();
    expect(at('<script>')).toBeUndefined();
    expect(at('45')).toBeDefined();
  });
  test('number of reactions, options and mentions is bounded', () => {
    const many = Array.from({ length: 5000 }, (_, i) => String(i));
    const message = el('message', NS.client, { from: 'a@b' }, el('body', NS.client, {}, 'x'.repeat(200_000)), el('reactions', NS.reactions, { id: '1' }, many.map((each) => el('reaction', NS.reactions, {}, each))),
      el('poll', NS.poll, {}, el('question', NS.poll, {}, '?'.repeat(5000)), many.map((id) => el('option', NS.poll, { id }, id))));
    const { payload } = readMessage(message);
    expect(payload.reactions!.emojis.length).toBeLessThanOrEqual(16);
    expect(payload.poll!.options.length).toBeLessThanOrEqual(20);
    expect(payload.poll!.question.length).toBeLessThanOrEqual(500);
    expect(payload.body!.length).toBeLessThanOrEqual(65_536);
  });
});

test('pictures say how large they are', () => {
  const of = (hex: string) => pixelsOf(`data:image/x;base64,${btoa(hex.replaceAll(' ', '').replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))))}`);
  expect(of('ffd8 ffe0 0004 0000 ffff c2 000b 08 0010 0020 01 01 11 00')).toEqual({ width: 32, height: 16 });
  expect(of('474946383961 0200 0100')).toEqual({ width: 2, height: 1 });
  expect(of('52494646 00000000 57454250 56503820 00000000 000000 9d012a 2602 7001 0000')).toEqual({ width: 550, height: 368 });
  expect(of('52494646 00000000 57454250 5650384c 00000000 2f 81816200 00000000 00')).toEqual({ width: 386, height: 395 });
  expect(of('52494646 00000000 57454250 56503858 0a000000 10000000 8f0100 2c0100')).toEqual({ width: 400, height: 301 });
  for (const broken of ['', 'ff', 'ffd8', 'ffd8 ffe0 0000 ffc0 000b 08 0001 0001 01', 'ffd8 ffda 0004 0000 ffc0 000b 08 0001 0001 01', '52494646 00000000 57454250 56503821']) expect(of(broken), broken).toBeUndefined();
});

test('code points and UTF-16 units', () => {
  expect(unitsOf('😀a😀b', 3)).toBe(5);
  expect(pointsOf('😀a😀b', 5)).toBe(3);
  expect(unitsOf('ab', 99)).toBe(2);
});
