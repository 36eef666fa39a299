import { beforeEach, expect, test } from 'vitest';
import { NS } from '../src/xmpp/ns';
import { readMessage } from '../src/xmpp/message';
import { groupReceipt } from '../src/xmpp/saying';
import { el, read, write, type Element, type Node } from '../src/xmpp/xml';
import { listed } from '../src/xmpp/lists';
import type { Group, PollContent } from '../src/chat/model';
import type { Stored } from '../src/chat/rows';
import { quiet, Verona, type Device } from './verona';

const ROMEO = 'romeo@kith.test';
const JULIET = 'juliet@kith.test';
const PARIS = 'paris@kith.test';
const CHOIR = 'choir@groups.kith.test';
const VILLAGE = 'village@groups.kith.test';

let verona: Verona;
let romeo: Device;
/** What the group was asked for, and what it says to that. */
let waiting: string[];
let answered: string[];
let singers: string[];
/** What the next one who wants to come in is told. */
/** Where somebody wanted to come in: to whom it was said, into which group, with which link. */
let knocked: string[];
let doorSays: 'joined' | 'pending';

beforeEach(async () => {
  verona = new Verona();
  knocked = [];
  [waiting, answered, singers, doorSays] = [[], [], [JULIET], 'pending'];
  verona.other = (_, type, to, payload) => {
    const result = (...children: Node[]) => el('iq', NS.client, { type: 'result' }, children);
    if (payload.is('requests', NS.groups)) {
      return result(el('requests', NS.groups, {}, waiting.map((jid) => el('request', NS.groups, { jid, nick: 'Nick', since: '2026-11-22T10:00:00Z' }))));
    }
    if (payload.is('answer', NS.groups)) {
      answered.push(`${payload.attr('jid')} ${payload.attr('allow')}`);
      return result();
    }
    if (payload.is('query', NS.disco)) {
      const field = (name: string, value: string) => el('field', NS.data, { var: name }, el('value', NS.data, {}, value));
      return result(el('query', NS.disco, {}, el('x', NS.data, { type: 'result' }, field('muc#roomconfig_roomname', to === VILLAGE ? 'Village' : 'Choir'),
        to === VILLAGE ? field('{urn:kith:groups:0}announces', '1') : field('muc#roomconfig_pubsub', `xmpp:${VILLAGE}?;node=groups`))));
    }
    if (payload.is('query', NS.mucAdmin)) {
      const affiliation = payload.child('item')!.attr('affiliation');
      const jids = affiliation === 'owner' ? [ROMEO] : affiliation === 'member' && to === CHOIR ? singers : [];
      return result(el('query', NS.mucAdmin, {}, jids.map((jid) => el('item', NS.mucAdmin, { jid, affiliation: affiliation! }))));
    }
    if (payload.is('tokens', NS.mucInvite)) return result(el('tokens', NS.mucInvite, {}, el('token', NS.mucInvite, { delay: '60' }, 'abc')));
    if (payload.is('groups', NS.groups)) return result(el('groups', NS.groups));
    if (payload.is('join', NS.groups) && type === 'set') knocked.push(`${to} ${payload.attr('group')} ${payload.attr('token')}`);
    if (payload.is('join', NS.groups)) return result(type === 'get' ? el('group', NS.groups, { name: 'Choir', members: 2 }) : el(doorSays, NS.groups));
    return undefined;
  };
  romeo = await verona.device(ROMEO);
});

async function inGroup(device: Device, address: string, details: Partial<Group> = {}): Promise<void> {
  await device.core.run(async () => {
    device.core.incoming.ensure(address, 'group');
    device.core.incoming.update(address, { member: true, admin: true });
    device.world.stage({ kept: { groups: [...device.world.groups.values(), {
      address, name: '', description: '', me: 'owner', permissions: { write: 'all', change: 'all', add: 'all', approve: true, free: false }, requests: [], announces: false, groups: [],
      members: [ROMEO, JULIET].map((each) => ({ address: each, name: each, role: 'member' as const })), ...details,
    }] } });
  });
}

const said = (group: string, nick: string, jid: string | undefined, id: string, ...more: Node[]) => el('message', NS.client, { from: `${group}/${nick}`, type: 'groupchat', id },
  jid !== undefined && el('x', NS.mucUser, {}, el('item', NS.mucUser, { jid, affiliation: 'member', role: 'participant' })), el('stanza-id', NS.sid, { by: group, id: `a-${id}` }),
  el('origin-id', NS.sid, { id }), more);
const event = (group: string, attrs: Record<string, string>, id: string) => el('message', NS.client, { from: group, type: 'groupchat', id },
  el('event', NS.groups, attrs), el('stanza-id', NS.sid, { by: group, id: `a-${id}` }));
const body = (text: string) => el('body', NS.client, {}, text);
const all = (device: Device, chat: string): Promise<Stored[]> => device.world.messages.before(device.world.chats.get(chat)?.no ?? -1, Infinity, 100);
const own = async (device: Device, chat: string, id: string) => {
  await device.call('send', chat, id, { text: id });
  await device.core.run(() => device.core.outbox.acked([id]));
  await device.gets(said(chat, 'romeo', ROMEO, id, body(id)));
};
const takenBy = (who: string, group: string, id: string) => groupReceipt(ROMEO, group, `a-${id}`, `r-${who}-${id}`).with({ from: `${who}/x` });

// ---------------------------------------------------------------------------------------------------------------- ticks

test('a receipt of a group says which message of which group', () => {
  const there = readMessage(read(write(groupReceipt(JULIET, CHOIR, 'a-1', 'r1')), NS.client));
  expect([there.type, there.receipt, there.receiptGroup]).toEqual(['chat', 'a-1', CHOIR]);
});

test('who gets a message in a group tells its author, once for all that came together, and nobody else', async () => {
  await inGroup(romeo, CHOIR);
  romeo.online = false;
  for (const id of ['1', '2', '3']) await romeo.gets(said(CHOIR, 'juliet', JULIET, id, body(id), el('request', NS.receipts)));
  await romeo.gets(said(CHOIR, 'paris', PARIS, '4', body('4')));
  const items = [...romeo.world.outbox.values()];
  expect(items.map(({ to, what, about, group }) => [to, what, about, group])).toEqual([[JULIET, 'receipt', 'a-3', CHOIR]]);
});

test('two ticks in a group when all who were in it have the message, not before', async () => {
  await inGroup(romeo, CHOIR, { members: [ROMEO, JULIET, PARIS].map((address) => ({ address, name: address, role: 'member' as const })) });
  await own(romeo, CHOIR, '1');
  expect((await all(romeo, CHOIR))[0]).toMatchObject({ tick: 'sent', recipients: [JULIET, PARIS] });
  await romeo.gets(takenBy(JULIET, CHOIR, '1'));
  expect((await all(romeo, CHOIR))[0]!.tick).toBe('sent');
  // Neither one who is not in it, nor the same one again.
  await romeo.gets(takenBy('mallory@kith.test', CHOIR, '1'));
  await romeo.gets(takenBy(JULIET, CHOIR, '1'));
  expect((await all(romeo, CHOIR))[0]!.tick).toBe('sent');
  await romeo.gets(takenBy(PARIS, CHOIR, '1'));
  expect((await all(romeo, CHOIR))[0]!.tick).toBe('delivered');
});

test('one receipt counts for what was written before, but not for who came after that', async () => {
  await inGroup(romeo, CHOIR);
  await own(romeo, CHOIR, '1');
  singers = [JULIET, PARIS];
  await romeo.gets(event(CHOIR, { kind: 'added', by: JULIET, jid: PARIS, affiliation: 'member' }, 'e1'));
  await own(romeo, CHOIR, '2');
  await romeo.gets(takenBy(PARIS, CHOIR, '2'));
  expect((await all(romeo, CHOIR)).filter((each) => each.mine).map((each) => [each.tick, Object.keys(each.marks ?? {})])).toEqual([['sent', []], ['sent', [PARIS]]]);
  await romeo.gets(takenBy(JULIET, CHOIR, '2'));
  expect((await all(romeo, CHOIR)).filter((each) => each.mine).map((each) => each.tick)).toEqual(['delivered', 'delivered']);
});

test('where it is not known who is in a group, ticks end at one', async () => {
  await romeo.core.run(async () => void romeo.core.incoming.ensure(CHOIR, 'group'));
  await own(romeo, CHOIR, '1');
  await romeo.gets(el('message', NS.client, { from: `${CHOIR}/juliet`, type: 'groupchat', id: 'd' }, el('displayed', NS.markers, { id: 'a-1' }),
    el('x', NS.mucUser, {}, el('item', NS.mucUser, { jid: JULIET, affiliation: 'member', role: 'participant' }))));
  expect((await all(romeo, CHOIR))[0]!.tick).toBe('sent');
});

test('in a large group nobody is asked who has it', async () => {
  await inGroup(romeo, CHOIR, { members: [ROMEO, ...Array.from({ length: 300 }, (_, i) => `m${i}@kith.test`)].map((address) => ({ address, name: address, role: 'member' as const })) });
  await romeo.call('send', CHOIR, '1', { text: 'Hi' });
  expect((await all(romeo, CHOIR))[0]!.recipients).toBe(0);
  expect([...romeo.world.outbox.values()][0]!.receipts).toBeUndefined();
});

// -------------------------------------------------------------------------------------------------------- joining

const form = (from: string) => el('message', NS.client, { from, id: 'f' }, el('x', NS.data, { type: 'form' },
  el('field', NS.data, { var: 'FORM_TYPE', type: 'hidden' }, el('value', NS.data, {}, 'http://jabber.org/protocol/muc#register')),
  el('field', NS.data, { var: 'muc#jid' }, el('value', NS.data, {}, PARIS))));

test('an administrator hears of who wants to come in, and answers', async () => {
  await inGroup(romeo, CHOIR);
  waiting = [PARIS];
  await romeo.gets(form(CHOIR));
  await quiet(verona);
  expect(romeo.world.groupCell(CHOIR).peek()!.requests).toMatchObject([{ address: PARIS, name: 'Nick', since: Date.parse('2026-11-22T10:00:00Z') }]);
  expect(romeo.world.chatCell(CHOIR).peek()!.asking).toBe(1);
  await romeo.call('answerRequest', CHOIR, PARIS, true);
  expect(answered).toEqual([`${PARIS} 1`]);
  expect(romeo.world.groupCell(CHOIR).peek()!.requests).toEqual([]);
  expect(romeo.world.chatCell(CHOIR).peek()!.asking).toBeUndefined();
});

test('who got an answer while the group was looked at waits no more', async () => {
  await inGroup(romeo, CHOIR);
  waiting = [JULIET, PARIS];
  const client = romeo.core.client!;
  const { iq } = client;
  let answers = Promise.resolve();
  let letGo = () => {};
  Object.assign(client, { iq: async (...asked: Parameters<typeof iq>) => {
    const answer = await iq(...asked);
    // The group has said who waits; the rest of what is asked of it takes its time.
    if ((asked[2] as Element).is('tokens', NS.mucInvite)) await answers;
    return answer;
  } });
  answers = new Promise((resolve) => (letGo = resolve));
  const looking = romeo.call('fetchGroup', CHOIR);
  await expect.poll(() => romeo.askedFor('tokens', NS.mucInvite), { timeout: 60_000 }).toBe(1);
  await romeo.call('answerRequest', CHOIR, PARIS, false);
  letGo();
  await looking;
  expect(romeo.world.groupCell(CHOIR).peek()!.requests).toMatchObject([{ address: JULIET }]);
  expect(romeo.world.chatCell(CHOIR).peek()!.asking).toBe(1);
});

test('a form of a group that one does not administer, or of a person, is nothing', async () => {
  await inGroup(romeo, CHOIR);
  await romeo.core.run(async () => void romeo.core.incoming.update(CHOIR, { admin: false }));
  waiting = [PARIS];
  await romeo.gets(form(CHOIR));
  await romeo.gets(form('mallory@kith.test'));
  await quiet(verona);
  expect(romeo.askedFor('requests', NS.groups)).toBe(0);
  expect(romeo.world.chats.has('mallory@kith.test')).toBe(false);
});

test('who is not let in is told, if they had asked', async () => {
  const heard: unknown[] = [];
  romeo.world.listeners.add((notice) => heard.push(notice));
  const declined = (from: string) => el('message', NS.client, { from, id: 'd' }, el('declined', NS.groups));
  await romeo.gets(declined(CHOIR));
  expect(await romeo.call('lookAtInvite', `https://kith.test/#join/${encodeURIComponent(CHOIR)}/abc`)).toEqual({ address: CHOIR, name: 'Choir', members: 2 });
  expect(await romeo.call('joinGroup', `https://kith.test/#join/${encodeURIComponent(CHOIR)}/abc`, 'Choir')).toEqual({ address: CHOIR, pending: true });
  expect(romeo.world.chats.has(CHOIR)).toBe(false);
  await romeo.gets(declined(CHOIR));
  await romeo.gets(declined(CHOIR));
  expect(heard).toEqual([{ type: 'declined', name: 'Choir' }]);
});

test('the link that is good is shown, and a new one makes those before void', async () => {
  await inGroup(romeo, CHOIR);
  const revoked: string[] = [];
  const before = verona.other;
  verona.other = (from, type, to, payload) => {
    if (payload.is('request', NS.mucInvite)) return el('iq', NS.client, { type: 'result' }, el('token', NS.mucInvite, { delay: '60' }, 'def'));
    if (payload.is('revoke', NS.mucInvite)) {
      revoked.push(payload.text);
      return el('iq', NS.client, { type: 'result' });
    }
    return before(from, type, to, payload);
  };
  await romeo.call('fetchGroup', CHOIR);
  expect(romeo.world.groupCell(CHOIR).peek()!.inviteLink).toMatch(/#join\/choir%40groups\.kith\.test\/abc$/);
  expect(await romeo.call('groupLink', CHOIR)).toMatch(/\/def$/);
  expect(revoked).toEqual(['abc']);
});

// ---------------------------------------------------------------------------------------------------- communities

test('a community is its channel: it knows its groups, and they know it', async () => {
  const before = verona.other;
  verona.other = (from, type, to, payload) => before(from, type, to, payload);
  await inGroup(romeo, CHOIR);
  await inGroup(romeo, VILLAGE);
  await verona.node(VILLAGE, 'groups').set(CHOIR, el('item', NS.pubsub, { id: CHOIR }, el('conference', NS.bookmarks, { name: 'Choir' })));
  await romeo.call('fetchGroup', VILLAGE);
  await romeo.call('fetchGroup', CHOIR);
  expect(romeo.world.groupCell(VILLAGE).peek()).toMatchObject({ announces: true, groups: [{ address: CHOIR, name: 'Choir' }] });
  expect(romeo.world.groupCell(CHOIR).peek()).toMatchObject({ announces: false, community: VILLAGE });
  expect(romeo.world.chatCell(VILLAGE).peek()!.announces).toBe(true);
});

test('where addresses are hidden, one knows one\'s own message, and nobody else\'s with the same id', async () => {
  await inGroup(romeo, VILLAGE, { announces: true });
  await romeo.call('send', VILLAGE, 'm1', { text: 'Fire drill' });
  await romeo.core.run(() => romeo.core.outbox.acked(['m1']));
  await romeo.gets(said(VILLAGE, 'warden', undefined, 'm1', body('Fire drill')));
  expect((await all(romeo, VILLAGE)).map((each) => [each.mine, each.archive])).toEqual([[true, 'a-m1']]);
  // On another device of ours it is known by the nickname.
  const other = await verona.device(ROMEO);
  await inGroup(other, VILLAGE, { announces: true });
  await other.core.run(async () => void other.core.incoming.update(VILLAGE, { nick: 'warden' }));
  await other.gets(said(VILLAGE, 'warden', undefined, 'm1', body('Fire drill')));
  await other.gets(el('message', NS.client, { from: `${VILLAGE}/mayor`, type: 'groupchat', id: 'm1' }, body('Cancelled'), el('origin-id', NS.sid, { id: 'm1' }), el('stanza-id', NS.sid, { by: VILLAGE, id: 'a-2' })));
  expect((await all(other, VILLAGE)).map((each) => each.mine)).toEqual([true, false]);
});

// ------------------------------------------------------------------------------------------------- broadcast lists

const LIST = 'l1@lists.invalid';

test('a list is on all of one\'s devices, as it was changed last, until it is removed', async () => {
  const desk = await verona.device(ROMEO);
  await romeo.call('createList', 'l1', 'Friends', [JULIET, PARIS]);
  await quiet(verona);
  expect(desk.world.listCell(LIST).peek()).toEqual({ address: LIST, name: 'Friends', members: [JULIET, PARIS] });
  expect(desk.world.chatCell(LIST).peek()).toMatchObject({ kind: 'broadcast', name: 'Friends' });
  desk.online = false;
  await desk.call('changeList', LIST, { members: [JULIET] });
  desk.online = true;
  await desk.core.lists.refresh();
  await quiet(verona);
  expect(romeo.world.listOf(LIST)!.members).toEqual([JULIET]);
  await romeo.call('removeList', LIST);
  await quiet(verona);
  expect([desk.world.chatCell(LIST).peek(), romeo.world.chatCell(LIST).peek(), desk.world.listOf(LIST)]).toEqual([undefined, undefined, undefined]);
});

test('a message to a list goes to the server once, is in each chat when the server has it, and has ticks in both', async () => {
  await romeo.call('createList', 'l1', 'Friends', [JULIET, PARIS]);
  romeo.sent.length = 0;
  await romeo.call('send', LIST, 'b1', { text: 'Party' });
  await quiet(verona);
  const stanza = romeo.sent.find((each) => each.name === 'message')!;
  expect([stanza.attr('to'), stanza.child('addresses', NS.address)!.all('address').map((each) => `${each.attr('type')} ${each.attr('jid')}`)]).toEqual(['kith.test', [`bcc ${JULIET}`, `bcc ${PARIS}`]]);
  expect(romeo.world.chats.has(JULIET)).toBe(false);
  await romeo.core.run(() => romeo.core.outbox.acked(['b1']));
  expect((await all(romeo, JULIET)).map((each) => [each.tick, each.mine])).toEqual([['sent', true]]);
  await romeo.gets(el('message', NS.client, { from: `${JULIET}/x` }, el('received', NS.receipts, { id: 'b1' })));
  expect((await all(romeo, LIST))[0]!.tick).toBe('sent');
  await romeo.gets(el('message', NS.client, { from: `${PARIS}/x` }, el('displayed', NS.markers, { id: 'b1' })));
  expect([(await all(romeo, LIST))[0]!.tick, (await all(romeo, JULIET))[0]!.tick, (await all(romeo, PARIS))[0]!.tick]).toEqual(['delivered', 'delivered', 'read']);
});

test('what is taken back for a list is taken back from each, and one whom it cannot reach is marked there', async () => {
  await romeo.call('createList', 'l1', 'Friends', [JULIET, PARIS]);
  await romeo.call('send', LIST, 'b1', { text: 'Party' });
  await romeo.core.run(() => romeo.core.outbox.acked(['b1']));
  const error = (from: string) => el('message', NS.client, { from, type: 'error', id: 'b1' }, el('error', NS.client, { type: 'cancel' }, el('service-unavailable', NS.stanzas)));
  await romeo.gets(error(PARIS));
  await romeo.gets(error('mallory@kith.test'));
  expect([(await all(romeo, JULIET))[0]!.tick, (await all(romeo, PARIS))[0]!.tick]).toEqual(['sent', 'failed']);
  // Whoever is in the list now.
  await romeo.call('changeList', LIST, { members: [PARIS] });
  await romeo.call('retract', '1:b1', 'x1');
  const [item] = [...romeo.world.outbox.values()];
  expect(item!.bcc).toEqual([JULIET, PARIS]);
  expect((await all(romeo, JULIET))[0]!.content.kind).toBe('retracted');
});

/** What other devices of ours are told of what this one has sent since: a carbon to each whom the server handed it to. */
async function carbons(from: Device, ...to: Device[]): Promise<void> {
  const stanzas = from.sent.splice(0).filter((each) => each.name === 'message');
  for (const stanza of stanzas) {
    const people = stanza.child('addresses', NS.address)?.all('address').map((each) => each.attr('jid')!) ?? [stanza.attr('to')!];
    for (const person of people) {
      const one = el('message', NS.client, { ...stanza.attrs, from: `${ROMEO}/phone`, to: person }, stanza.elements().filter((each) => each.name !== 'addresses'));
      for (const device of to) await device.gets(el('message', NS.client, { from: ROMEO }, el('sent', NS.carbons, {}, el('forwarded', NS.forward, {}, one))));
    }
  }
}

test('what one device writes to a list is in the list on the others, with its ticks, changes and votes', async () => {
  const desk = await verona.device(ROMEO);
  await romeo.call('createList', 'l1', 'Friends', [JULIET, PARIS]);
  await quiet(verona);
  romeo.sent.length = 0;
  await romeo.call('send', LIST, 'b1', { poll: { question: 'When?', options: ['Now', 'Later'], multiple: false } });
  await quiet(verona);
  await carbons(romeo, desk);
  expect(desk.world.chats.get(LIST)!.lastOrder).toBeUndefined();
  // Before the note comes, one has answered already.
  const votes = (who: string, option: string, id: string) => el('message', NS.client, { from: `${who}/x`, to: ROMEO, type: 'chat', id }, el('vote', NS.poll, { id: 'b1' }, el('option', NS.poll, { id: option })));
  await desk.gets(votes(JULIET, '1', 'v1'));
  await romeo.core.run(() => romeo.core.outbox.acked(['b1']));
  await romeo.gets(votes(JULIET, '1', 'v1'));
  await quiet(verona);
  await carbons(romeo, desk);
  for (const device of [romeo, desk]) {
    await device.gets(votes(PARIS, '2', 'v2'));
    await device.gets(el('message', NS.client, { from: `${PARIS}/x`, to: ROMEO }, el('received', NS.receipts, { id: 'b1' })));
    await device.gets(el('message', NS.client, { from: `${JULIET}/x`, to: ROMEO }, el('received', NS.receipts, { id: 'b1' })));
    await device.gets(el('message', NS.client, { from: `${JULIET}/x`, to: ROMEO, id: 'r1' }, el('reactions', NS.reactions, { id: 'b1' }, el('reaction', NS.reactions, {}, '👍'))));
    const [message] = await all(device, LIST);
    expect((message!.content as PollContent).options.map((option) => option.voters)).toEqual([[JULIET], [PARIS]]);
    expect([message!.tick, message!.recipients, message!.reactions?.map((each) => each.emoji)]).toEqual(['delivered', [JULIET, PARIS], ['👍']]);
    // Each sees its own answer alone in its own chat.
    expect(((await all(device, PARIS))[0]!.content as PollContent).options.map((option) => option.voters)).toEqual([[], [PARIS]]);
  }
  // Taken back on one, it is taken back on the other.
  await romeo.call('retract', '1:b1', 'x1');
  await quiet(verona);
  await carbons(romeo, desk);
  expect((await all(desk, LIST)).map((each) => each.content.kind)).toEqual(['retracted']);
});

test('only oneself says what went to a list of one’s own', async () => {
  await romeo.call('createList', 'l1', 'Friends', [JULIET]);
  await romeo.call('send', JULIET, 'm1', { text: 'Hi' });
  const note = (from: string, list: string, to = JULIET) => listed({ list, ref: 'm1', to: [to] }, ROMEO, 'n1').with({ from });
  await romeo.gets(note(`${JULIET}/x`, LIST));
  await romeo.gets(note(`${ROMEO}/x`, 'l9@lists.invalid'));
  await romeo.gets(note(`${ROMEO}/x`, LIST, PARIS));
  expect(await all(romeo, LIST)).toEqual([]);
  expect([romeo.world.chats.has('l9@lists.invalid'), romeo.world.chats.get(JULIET)!.unread]).toEqual([false, 0]);
});

test('nobody else makes lists, and nonsense is none', async () => {
  const items = (...all: Element[]) => el('event', NS.pubsubEvent, {}, el('items', NS.pubsubEvent, { node: NS.lists }, all));
  const item = (id: string, ...jids: string[]) => el('item', NS.pubsubEvent, { id }, el('list', NS.lists, { name: 'x' }, jids.map((jid) => el('to', NS.lists, { jid }))));
  await romeo.gets(el('message', NS.client, { type: 'headline', from: 'mallory@kith.test' }, items(item('l1', JULIET))));
  await romeo.gets(el('message', NS.client, { type: 'headline', from: ROMEO }, items(item('a@b/c', JULIET), item('l2'), item('l3', 'nobody'))));
  expect(romeo.world.kept.lists ?? []).toEqual([]);
});

test('the name that one gave somebody is one’s own: others are told what they are called by everybody', async () => {
  const people = (row: { given?: string; own?: string }) => romeo.core.run(async () => romeo.world.stage({ kept: { people: [{ address: '+4917012345@kith.test', contact: true, ...row }] } }));
  const person = () => romeo.world.personOf('+4917012345@kith.test');
  await people({ given: 'Nosy neighbour', own: 'Paul' });
  expect(person()).toMatchObject({ name: 'Nosy neighbour', publicName: 'Paul' });
  await people({ given: 'Nosy neighbour' });
  expect(person()).toMatchObject({ name: 'Nosy neighbour', publicName: '+4917012345' });
  await people({ own: 'Paul' });
  expect(person().publicName).toBeUndefined();
});

test('who is in a community asks its channel for a group, and has asked until it is in', async () => {
  expect(await romeo.core.groups.joinFrom(VILLAGE, CHOIR, 'Choir')).toBe(true);
  expect(knocked).toEqual([`${VILLAGE} ${CHOIR} undefined`]);
  expect(romeo.world.asked.value).toEqual([CHOIR]);
  expect(romeo.world.chats.get(CHOIR)).toBeUndefined();
  await romeo.core.run(() => romeo.core.groups.event(CHOIR, 'added', { jid: ROMEO, name: 'Choir', affiliation: 'member' }));
  expect(romeo.world.asked.value).toEqual([]);
});

test('a group that lets the people of its community in is in the list at once', async () => {
  doorSays = 'joined';
  expect(await romeo.core.groups.joinFrom(VILLAGE, CHOIR, 'Choir')).toBe(false);
  expect(romeo.world.chats.get(CHOIR)?.kind).toBe('group');
  expect(romeo.world.asked.value).toEqual([]);
});
