import type { SearchApi, SearchHit } from './api';
import type { Address, Chat, Message } from './model';
import { fold, wordsOf } from './rows';
import type { World } from './world';

type Find = SearchApi['find'];

/** Chats, people and messages with all of the words in them; messages come with the words around the first hit. */
export async function find(world: World, query: string, options: NonNullable<Parameters<Find>[1]>): ReturnType<Find> {
  const words = fold(query).split(/\s+/).filter((word) => word !== '').slice(0, 12);
  if (words.length === 0) return { chats: [], people: [], messages: [], more: false };
  const only = options.chat === undefined ? undefined : world.chats.get(options.chat)?.no;
  const named = options.chat === undefined ? world.named(words) : { chats: [] as Chat[], people: [] };
  const { hits, more } = options.chat !== undefined && only === undefined ? { hits: [], more: false } : await world.messages.search(words, only, options.limit ?? 50);
  // Each may lie in another block: they are read and decrypted side by side.
  const found = await Promise.all(hits.map(({ no, order }) => world.messages.at(no, order)));
  options.signal?.throwIfAborted();
  const messages = found.flatMap((message): SearchHit[] => {
    const row = message && world.chats.get(message.chat);
    return message && row && !row.removed ? [hitOf(message, words)] : [];
  });
  return { ...named, messages, more };
}

const BEFORE = 40;
const SNIPPET = 160;

function hitOf(message: Message, words: readonly string[]): SearchHit {
  const text = wordsOf(message.content).replace(/\s+/g, ' ');
  // Folding may change lengths: each character is folded by itself, so that ranges fit the text as it is shown.
  const chars = [...text];
  let folded = '';
  const starts: number[] = [];
  let units = 0;
  for (const char of chars) {
    const part = fold(char);
    for (let i = 0; i < part.length; i++) starts.push(units);
    folded += part;
    units += char.length;
  }
  starts.push(units);
  const all: [number, number][] = [];
  for (const word of words) for (let at = folded.indexOf(word); at >= 0 && all.length < 50; at = folded.indexOf(word, at + word.length)) all.push([starts[at]!, starts[at + word.length]!]);
  all.sort((one, two) => one[0] - two[0]);
  const from = Math.max(0, (all[0]?.[0] ?? 0) - BEFORE);
  const snippet = (from > 0 ? '…' : '') + text.slice(from, from + SNIPPET);
  const shift = from - (from > 0 ? 1 : 0);
  const ranges = all.map(([start, end]) => [start - shift, Math.min(end - shift, snippet.length)] as const).filter(([start, end]) => end > start);
  return { message: message.id, chat: message.chat, from: message.from, time: message.time, mine: message.mine, snippet, ranges };
}

/** What a chat holds of one kind, newest first, older than `before`. */
export async function gallery(world: World, chat: Address, kind: 'media' | 'files' | 'links' | 'voice', before?: string): Promise<readonly Message[]> {
  const row = world.chats.get(chat);
  if (!row) return [];
  const { messages } = world;
  const kinds = { media: ['image', 'video'], files: ['file', 'audio'], links: ['text'], voice: ['voice'] }[kind];
  let order = before === undefined ? Infinity : ((await messages.get(before))?.order ?? Infinity);
  const found: Message[] = [];
  while (found.length < 60) {
    const page = await messages.before(row.no, order, 256);
    if (page.length === 0) break;
    for (const message of page.reverse()) {
      if (kinds.includes(message.content.kind) && (kind !== 'links' || /https?:\/\//.test(wordsOf(message.content)))) found.push(message);
    }
    order = page.at(-1)!.order;
  }
  return found.slice(0, 60);
}
