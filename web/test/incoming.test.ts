import 'fake-indexeddb/auto';
import { beforeEach, expect, test } from 'vitest';
import { el, type Element, type Node } from '../src/xmpp/xml';
import { NS } from '../src/xmpp/ns';
import { Database } from '../src/chat/database';
import { Incoming, type Source } from '../src/chat/incoming';
import type { Stored } from '../src/chat/rows';
import { World } from '../src/chat/world';

const ME = 'romeo@kith.test';
const PEER = 'juliet@kith.test';
const GROUP = 'g@groups.kith.test';

let world: World;
let incoming: Incoming;
let receipts: string[];
let count = 0;

beforeEach(async () => {
  world = new World(await Database.open(`incoming-${++count}`));
  receipts = [];
  incoming = new Incoming(world, () => ME, {
    receipt: async (_, id) => void receipts.push(id), refused: async () => {}, typing: () => {}, groupEvent: async () => {}, stranger: () => {}, asksToJoin: () => {}, declined: () => {},
  });
});

const message = (from: string, attrs: Record<string, string>, ...children: Node[]) => el('message', NS.client, { from, type: 'chat', ...attrs }, children);
const body = (text: string) => el('body', NS.client, {}, text);
const stanzaId = (by: string, id: string) => el('stanza-id', NS.sid, { by, id });
const origin = (id: string) => el('origin-id', NS.sid, { id });
const live: Source = { how: 'live' };

async function take(stanza: Element, source: Source = live): Promise<void> {
  await incoming.take(stanza, source);
  await world.commit();
}
async function all(chat = PEER): Promise<Stored[]> {
  return world.messages.before(world.chats.get(chat)?.no ?? -1, Infinity, 100);
}
async function sent(id: string, text = id): Promise<void> {
  await take(message(`${ME}/other`, { to: PEER, id }, body(text), origin(id), stanzaId(ME, `a-${id}`)));
}

test('the same message, live, in a carbon and from the archive, is one', async () => {
  const stanza = message(`${PEER}/x`, { to: ME, id: 'm1' }, body('Hi'), stanzaId(ME, '17'));
  await take(stanza);
  await take(stanza);
  await take(message(`${PEER}/x`, { to: ME, id: 'm1' }, body('Hi')), { how: 'catch-up', archive: '17' });
  expect((await all()).length).toBe(1);
  expect(world.chats.get(PEER)!.unread).toBe(1);
});

test('an own message that came back from the archive keeps its place and learns its id', async () => {
  await sent('m1');
  await take(message(`${ME}/x`, { to: PEER, id: 'm1' }, body('m1'), origin('m1')), { how: 'catch-up', archive: '99', delay: 1 });
  const [only, ...others] = await all();
  expect(others).toEqual([]);
  expect(only!.archive).toBe('99');
});

test('two ticks by a receipt of who it was for, and by nobody else', async () => {
  await sent('m1');
  await take(message('mallory@kith.test/x', { to: ME }, el('received', NS.receipts, { id: 'm1' })));
  expect((await all())[0]!.tick).toBe('sent');
  await take(message(`${PEER}/x`, { to: ME }, el('received', NS.receipts, { id: 'm1' })));
  expect((await all())[0]!.tick).toBe('delivered');
});

test('blue ticks for all up to the one that was shown, and a tick never goes back', async () => {
  for (const id of ['m1', 'm2', 'm3']) await sent(id);
  await take(message(`${PEER}/x`, { to: ME }, el('displayed', NS.markers, { id: 'm2' })));
  expect((await all()).map((each) => each.tick)).toEqual(['read', 'read', 'sent']);
  await take(message(`${PEER}/x`, { to: ME }, el('received', NS.receipts, { id: 'm1' })));
  expect((await all()).map((each) => each.tick)).toEqual(['read', 'read', 'sent']);
});

/** Written here and kept by the server, whose acknowledgement was lost with the stream. */
async function unacknowledged(...ids: string[]): Promise<void> {
  const row = incoming.ensure(PEER);
  for (const id of ids) {
    const order = await world.messages.freeOrder(row.no, 1);
    await incoming.insert(row, { id: `${row.no}:${id}`, chat: PEER, from: ME, mine: true, time: 1, order, wire: id, tick: 'waiting', content: { kind: 'text', text: id } });
  }
  await world.commit();
}

test('a receipt that comes ahead of the server\'s acknowledgement counts as soon as the message is known to be sent', async () => {
  await unacknowledged('m1');
  await take(message(`${PEER}/x`, { to: ME }, el('received', NS.receipts, { id: 'm1' })));
  expect((await all())[0]!.tick).toBe('waiting');
  await take(message(`${ME}/x`, { to: PEER, id: 'm1' }, body('m1'), origin('m1')), { how: 'catch-up', archive: '99', delay: 1 });
  expect((await all())[0]!.tick).toBe('delivered');
});

test('what was shown ahead of the server\'s acknowledgement counts, too, and what waits before it goes on waiting', async () => {
  await unacknowledged('uploading', 'm2');
  await take(message(`${PEER}/x`, { to: ME }, el('displayed', NS.markers, { id: 'm2' })));
  await take(message(`${ME}/x`, { to: PEER, id: 'm2' }, body('m2'), origin('m2')), { how: 'catch-up', archive: '99', delay: 1 });
  expect((await all()).map((each) => each.tick)).toEqual(['waiting', 'read']);
});

test('a message that the archive shows just before it comes live is confirmed to its sender', async () => {
  const stanza = message(`${PEER}/x`, { to: ME, id: 'm1' }, body('Hi'), el('request', NS.receipts), stanzaId(ME, '17'));
  await take(stanza, { how: 'history', archive: '17' });
  expect(receipts).toEqual([]);
  await take(stanza);
  expect(receipts).toEqual(['m1']);
});

test('only the author corrects and retracts', async () => {
  await take(message(`${PEER}/x`, { to: ME, id: 'm1' }, body('Hi'), stanzaId(ME, '1')));
  await take(message(`${ME}/y`, { to: PEER, id: 'm2' }, el('retract', NS.retract, { id: 'm1' })));
  expect((await all())[0]!.content).toMatchObject({ text: 'Hi' });
  await take(message(`${PEER}/x`, { to: ME, id: 'm3' }, body('Hello'), el('replace', NS.correct, { id: 'm1' }), stanzaId(ME, '2')));
  expect((await all())[0]).toMatchObject({ content: { text: 'Hello' } });
  expect((await all())[0]!.edited).toBeDefined();
  await take(message(`${PEER}/x`, { to: ME, id: 'm4' }, el('retract', NS.retract, { id: 'm1' })));
  expect((await all())[0]!.content).toEqual({ kind: 'retracted', by: PEER });
  await take(message(`${PEER}/x`, { to: ME, id: 'm5' }, body('again'), el('replace', NS.correct, { id: 'm1' }), stanzaId(ME, '3')));
  expect((await all())[0]!.content).toEqual({ kind: 'retracted', by: PEER });
});

test('a message of another with the id of one of ours does not take its place', async () => {
  await sent('m1', 'mine');
  await take(message(`${PEER}/x`, { to: ME, id: 'm1' }, body('theirs'), stanzaId(ME, '2')));
  expect((await all()).map((each) => 'text' in each.content && each.content.text).sort()).toEqual(['mine', 'theirs']);
});

test('an archive id counts only from one\'s own server', async () => {
  await take(message(`${PEER}/x`, { to: ME, id: 'm1' }, body('one'), stanzaId(PEER, '7'), stanzaId(ME, '1')));
  await take(message(`${PEER}/x`, { to: ME, id: 'm2' }, body('two'), stanzaId(PEER, '7'), stanzaId(ME, '2')));
  expect((await all()).length).toBe(2);
});

test('a receipt is sent for what came live and asked for one, not for history', async () => {
  await take(message(`${PEER}/x`, { to: ME, id: 'm1' }, body('Hi'), el('request', NS.receipts), stanzaId(ME, '1')));
  await take(message(`${PEER}/x`, { to: ME, id: 'm0' }, body('Hi'), el('request', NS.receipts)), { how: 'history', archive: '0', delay: 1 });
  await take(message(`${ME}/y`, { to: PEER, id: 'm2' }, body('Hi'), el('request', NS.receipts), stanzaId(ME, '2')));
  expect(receipts).toEqual(['m1']);
});

test('history comes in front, counts as read and does not become the last line', async () => {
  await take(message(`${PEER}/x`, { to: ME, id: 'm2' }, body('new'), stanzaId(ME, '2')));
  await take(message(`${PEER}/x`, { to: ME, id: 'm1' }, body('old')), { how: 'history', archive: '1', delay: 1000 });
  expect((await all()).map((each) => 'text' in each.content && each.content.text)).toEqual(['old', 'new']);
  expect(world.chats.get(PEER)).toMatchObject({ unread: 1, last: { text: 'new' } });
});

test('what was shown on another device is read here', async () => {
  for (const id of ['1', '2', '3']) await take(message(`${PEER}/x`, { to: ME, id: `m${id}` }, body(id), stanzaId(ME, id)));
  expect(world.chats.get(PEER)!.unread).toBe(3);
  await incoming.displayedById(PEER, '2');
  expect(world.chats.get(PEER)!.unread).toBe(1);
  await take(message(`${ME}/y`, { to: PEER }, el('displayed', NS.markers, { id: 'm3' })));
  expect(world.chats.get(PEER)!.unread).toBe(0);
});

test('reactions replace each other and can be taken back', async () => {
  await sent('m1');
  const react = (...emojis: string[]) => take(message(`${PEER}/x`, { to: ME }, el('reactions', NS.reactions, { id: 'm1' }, emojis.map((each) => el('reaction', NS.reactions, {}, each)))));
  await react('👍', '❤️');
  expect((await all())[0]!.reactions?.map((each) => each.emoji)).toEqual(['👍', '❤️']);
  await react('😂');
  expect((await all())[0]!.reactions).toEqual([{ emoji: '😂', from: [PEER], mine: false }]);
  await react();
  expect((await all())[0]!.reactions).toEqual([]);
});

test('a vote that is not among the options, or one too many, does not count', async () => {
  await take(message(`${ME}/x`, { to: PEER, id: 'm1' }, body('?'), origin('m1'), el('poll', NS.poll, {}, el('question', NS.poll, {}, '?'), el('option', NS.poll, { id: '1' }, 'a'), el('option', NS.poll, { id: '2' }, 'b')), stanzaId(ME, '1')));
  await take(message(`${PEER}/x`, { to: ME }, el('vote', NS.poll, { id: 'm1' }, el('option', NS.poll, { id: '9' }), el('option', NS.poll, { id: '2' }), el('option', NS.poll, { id: '1' }))));
  expect((await all())[0]!.content).toMatchObject({ options: [{ voters: [] }, { voters: [PEER] }] });
});

test('in a group, who wrote is who the group says, and only the group tells what happened to it', async () => {
  const item = (jid: string) => el('x', NS.mucUser, {}, el('item', NS.mucUser, { jid, affiliation: 'member', role: 'participant' }));
  const say = (nick: string, jid: string, id: string, ...more: Node[]) => el('message', NS.client, { from: `${GROUP}/${nick}`, type: 'groupchat', id }, item(jid), stanzaId(GROUP, `s-${id}`), more);
  await take(say('romeo', PEER, 'm1', body('I am Juliet')));
  expect((await all(GROUP))[0]).toMatchObject({ from: PEER, mine: false });
  await take(el('message', NS.client, { from: `${GROUP}/juliet`, type: 'groupchat', id: 'm2' }, el('event', NS.groups, { kind: 'removed', by: PEER, jid: ME })));
  expect((await all(GROUP)).length).toBe(1);
  await take(el('message', NS.client, { from: GROUP, type: 'groupchat', id: 'm3' }, el('event', NS.groups, { kind: 'added', by: PEER, jid: 'paris@kith.test' }), stanzaId(GROUP, 's-m3')));
  expect((await all(GROUP)).at(-1)!.content).toEqual({ kind: 'event', event: { type: 'added', by: PEER, who: ['paris@kith.test'] } });
  // Another member cannot take back what Juliet said.
  await take(say('paris', 'paris@kith.test', 'm4', el('retract', NS.retract, { id: 's-m1' })));
  expect((await all(GROUP))[0]!.content.kind).toBe('text');
  await take(say('juliet', PEER, 'm5', el('retract', NS.retract, { id: 's-m1' })));
  expect((await all(GROUP))[0]!.content.kind).toBe('retracted');
});

test('a message from nowhere or of a server makes no chat', async () => {
  await take(message('kith.test', { to: ME, id: 'm1' }, body('Hi')));
  await take(message('', { to: ME, id: 'm2' }, body('Hi')));
  expect(world.chats.size).toBe(0);
});

// --------------------------------------------------------------------------------------------------------------- order

const says = (text: string, how: Source['how'], delay?: number) =>
  take(message(`${PEER}/x`, { to: ME, id: text }, body(text), ...(how === 'live' ? [stanzaId(ME, `a-${text}`)] : [])), { how, ...(how !== 'live' && { archive: `a-${text}` }), ...(delay !== undefined && { delay }) });
const texts = async () => (await all()).map((each) => (each.content as { text: string }).text);

test('what comes live follows what is here, though the server kept it before this device’s clock showed the one before', async () => {
  const now = Date.now();
  await says('1', 'live');
  await says('2', 'live', now - 600_000);
  await says('from the future', 'live', now + 3_600_000);
  await says('3', 'live');
  expect(await texts()).toEqual(['1', '2', 'from the future', '3']);
});

test('a gap is filled behind what stood before it in the archive, and before what has come live meanwhile', async () => {
  const now = Date.now();
  await says('1', 'live', now - 60_000);
  await says('5', 'live');
  incoming.caughtUp.clear();
  for (const [text, delay] of [['1', now - 60_000], ['2', now - 59_000], ['3', now - 58_000]] as const) await says(text, 'catch-up', delay);
  expect(await texts()).toEqual(['1', '2', '3', '5']);
  await says('0', 'history', now - 90_000);
  expect((await texts())[0]).toBe('0');
});

test('what waits to be sent does not hold back what comes', async () => {
  const row = incoming.ensure(PEER);
  await incoming.insert(row, { id: '1:w', chat: PEER, from: ME, mine: true, time: Date.now(), order: Date.now() * 1000, wire: 'w', tick: 'waiting', content: { kind: 'text', text: 'mine' } });
  await says('theirs', 'live', Date.now() - 60_000);
  expect(await texts()).toEqual(['theirs', 'mine']);
});
