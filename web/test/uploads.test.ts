import { beforeEach, expect, test } from 'vitest';
import { IqError } from '../src/xmpp/client';
import { NS } from '../src/xmpp/ns';
import { el } from '../src/xmpp/xml';
import { uploadFailure } from '../src/chat/failures';
import { KithError } from '../src/chat/model';
import { quiet, Verona, type Device } from './verona';

const JULIET = 'juliet@kith.test';

let verona: Verona;
let romeo: Device;

beforeEach(async () => {
  verona = new Verona();
  romeo = await verona.device('romeo@kith.test');
});

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
