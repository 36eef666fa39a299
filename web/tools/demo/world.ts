// A made-up world: 500 chats with 100,000 messages in all, the same ones for the same seed. For developing and measuring
// without a server; never part of the product.

import type { Chat, Content, Last, Message, Person, Reaction, Tick } from '../../src/chat/model';

export interface WorldOptions {
  readonly chats?: number;
  readonly messages?: number;
  readonly seed?: number;
  /** When the newest message was written. */
  readonly now?: number;
}

export interface World {
  readonly me: Person & { about: string };
  readonly people: readonly Person[];
  readonly chats: readonly WorldChat[];
}

export interface WorldChat {
  readonly chat: Chat;
  readonly members: readonly Person[];
  readonly count: number;
  /** Oldest first; made when first asked for, then the same array. */
  messages(): Message[];
}

/** Mulberry32: small, quick and the same everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const FIRST = ('Ada Amira Anna Ben Bruno Carla Chen Clara David Elif Emil Emma Fatima Felix Freya Georg Hana Hugo Ida Ines '
  + 'Jakob Jonas Julia Karim Lea Leon Lina Luca Malik Mara Mateo Mia Nadia Nina Noah Olga Omar Paula Pedro Rania Rosa Sami '
  + 'Sofia Tariq Theo Uma Vera Yusuf Zoe أحمد ليلى 美玲 Jürgen Søren').split(' ');
const LAST = ('Abadi Becker Bianchi Cohen Costa Diaz Fischer Garcia Haddad Hansen Ivanov Jung Keller Khan Lang Lopez Meyer Mori '
  + 'Nowak Okafor Papadopoulos Rossi Sato Schmidt Silva Tanaka Weber Yilmaz Zhang').split(' ');
const GROUPS = ('Family|Book club|Team Orchard|Sunday hike|House 12|Parents 3b|Football|Choir|Trip to Lisbon|Board games|'
  + 'Volunteers|Lab|Kitchen|Newsroom|Allotment|Running|Photo club|Neighbours').split('|');
const WORDS = ('the a we you I can meet later today tomorrow at station coffee great thanks sorry late train bring bread milk see '
  + 'photo nice yes no maybe call home work weekend dinner lunch idea plan ticket book read film music park rain sun walk garden '
  + 'birthday present key door car bike bus stop street number found lost ready soon okay perfect really think know about with for '
  + 'from school doctor appointment morning evening week month Monday Friday quick question answer ask tell friend team project '
  + 'draft paper map lake mountain beach holiday flight hotel address map time clock hour minute long short').split(' ');
const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '🔥', '👏'];
const DAY = 86_400_000;

function pick<T>(list: readonly T[], next: () => number): T {
  return list[Math.floor(next() * list.length)]!;
}

function sentence(next: () => number, words: number): string {
  let text = '';
  for (let i = 0; i < words; i++) text += (i ? ' ' : '') + pick(WORDS, next);
  return text.charAt(0).toUpperCase() + text.slice(1) + pick(['.', '', '!', '?', ' ' + pick(EMOJI, next)], next);
}

function text(next: () => number): string {
  const kind = next();
  if (kind < 0.04) return pick(EMOJI, next).repeat(1 + Math.floor(next() * 3));
  if (kind < 0.08) return 'https://example.org/' + pick(WORDS, next) + '/' + pick(WORDS, next);
  if (kind < 0.11) return `*${sentence(next, 3)}* and _${pick(WORDS, next)}_`;
  if (kind < 0.13) return Array.from({ length: 4 }, () => sentence(next, 30)).join('\n\n');
  if (kind < 0.15) return 'مرحبا، كيف حالك اليوم؟';
  return sentence(next, 2 + Math.floor(next() * next() * 30));
}

/** A tiny blurred picture, as a data URL that is really different for each number. */
function thumbnail(number: number): string {
  const hue = (number * 47) % 360;
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'><rect width='4' height='3' fill='hsl(${hue} 60% 60%)'/>`
    + `<circle cx='${1 + (number % 3)}' cy='1.5' r='1' fill='hsl(${(hue + 120) % 360} 60% 50%)'/></svg>`;
  return 'data:image/svg+xml,' + encodeURIComponent(svg);
}

function content(next: () => number, index: number, people: readonly Person[], group: boolean): Content {
  const kind = next();
  if (kind < 0.9) return { kind: 'text', text: text(next) };
  if (kind < 0.935) {
    const wide = next() < 0.6;
    return {
      kind: 'image', name: `IMG_${1000 + index}.jpg`, type: 'image/jpeg', size: 200_000 + Math.floor(next() * 3e6), caption: next() < 0.3 ? text(next) : '',
      width: wide ? 1600 : 1200, height: wide ? 1200 : 1600, thumbnail: thumbnail(index), local: next() < 0.5,
    };
  }
  if (kind < 0.955) {
    return {
      kind: 'voice', name: 'voice.webm', type: 'audio/webm', size: 40_000, caption: '', durationMillis: 2000 + Math.floor(next() * 60_000),
      waveform: Array.from({ length: 48 }, () => Math.floor(next() * 100)), local: true,
    };
  }
  if (kind < 0.965) {
    return {
      kind: 'video', name: 'film.mp4', type: 'video/mp4', size: 9_000_000, caption: '', width: 1280, height: 720, durationMillis: 34_000,
      thumbnail: thumbnail(index), local: false,
    };
  }
  if (kind < 0.977) return { kind: 'file', name: `Report ${index}.pdf`, type: 'application/pdf', size: 123_456, caption: '', local: false };
  if (kind < 0.982) return { kind: 'location', latitude: 52.5 + next(), longitude: 13.3 + next(), label: 'Café am See' };
  if (kind < 0.987) {
    const person = pick(people, next);
    return { kind: 'contact', people: [{ name: person.name, address: person.address }] };
  }
  if (group && kind < 0.993) {
    return {
      kind: 'poll', question: sentence(next, 5), multiple: next() < 0.3, closed: false,
      options: ['Monday', 'Tuesday', 'Friday'].map((text, i) => ({
        id: String(i), text, mine: i === 1, voters: people.slice(i, i + Math.floor(next() * 4)).map((person) => person.address),
      })),
    };
  }
  if (kind < 0.995) return { kind: 'retracted', by: people[0]!.address };
  return { kind: 'text', text: text(next) };
}

function makeMessages(me: Person, chat: Chat, members: readonly Person[], count: number, seed: number): Message[] {
  const next = random(seed);
  const group = chat.kind === 'group';
  const all: Message[] = [];
  const gap = Math.min((700 * DAY) / count, 6 * 3_600_000);
  let time = chat.time - count * gap;
  let author: Person = members[0]!;
  for (let i = 0; i < count; i++) {
    const burst = next() < 0.6;
    if (!burst) author = next() < 0.42 ? me : pick(members, next);
    time = i === count - 1 ? chat.time : time + (burst ? 20_000 : gap * 2 * next());
    if (time > chat.time) time = chat.time;
    const mine = author === me;
    const unread = i >= count - chat.unread;
    if (unread && mine) author = members[0]!;
    const left = count - i;
    const tick: Tick = left === 1 && seed % 11 === 0 ? 'waiting' : left < 3 ? (['sent', 'delivered', 'read'] as const)[seed % 3]! : 'read';
    const from = author === me ? me : author;
    const reactions: Reaction[] | undefined = next() < 0.06
      ? [{ emoji: pick(EMOJI, next), from: [pick(members, next).address], mine: false }]
      : undefined;
    const quoted = next() < 0.05 && i > 10 ? all[i - 1 - Math.floor(next() * 10)] : undefined;
    const event = group && next() < 0.004;
    all.push({
      id: `${chat.id}#${i}`, chat: chat.id, from: from.address, mine: from === me, time: Math.floor(time),
      content: event ? { kind: 'event', event: { type: 'joined', who: [from.address] } } : content(next, i, members, group),
      ...(group && from !== me && { fromName: from.name }),
      ...(from === me && { tick }),
      ...(reactions && { reactions }),
      ...(next() < 0.01 && { edited: Math.floor(time) + 1000 }),
      ...(next() < 0.01 && { forwarded: true }),
      ...(next() < 0.005 && { starred: true }),
      ...(quoted && {
        reply: { id: quoted.id, from: quoted.from, kind: quoted.content.kind, text: preview(quoted.content), ...(quoted.fromName && { fromName: quoted.fromName }) },
      }),
    });
  }
  return all;
}

export function preview(content: Content): string {
  switch (content.kind) {
    case 'text': return content.text.slice(0, 160);
    case 'image': case 'video': case 'audio': case 'voice': return content.caption;
    case 'file': return content.caption || content.name;
    case 'poll': return content.question;
    case 'contact': return content.people.map((person) => person.name).join(', ');
    case 'location': return content.label ?? '';
    case 'unknown': return content.text;
    default: return '';
  }
}

export function lastOf(message: Message): Last {
  return {
    id: message.id, from: message.from, mine: message.mine, kind: message.content.kind, text: preview(message.content),
    ...(message.fromName && { fromName: message.fromName }),
    ...(message.tick && { tick: message.tick }),
    ...(message.content.kind === 'event' && { event: message.content.event }),
    ...('durationMillis' in message.content && message.content.durationMillis && { durationMillis: message.content.durationMillis }),
  };
}

export function makeWorld(options: WorldOptions = {}): World {
  const { chats: chatCount = 500, messages: messageCount = 100_000, seed = 1, now = Date.UTC(2026, 10, 22, 9, 0) } = options;
  const next = random(seed);
  const me = { address: '+4915100000000@kith.example', name: 'Robin Me', phone: '+4915100000000', about: 'Here and there' };
  const people: Person[] = Array.from({ length: chatCount }, (_, i) => ({
    address: `+49151${String(10_000_000 + i)}@kith.example`,
    phone: `+49151${String(10_000_000 + i)}`,
    name: i === 7 ? 'Bartholomäus Maximilian von und zu Hohenstein-Wittelsbach der Jüngere' : `${pick(FIRST, next)} ${pick(LAST, next)}`,
    ...(next() < 0.6 && { photo: { owner: `+49151${10_000_000 + i}@kith.example`, id: `p${i}` } }),
  }));
  // The share of chat i is like 1/(i+1): a few very long chats, many short ones.
  const harmonic = Array.from({ length: chatCount }, (_, i) => 1 / (i + 3));
  const sum = harmonic.reduce((a, b) => a + b, 0);
  let left = messageCount;
  let time = now;
  const chats: WorldChat[] = [];
  for (let i = 0; i < chatCount; i++) {
    const count = i === chatCount - 1 ? Math.max(1, left) : Math.min(left - (chatCount - 1 - i), Math.max(1, Math.round((messageCount * harmonic[i]!) / sum)));
    left -= count;
    const group = i % 6 === 2;
    const person = people[i]!;
    const members = group ? Array.from({ length: 3 + Math.floor(next() * 40) }, () => pick(people, next)) : [person];
    time -= i < 20 ? 5 * 60_000 * next() * (i + 1) : next() * 2 * DAY * (700 / chatCount);
    const unread = i === 0 ? 3 : next() < 0.15 ? Math.min(count, 1 + Math.floor(next() * 12)) : 0;
    const chatSeed = seed * 100_003 + i;
    const draft: Chat = {
      id: group ? `g${i}@groups.kith.example` : person.address,
      kind: group ? 'group' : 'person',
      name: group ? `${pick(GROUPS, next)} ${i}` : person.name,
      time: Math.floor(time), unread, unreadMentions: group && unread > 3 ? 1 : 0, markedUnread: false, typing: [],
      archived: i > 40 && next() < 0.05, blocked: false, mayWrite: true,
      ...(person.photo && { photo: group ? { owner: `g${i}@groups.kith.example`, id: `g${i}` } : person.photo }),
      ...(i === 4 && { draft: { text: 'I wanted to say' } }),
      ...((i === 1 || i === 6) && { pinned: now - i }),
      ...(next() < 0.08 && { mutedUntil: Infinity }),
      ...(i === 3 && { typing: [{ who: members[0]!.address, name: members[0]!.name, what: 'text' as const }] }),
      ...(group && { member: true, admin: true }),
      ...(i === 2 && { asking: 2 }),
      ...(i === 8 && { announces: true, name: 'Our village' }),
    };
    let made: Message[] | undefined;
    const messages = () => (made ??= makeMessages(me, draft, members, count, chatSeed));
    chats.push({ chat: draft, members, count, messages });
  }
  return { me, people, chats };
}
