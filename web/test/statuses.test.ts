import { beforeEach, describe, expect, test, vi } from 'vitest';
import { NS } from '../src/xmpp/ns';
import { readStories, readStory, writeStory, type Story } from '../src/xmpp/stories';
import { el, read, write, type Node } from '../src/xmpp/xml';
import { authorsOf, DAY_MILLIS, merged, type Author, type StatusRow } from '../src/chat/statuses';
import { KithError } from '../src/chat/model';
import { quiet, Verona, type Device } from './verona';

const JULIET = 'juliet@kith.test';
const ROMEO = 'romeo@kith.test';
const TYBALT = 'tybalt@kith.test';
const NOW = Date.parse('2026-11-22T08:00:00Z');

describe('a story arrives as it was told:', () => {
  test.each<[string, Story]>([
    ['text', { id: 's1', time: NOW, text: 'Good <morning> &\nall 😀', ground: 'ember' }],
    ['a picture', { id: 's1', time: NOW, text: '', file: { kind: 'image', url: 'https://f.example/a.jpg', name: 'a.jpg', type: 'image/jpeg', size: 12, width: 3, height: 4, thumbnail: 'data:image/gif;base64,R0lGODlhAQABAA==' } }],
    ['a film with words', { id: 's1', time: NOW, text: 'Look!', file: { kind: 'video', url: 'https://f.example/a.mp4', name: 'a.mp4', type: 'video/mp4', size: 12, durationMillis: 900 } }],
  ])('%s', (_, story) => expect(readStory(el('item', NS.pubsub, { id: 's1' }, read(write(writeStory(story)))))).toEqual(story));

  test('and so does one of an app that knows XEP-0501 only', () => {
    const items = read(`<items xmlns='http://jabber.org/protocol/pubsub'><item id='s1'><entry xmlns='http://www.w3.org/2005/Atom'>
      <title>Verona</title><id>s1</id><published>2026-11-22T07:00:00Z</published><updated>2026-11-22T07:00:00Z</updated>
      <link rel='enclosure' href='https://f.example/media/verona.jpg' type='image/jpeg'/></entry></item></items>`);
    expect(readStories(items)).toEqual([{
      id: 's1', time: Date.parse('2026-11-22T07:00:00Z'), text: 'Verona', file: { kind: 'image', url: 'https://f.example/media/verona.jpg', name: 'verona.jpg', type: 'image/jpeg', size: 0 },
    }]);
  });
});

test('what is no picture, no film and no text is no story', () => {
  const entry = (...children: Node[]) => readStory(el('item', NS.pubsub, { id: 's1' }, el('entry', NS.atom, {}, children)));
  const enclosure = (href: string, type: string) => el('link', NS.atom, { rel: 'enclosure', href, type });
  expect(entry()).toBeUndefined();
  expect(entry(enclosure('javascript:alert(1)', 'image/png'))).toBeUndefined();
  expect(entry(enclosure('https://f.example/a.svg', 'image/svg+xml'))).toBeUndefined();
  expect(entry(enclosure('https://f.example/a.html', 'text/html'))).toBeUndefined();
  expect(readStory(el('item', NS.pubsub, { id: 'x'.repeat(1000) }, el('entry', NS.atom, {}, el('title', NS.atom, {}, 'x'))))).toBeUndefined();
  expect(entry(el('title', NS.atom, {}, 'x'.repeat(1_000_000)))!.text.length).toBe(2000);
});

describe('what is known', () => {
  const story = (id: string, time: number | undefined, text = id): Story => ({ id, time, text });

  test('goes after a day, and no author makes it last longer', () => {
    const rows = merged([], JULIET, [story('old', NOW - DAY_MILLIS), story('new', NOW - DAY_MILLIS + 1), story('tomorrow', NOW + DAY_MILLIS), story('never', undefined)], true, NOW);
    expect(rows.map((row) => [row.id, row.time])).toEqual([['new', NOW - DAY_MILLIS + 1], ['tomorrow', NOW], ['never', NOW]]);
    const again = merged(rows, JULIET, [story('tomorrow', NOW + 2 * DAY_MILLIS)], false, NOW + 1000);
    expect(again.find((row) => row.id === 'tomorrow')!.time).toBe(NOW);
  });

  test('stays seen when it comes again; what is not among all of them any more goes', () => {
    const first = merged([], JULIET, [story('a', NOW), story('b', NOW)], true, NOW).map((row) => ({ ...row, seen: true }));
    const both = merged(first, JULIET, [story('c', NOW)], false, NOW);
    expect(both.map((row) => [row.id, row.seen === true])).toEqual([['a', true], ['b', true], ['c', false]]);
    expect(merged(both, JULIET, [story('a', NOW), story('c', NOW)], true, NOW).map((row) => row.id)).toEqual(['a', 'c']);
    expect(merged(both, ROMEO, [], true, NOW)).toEqual(both);
  });

  test('is bounded, whatever an author sends', () => {
    const many = Array.from({ length: 500 }, (_, i) => story(`s${i}`, NOW - 1000 + i));
    expect(merged([], JULIET, many, true, NOW).length).toBe(100);
  });

  test('is shown by author: oneself, then who has something new; nobody who is a stranger or blocked', () => {
    const row = (from: string, time: number, seen: boolean): StatusRow => ({ from, id: `${time}`, time, text: 'x', seen });
    const person = (address: string) => ({ address, name: address });
    const rows = [row('ann@x', NOW - 1, true), row('ben@x', NOW - 50, false), row('ben@x', NOW - 60, true), row('eve@x', NOW, false), row('dan@x', NOW, false), row(ROMEO, NOW - 900, false)];
    const authors = authorsOf(rows, person(ROMEO), [person('ann@x'), person('ben@x'), person('dan@x')], ['dan@x'], NOW);
    expect(authors.map((author) => [author.from.address, author.unseen])).toEqual([[ROMEO, 0], ['ben@x', 1], ['ann@x', 0]]);
    expect(authors[1]!.statuses.map((status) => status.time)).toEqual([NOW - 60, NOW - 50]);
  });
});

describe('Juliet shares a moment', () => {
  let verona: Verona;
  let juliet: Device;
  let romeo: Device;

  beforeEach(async () => {
    verona = new Verona();
    juliet = await verona.device(JULIET, [ROMEO]);
    romeo = await verona.device(ROMEO, [JULIET]);
  });

  const list = (device: Device): Author[] =>
    authorsOf(device.world.statuses.peek(), device.world.me.peek(), device.world.contacts.peek(), device.world.blocked.peek(), Date.now());
  const texts = (device: Device, from: string) => list(device).find((author) => author.from.address === from)?.statuses.map((status) => ('text' in status.content ? status.content.text : status.content.kind)) ?? [];

  test('and Romeo sees it; she learns that he did, once', async () => {
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    await quiet(verona);
    expect(list(romeo)).toMatchObject([{ from: { address: JULIET }, unseen: 1, statuses: [{ mine: false, seen: false, background: 'ember', content: { kind: 'text', text: 'Good morning' } }] }]);
    const { id } = list(romeo)[0]!.statuses[0]!;
    await romeo.call('viewedStatus', id);
    await romeo.call('viewedStatus', id);
    await quiet(verona);
    expect(verona.seen).toEqual([{ who: ROMEO, author: JULIET, id: 's1' }]);
    expect(list(romeo)[0]!.unseen).toBe(0);
    expect(list(juliet)[0]!.statuses[0]!.viewers).toEqual([{ who: ROMEO, time: Date.parse('2026-11-22T07:05:00Z') }]);
  });

  test('and what Romeo has seen on one device is not new on the other, whether he gives read receipts or not', async () => {
    const desk = await verona.device(ROMEO, [JULIET]);
    await romeo.call('setSettings', { receipts: false });
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    await quiet(verona);
    expect(list(desk)[0]!.unseen).toBe(1);
    await romeo.call('viewedStatus', list(romeo)[0]!.statuses[0]!.id);
    await quiet(verona);
    expect(list(desk)[0]!.unseen).toBe(0);
    // One that was away reads it when it comes.
    const tablet = await verona.device(ROMEO, [JULIET]);
    await tablet.core.statuses.refresh();
    tablet.core.statuses.look(JULIET);
    await quiet(verona);
    await tablet.core.statuses.refresh();
    await quiet(verona);
    expect([texts(tablet, JULIET), list(tablet)[0]!.unseen]).toEqual([['Good morning'], 0]);
    expect(verona.seen).toEqual([]);
    // What comes after that is new, and nobody else says what he has seen.
    await new Promise((resolve) => setTimeout(resolve, 2));
    await juliet.call('postText', 's2', 'Good night', 'lake');
    await quiet(verona);
    await desk.gets(el('message', NS.client, { type: 'headline', from: 'mallory@kith.test' }, el('event', NS.pubsubEvent, {}, el('items', NS.pubsubEvent, { node: NS.statusSeen },
      el('item', NS.pubsubEvent, { id: JULIET }, el('seen', NS.status, { stamp: '2099-01-01T00:00:00Z' }))))));
    expect(list(desk)[0]!.unseen).toBe(1);
  });

  test('and Romeo, who gives no read receipts, tells nobody', async () => {
    await romeo.call('setSettings', { receipts: false });
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    await quiet(verona);
    await romeo.call('viewedStatus', list(romeo)[0]!.statuses[0]!.id);
    expect(list(romeo)[0]!.unseen).toBe(0);
    expect(verona.seen).toEqual([]);
  });

  test('without a network: it waits, and is published once when there is one', async () => {
    juliet.online = false;
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    expect(list(juliet)[0]!.statuses[0]).toMatchObject({ waiting: true, mine: true });
    expect(texts(romeo, JULIET)).toEqual([]);
    juliet.online = true;
    juliet.core.statuses.begin();
    await juliet.core.statuses.refresh();
    await juliet.core.statuses.refresh();
    await quiet(verona);
    expect(texts(romeo, JULIET)).toEqual(['Good morning']);
    expect(list(juliet)[0]!.statuses.map((status) => status.waiting)).toEqual([undefined]);
    expect(juliet.asked.filter((each) => each.child('publish') !== undefined).length).toBe(1);
  });

  test('which the server refuses: she is told, and it is gone', async () => {
    verona.refusal = 'policy-violation';
    await expect(juliet.call('postText', 's1', 'Good morning', 'ember')).rejects.toThrow(KithError);
    expect(list(juliet)).toEqual([]);
  });

  test('and takes it back', async () => {
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    await juliet.call('postText', 's2', 'Good night', 'lake');
    await quiet(verona);
    await juliet.call('removeStatus', `${JULIET} s1`);
    await quiet(verona);
    expect(texts(juliet, JULIET)).toEqual(['Good night']);
    expect(texts(romeo, JULIET)).toEqual(['Good night']);
    // Romeo cannot take back hers.
    await romeo.call('removeStatus', `${JULIET} s2`);
    expect(verona.node(JULIET, NS.stories).size).toBe(1);
  });

  test('and Romeo, who was away, reads all of them from the last one that he is told of', async () => {
    romeo.online = false;
    for (const id of ['s1', 's2', 's3']) await juliet.call('postText', id, id, 'ember');
    romeo.online = true;
    romeo.core.statuses.begin();
    const last = verona.node(JULIET, NS.stories).get('s3')!;
    await romeo.gets(el('message', NS.client, { type: 'headline', from: JULIET }, el('event', NS.pubsubEvent, {}, el('items', NS.pubsubEvent, { node: NS.stories }, el('item', NS.pubsubEvent, { id: 's3' }, last.children)))));
    await quiet(verona);
    expect(texts(romeo, JULIET)).toEqual(['s1', 's2', 's3']);
  });

  test('and Tybalt, who is no contact, cannot push his on Romeo', async () => {
    const entry = writeStory({ id: 's1', time: undefined, text: 'Buy!' });
    verona.node(TYBALT, NS.stories).set('s1', el('item', NS.pubsub, { id: 's1' }, entry));
    await romeo.gets(el('message', NS.client, { type: 'headline', from: `${TYBALT}/x` }, el('event', NS.pubsubEvent, {}, el('items', NS.pubsubEvent, { node: NS.stories },
      el('item', NS.pubsubEvent, { id: 's1' }, entry)))));
    await quiet(verona);
    expect(romeo.world.kept.statuses ?? []).toEqual([]);
  });

  test('and Romeo answers: a message of their chat that shows what it is about', async () => {
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    await quiet(verona);
    await romeo.call('replyStatus', `${JULIET} s1`, 'm1', 'And to you');
    await quiet(verona);
    const stanza = romeo.sent.find((each) => each.name === 'message')!;
    expect(stanza.attr('to')).toBe(JULIET);
    await juliet.gets(stanza.with({ from: `${ROMEO}/x` }));
    const row = juliet.world.chats.get(ROMEO)!;
    expect((await juliet.world.messages.last(row.no))!).toMatchObject({ content: { kind: 'text', text: 'And to you' }, reply: { from: JULIET, text: 'Good morning', kind: 'text' } });
  });

  test('that is a picture: uploaded for a day and a bit, published when it is there, gone from the disk with the story', async () => {
    const uploaded: string[] = [];
    let status = 201;
    vi.stubGlobal('XMLHttpRequest', class {
      upload = {};
      responseText = '';
      onload?: () => void;
      url = '';
      get status() {
        return status;
      }
      open(_: string, url: string) {
        this.url = url;
      }
      setRequestHeader() {}
      send() {
        uploaded.push(this.url);
        queueMicrotask(() => this.onload?.());
      }
    });
    const file = { file: new Blob(['abc'], { type: 'image/jpeg' }), name: 'a.jpg', kind: 'image' as const, caption: 'Look!', width: 3, height: 4 };
    await juliet.call('postFile', 's1', file);
    await quiet(verona);
    expect(uploaded).toEqual(['https://kith.test/media/a.jpg?slot=1']);
    const until = Date.parse(juliet.asked.find((each) => each.is('request', NS.upload))!.child('ephemeral', NS.purpose)!.attr('expire-before')!);
    expect(until).toBeGreaterThan(Date.now() + DAY_MILLIS);
    expect(list(romeo)[0]!.statuses[0]!.content).toMatchObject({ kind: 'image', name: 'a.jpg', caption: 'Look!', width: 3, height: 4, size: 3 });
    expect(await (await juliet.call('openStatus', `${JULIET} s1`) as Blob).text()).toBe('abc');
    await juliet.call('removeStatus', `${JULIET} s1`);
    await quiet(verona);
    expect(await juliet.world.db.get('files', `status:${JULIET} s1`)).toBeUndefined();
    // A file that the server does not want: nothing is left.
    status = 413;
    await expect(juliet.call('postFile', 's2', file)).rejects.toMatchObject({ failure: { code: 'too-large' } });
    expect(list(juliet)).toEqual([]);
    vi.unstubAllGlobals();
  });

  test('for a day', async () => {
    await juliet.call('postText', 's1', 'Good morning', 'ember');
    const [{ time }] = juliet.world.kept.statuses as [StatusRow];
    await juliet.core.statuses.expire(time + DAY_MILLIS - 1);
    expect(juliet.world.kept.statuses!.length).toBe(1);
    await juliet.core.statuses.expire(time + DAY_MILLIS);
    expect(juliet.world.kept.statuses).toEqual([]);
  });
});
