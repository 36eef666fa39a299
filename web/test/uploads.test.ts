import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IqError } from '../src/xmpp/client';
import { NS } from '../src/xmpp/ns';
import { el } from '../src/xmpp/xml';
import { uploadFailure } from '../src/chat/failures';
import { KithError } from '../src/chat/model';
import { nearest } from '../src/chat/uploads';
import { eventually, quiet, Verona, type Device } from './verona';

const JULIET = 'juliet@kith.test';

let verona: Verona;
let romeo: Device;

beforeEach(async () => {
  verona = new Verona();
  romeo = await verona.device('romeo@kith.test');
});

afterEach(() => vi.unstubAllGlobals());

const send = (bytes: number) => romeo.call('sendFiles', JULIET, ['f1'], [{ file: new Blob([new Uint8Array(bytes)]), name: 'a.bin', kind: 'file' }]);
const asked = () => romeo.askedFor('request', NS.upload);

test('an upload that was stopped waits, also when there is a network again, until somebody says that it should go on', async () => {
  romeo.online = false;
  await send(10);
  await romeo.call('cancelTransfer', '1:f1');
  expect(romeo.world.live.transfers['1:f1']!.state).toBe('cancelled');
  romeo.online = true;
  romeo.core.uploads.resume();
  await quiet(verona);
  expect(asked()).toBe(0);
  // After a reload it is shown as stopped.
  romeo.world.flash({ transfers: {} });
  romeo.core.uploads.resume();
  expect(romeo.world.live.transfers['1:f1']!.state).toBe('cancelled');
  await romeo.call('retryTransfer', '1:f1');
  await quiet(verona);
  expect(asked()).toBe(1);
});

test('what the server had no space for is no longer marked as failed when it is tried again', async () => {
  verona.other = () => undefined;
  romeo.online = false;
  await send(10);
  await romeo.core.run(async () => void (await romeo.core.outbox.markFailed('1:f1', { code: 'quota' })));
  expect((await romeo.world.messages.get('1:f1'))!.tick).toBe('failed');
  await romeo.call('retryTransfer', '1:f1');
  expect(await romeo.world.messages.get('1:f1')).toMatchObject({ tick: 'waiting' });
  expect((await romeo.world.messages.get('1:f1'))!.failure).toBeUndefined();
});

test('a file that is too large for the server is refused before anything is kept', async () => {
  await romeo.core.run(async () => romeo.world.stage({ kept: { sync: { ...romeo.world.kept.sync, mostFileBytes: 100 } } }));
  await expect(send(101)).rejects.toEqual(new KithError({ code: 'too-large', limitBytes: 100 }));
  expect(romeo.world.outbox.size).toBe(0);
  await send(100);
  expect(romeo.world.outbox.size).toBe(1);
});

/** What goes up, answered by the test: names of those under way, and how they end. */
function wires(opens: (url: string) => void = () => {}) {
  const under = new Map<string, (status: number) => void>();
  vi.stubGlobal('XMLHttpRequest', class {
    upload = {};
    status = 0;
    responseText = '';
    onload = () => {};
    onerror = () => {};
    onabort = () => {};
    url = '';
    open(_: string, url: string) {
      opens(url);
      this.url = url.slice(url.lastIndexOf('/') + 1).replace(/\?.*/, '');
    }
    setRequestHeader() {}
    abort() {
      under.delete(this.url);
      this.onabort();
    }
    send() {
      under.set(this.url, (status) => {
        under.delete(this.url);
        this.status = status;
        if (status === 0) this.onerror();
        else this.onload();
      });
    }
  });
  return under;
}

test('many files go up some at a time, and leave in their order, while words overtake them', async () => {
  const under = wires();
  const names = ['a', 'b', 'c', 'd', 'e'];
  await romeo.call('sendFiles', JULIET, names, names.map((name) => ({ file: new Blob([name]), name, kind: 'file' })));
  await quiet(verona);
  await eventually(() => expect([...under.keys()].sort()).toEqual(['a', 'b', 'c']));
  expect(['d', 'e'].map((name) => romeo.world.live.transfers[`1:${name}`]!.state)).toEqual(['queued', 'queued']);
  await romeo.call('send', JULIET, 'w1', { text: 'Look at these' });
  under.get('b')!(201);
  under.get('c')!(201);
  await eventually(() => expect([...under.keys()].sort()).toEqual(['a', 'd', 'e']));
  const left = () => romeo.sent.filter((each) => each.name === 'message').map((each) => each.attr('id'));
  expect(left()).toEqual(['w1']);
  under.get('a')!(201);
  await eventually(() => expect(left()).toEqual(['w1', 'a', 'b', 'c']));
  // One that the server does not want holds nobody up, and is not tried again by itself.
  under.get('d')!(413);
  under.get('e')!(201);
  await eventually(() => expect(left()).toEqual(['w1', 'a', 'b', 'c', 'e']));
  expect((await romeo.world.messages.get('1:d'))!.tick).toBe('failed');
  romeo.core.uploads.resume();
  await quiet(verona);
  expect([...under.keys()]).toEqual([]);
  await romeo.call('retryTransfer', '1:d');
  await eventually(() => expect([...under.keys()]).toEqual(['d']));
});

test('what goes up when the network is lost waits for it, and is nobody\'s cancelled upload', async () => {
  const under = wires();
  await send(10);
  await eventually(() => expect([...under.keys()]).toEqual(['a.bin']));
  romeo.online = false;
  romeo.core.uploads.lost();
  await quiet(verona);
  expect(under.size).toBe(0);
  expect(romeo.world.live.transfers['1:f1']!.state).toBe('queued');
  expect((await romeo.world.messages.get('1:f1'))!.tick).toBe('waiting');
  romeo.online = true;
  romeo.core.uploads.resume();
  await eventually(() => expect([...under.keys()]).toEqual(['a.bin']));
});

test('a file of one\'s own server is reached by the way that the page came, all others as they are', () => {
  const at = (url: string, base: string | undefined, origin = 'http://localhost:8080') => nearest(url, base, origin);
  const base = 'https://localhost:8443';
  expect(at('https://localhost:8443/media/f1/a%20b.png?slot=x', base)).toBe('http://localhost:8080/media/f1/a%20b.png?slot=x');
  expect(at('https://files.test/kith/media/f1/a.png', 'https://files.test/kith', 'https://chat.test')).toBe('https://chat.test/media/f1/a.png');
  for (const other of ['https://localhost:84430/media/f1/a.png', 'https://localhost/media/f1/a.png', 'https://evil.test/?https://localhost:8443/media/f1/a.png', 'blob:https://localhost:8443/1']) {
    expect(at(other, base)).toBe(other);
  }
  // Not known, not said, and the page is there itself (behind a proxy that takes a path away).
  expect(at('https://localhost:8443/media/f1/a.png', undefined)).toBe('https://localhost:8443/media/f1/a.png');
  expect(at('https://localhost:8443/media/f1/a.png', '')).toBe('https://localhost:8443/media/f1/a.png');
  expect(at('https://chat.test/kith/media/f1/a.png', 'https://chat.test/kith', 'https://chat.test')).toBe('https://chat.test/kith/media/f1/a.png');
});

test('what goes up goes by the page\'s own way, and the message says where the world finds it', async () => {
  await romeo.core.run(async () => romeo.world.stage({ kept: { sync: { ...romeo.world.kept.sync, mediaBase: 'https://kith.test' } } }));
  const opened: string[] = [];
  const under = wires((url) => opened.push(url));
  await send(10);
  await eventually(() => expect(under.size).toBe(1));
  under.get('a.bin')!(201);
  await eventually(() => expect(romeo.sent.some((each) => each.name === 'message')).toBe(true));
  expect(opened).toEqual(['/media/a.bin?slot=1']);
  expect((await romeo.world.messages.get('1:f1'))!.url).toMatch(/^https:\/\/kith\.test\/media\/a\.bin/);
});

test('no space at the server is full space, not being asked too often', () => {
  expect(uploadFailure(new IqError('resource-constraint', 'wait', 'Quota reached', el('error', NS.client))).code).toBe('quota');
});

test('people who are called so are asked for by each of the names, and are there once', async () => {
  const fields: string[] = [];
  verona.other = (_, __, to, payload) => {
    if (!payload.is('query', NS.search)) return undefined;
    fields.push(`${to} ${payload.elements().map((each) => `${each.name}=${each.text}`).join(' ')}`);
    return el('iq', NS.client, { type: 'result' }, el('query', NS.search, {}, el('item', NS.search, { jid: JULIET }, el('first', NS.search, {}, 'Juliet'), el('last', NS.search, {}, 'Capulet'), el('nick', NS.search))));
  };
  expect(await romeo.call('called', ' jul ')).toMatchObject([{ address: JULIET, name: 'Juliet Capulet' }]);
  expect(fields).toEqual(['search.kith.test nick=jul', 'search.kith.test first=jul', 'search.kith.test last=jul']);
  fields.length = 0;
  await romeo.call('called', 'juliet cap');
  expect(fields).toEqual(['search.kith.test nick=juliet cap', 'search.kith.test first=juliet last=cap']);
  expect(await romeo.call('called', 'j')).toEqual([]);
});

test('files leave in the order in which they were chosen, whichever is up first; a text does not wait, and nothing waits for one that failed', async () => {
  verona.other = () => undefined;
  romeo.online = false;
  for (const id of ['f1', 'f2', 'f3']) await romeo.call('sendFiles', JULIET, [id], [{ file: new Blob(['x']), name: `${id}.bin`, kind: 'file' }]);
  await romeo.call('send', JULIET, 't1', { text: 'Look at these' });
  const up = (id: string) =>
    romeo.core.run(async () => {
      const { uploading: _, ...item } = romeo.core.outbox.of(`1:${id}`)!;
      await romeo.core.outbox.change({ ...item, payload: { ...item.payload, file: { ...item.payload!.file!, url: `https://kith.test/${id}` } } });
    });
  const left = () => romeo.sent.filter((each) => each.attrs['id'] !== undefined && /^(f\d|t1)$/.test(each.attrs['id'])).map((each) => each.attrs['id']);
  romeo.world.flash({ transfers: { '1:f1': { state: 'uploading', bytes: 0, total: 1 } } });
  romeo.online = true;
  await up('f2');
  await quiet(verona);
  expect(left()).toEqual(['t1']);
  await up('f1');
  await quiet(verona);
  expect(left()).toEqual(['t1', 'f1', 'f2']);

  romeo.online = false;
  await romeo.call('sendFiles', JULIET, ['f4'], [{ file: new Blob(['x']), name: 'f4.bin', kind: 'file' }]);
  await up('f4');
  romeo.world.flash({ transfers: { '1:f3': { state: 'failed', bytes: 0, total: 1 } } });
  romeo.online = true;
  romeo.core.outbox.pump();
  await quiet(verona);
  expect(left()).toEqual(['t1', 'f1', 'f2', 'f4']);
});
