// The messages of all chats, in blocks of up to 128 that follow each other: a page of a conversation is one or two reads
// and decryptions instead of a hundred, and search reads one small text per block. Blocks are read when they are needed and the
// ones used last stay in memory. Every tab reads; only the leader (tabs.ts) writes, in memory first and with `dirt` to
// the disk.

import { hash, fold, wordsOf, type Stored } from './rows';
import type { Database, Key, Put } from './database';

const BLOCK = 128;
const KEPT_BLOCKS = 400;

interface Block {
  readonly first: number;
  rows: readonly Stored[];
}

export class Messages {
  private readonly firsts = new Map<number, Promise<number[]>>();
  private readonly blocks = new Map<string, Promise<Block>>();
  private readonly dirty = new Map<string, { no: number; block: Block }>();
  private readonly newIds = new Map<number, number | undefined>();
  private texts: Map<string, string> | undefined;
  private reading: Promise<void> | undefined;

  constructor(private readonly db: Database) {}

  // --------------------------------------------------------------------------------------------------------- reading

  private index(no: number): Promise<number[]> {
    let known = this.firsts.get(no);
    if (!known) {
      known = this.db.keys('blocks', rangeOf(no)).then((keys) => keys.map((key) => (key as [number, number])[1]));
      this.firsts.set(no, known);
    }
    return known;
  }

  private block(no: number, first: number): Promise<Block> {
    const name = `${no}:${first}`;
    let block = this.blocks.get(name);
    if (block) {
      this.blocks.delete(name);
    } else {
      block = this.db.value<Stored[]>('blocks', [no, first]).then((rows) => ({ first, rows: rows ?? [] }));
    }
    this.blocks.set(name, block);
    if (this.blocks.size > KEPT_BLOCKS) this.forget();
    return block;
  }

  private forget(): void {
    for (const name of this.blocks.keys()) {
      if (this.blocks.size <= KEPT_BLOCKS) return;
      if (!this.dirty.has(name) && !this.writing.has(name)) this.blocks.delete(name);
    }
  }

  /** Up to `limit` messages older than `order`, oldest first. */
  async before(no: number, order: number, limit: number): Promise<Stored[]> {
    const firsts = await this.index(no);
    let found: Stored[] = [];
    for (let i = Math.max(0, place(firsts, order)); i >= 0 && found.length < limit; i--) {
      const first = firsts[i];
      if (first === undefined) break;
      const rows = (await this.block(no, first)).rows;
      found = [...rows.filter((row) => row.order < order), ...found];
    }
    return found.slice(-limit);
  }

  /** Up to `limit` messages from `order` on, oldest first. */
  async from(no: number, order: number, limit: number): Promise<Stored[]> {
    const firsts = await this.index(no);
    const found: Stored[] = [];
    for (let i = Math.max(0, place(firsts, order)); i < firsts.length && found.length < limit; i++) {
      const rows = (await this.block(no, firsts[i]!)).rows;
      for (const row of rows) if (row.order >= order) found.push(row);
    }
    return found.slice(0, limit);
  }

  async at(no: number, order: number): Promise<Stored | undefined> {
    const firsts = await this.index(no);
    const first = firsts[Math.max(0, place(firsts, order))];
    if (first === undefined) return undefined;
    return (await this.block(no, first)).rows.find((row) => row.order === order);
  }

  /** By the reference of whom it is from: `m` mine, `p` theirs, `a` the archive's id. */
  async find(no: number, side: 'm' | 'p' | 'a', ref: string): Promise<Stored | undefined> {
    const key = hash(no, side, ref);
    const order = this.newIds.has(key) ? this.newIds.get(key) : await this.db.number('ids', key);
    if (order === undefined) return undefined;
    const row = await this.at(no, order);
    return row && refsOf(row).some(([s, r]) => s === side && r === ref) ? row : undefined;
  }

  /** By its own id, `chat number:reference`. */
  async get(id: string): Promise<Stored | undefined> {
    const colon = id.indexOf(':');
    const no = Number(id.slice(0, colon));
    const ref = id.slice(colon + 1);
    if (!Number.isInteger(no) || colon < 1) return undefined;
    for (const side of ['m', 'p', 'a'] as const) {
      const row = await this.find(no, side, ref);
      if (row?.id === id) return row;
    }
    return undefined;
  }

  async last(no: number): Promise<Stored | undefined> {
    return (await this.before(no, Infinity, 1))[0];
  }

  async count(no?: number): Promise<number> {
    let count = 0;
    for (const key of await this.db.keys('blocks', no === undefined ? undefined : rangeOf(no))) {
      const [chat, first] = key as [number, number];
      count += (await this.block(chat, first)).rows.length;
    }
    return count;
  }

  /** All messages, chat by chat, for export. */
  async *all(no: number): AsyncGenerator<Stored> {
    for (const first of [...(await this.index(no))]) yield* (await this.block(no, first)).rows;
  }

  // --------------------------------------------------------------------------------------------------------- writing

  /** Inserts the message, or takes the place of the one with the same order. */
  async put(no: number, row: Stored): Promise<void> {
    const firsts = await this.index(no);
    const at = place(firsts, row.order);
    const first = firsts[Math.max(0, at)];
    if (first === undefined) {
      firsts.push(row.order);
      this.fresh(no, { first: row.order, rows: [row] });
    } else {
      let block = await this.block(no, first);
      if (row.order < first) block = this.rename(no, firsts, block, row.order);
      const rows = [...block.rows];
      const where = lowerBound(rows, row.order);
      const former = rows[where]?.order === row.order ? rows[where] : undefined;
      if (former) {
        rows[where] = row;
        for (const [side, ref] of refsOf(former)) this.newIds.set(hash(no, side, ref), undefined);
      } else {
        rows.splice(where, 0, row);
      }
      if (rows.length <= BLOCK) {
        block.rows = rows;
        this.touch(no, block);
      } else {
        // At the end a new block begins, so that blocks fill; in the middle one is halved.
        const cut = where === rows.length - 1 ? rows.length - 1 : rows.length >> 1;
        block.rows = rows.slice(0, cut);
        this.touch(no, block);
        const rest = rows.slice(cut);
        const next = rest[0]!.order;
        firsts.splice(Math.max(0, at) + 1, 0, next);
        this.fresh(no, { first: next, rows: rest });
      }
    }
    for (const [side, ref] of refsOf(row)) this.newIds.set(hash(no, side, ref), row.order);
  }

  async remove(no: number, row: Stored): Promise<void> {
    const firsts = await this.index(no);
    const first = firsts[Math.max(0, place(firsts, row.order))];
    if (first === undefined) return;
    const block = await this.block(no, first);
    block.rows = block.rows.filter((each) => each.order !== row.order);
    this.touch(no, block);
    for (const [side, ref] of refsOf(row)) this.newIds.set(hash(no, side, ref), undefined);
  }

  /** Forgets a whole chat; what to delete on disk is the range. */
  async clear(no: number): Promise<IDBKeyRange> {
    for (const first of await this.index(no)) {
      for (const row of (await this.block(no, first)).rows) for (const [side, ref] of refsOf(row)) this.newIds.set(hash(no, side, ref), undefined);
      this.blocks.delete(`${no}:${first}`);
      this.dirty.delete(`${no}:${first}`);
      this.writing.delete(`${no}:${first}`);
      this.textIs(`${no}:${first}`, undefined);
    }
    this.firsts.set(no, Promise.resolve([]));
    return rangeOf(no);
  }

  /** The order of the last message that the server knows; what waits here to be sent will come behind what comes now. */
  async lastKept(no: number): Promise<number | undefined> {
    return (await this.before(no, Infinity, 50)).findLast((message) => message.tick !== 'waiting')?.order;
  }

  /** An order for a message of this time, or as close behind `after` as there is place, that no other message of the chat has. */
  async freeOrder(no: number, time: number, after = -Infinity): Promise<number> {
    let order = Math.max(Math.floor(time) * 1000, after + 1);
    while (await this.at(no, order)) order++;
    return order;
  }

  /** A block is known by the order it begins at; what is older than all begins the first one anew. */
  private rename(no: number, firsts: number[], block: Block, first: number): Block {
    const name = `${no}:${block.first}`;
    this.blocks.delete(name);
    this.dirty.delete(name);
    this.textIs(name, undefined);
    this.gone.set(name, [no, block.first]);
    const renamed = { first, rows: block.rows };
    firsts[0] = first;
    this.fresh(no, renamed);
    return renamed;
  }
  private readonly gone = new Map<string, [no: number, first: number]>();
  private goneNow: [string, [no: number, first: number]][] = [];

  private touch(no: number, block: Block): void {
    this.dirty.set(`${no}:${block.first}`, { no, block });
  }

  private fresh(no: number, block: Block): void {
    this.gone.delete(`${no}:${block.first}`);
    this.blocks.set(`${no}:${block.first}`, Promise.resolve(block));
    this.touch(no, block);
  }

  get isDirty(): boolean {
    return this.dirty.size > 0 || this.newIds.size > 0;
  }

  /** What is not on the disk yet, encrypted; and the names of the blocks, for other tabs to read them again. */
  async dirt(): Promise<{ puts: Put[]; names: string[] }> {
    for (const [name, each] of this.dirty) this.writing.set(name, each);
    this.writtenIds = [...this.newIds.entries()];
    this.dirty.clear();
    this.goneNow = [...this.gone];
    this.gone.clear();
    const puts: Put[] = this.writtenIds.map(([key, order]) => ({ store: 'ids', key, value: order }));
    for (const [, key] of this.goneNow) puts.push({ store: 'blocks', key, value: undefined }, { store: 'texts', key, value: undefined });
    await Promise.all([...this.writing].map(async ([name, { no, block }]) => {
      const key: Key = [no, block.first];
      const rows = block.rows;
      const text = textOf(rows);
      const [sealed, words] = await Promise.all([this.db.seal(rows), this.db.sealText(text)]);
      puts.push({ store: 'blocks', key, value: sealed }, { store: 'texts', key, value: words });
      this.textIs(name, text);
    }));
    return { puts, names: [...this.writing.keys(), ...this.goneNow.map(([name]) => name)] };
  }

  private readonly writing = new Map<string, { no: number; block: Block }>();
  private writtenIds: [number, number | undefined][] = [];

  /** What `dirt` gave is on the disk, or could not be written and is dirty still. */
  settled(written: boolean): void {
    if (written) {
      for (const [key, order] of this.writtenIds) if (this.newIds.get(key) === order) this.newIds.delete(key);
    } else {
      for (const [name, each] of this.writing) if (!this.dirty.has(name) && !this.gone.has(name)) this.dirty.set(name, each);
      for (const [name, key] of this.goneNow) if (!this.dirty.has(name)) this.gone.set(name, key);
    }
    this.writing.clear();
    this.writtenIds = [];
    this.goneNow = [];
  }

  /** Another tab wrote these blocks. */
  outdated(names: readonly string[]): void {
    for (const name of names) {
      this.blocks.delete(name);
      this.texts?.delete(name);
      this.firsts.delete(Number(name.slice(0, name.indexOf(':'))));
    }
    if (this.texts || this.reading) for (const name of names) this.staleTexts.add(name);
  }

  /** Another tab wrote, and nobody said what. */
  allOutdated(): void {
    this.blocks.clear();
    this.firsts.clear();
    this.texts = undefined;
    this.edition++;
  }

  /** What was read of another edition does not count. */
  private edition = 0;
  private readonly staleTexts = new Set<string>();

  // ---------------------------------------------------------------------------------------------------------- search

  /** Gets ready for a search, so that the first one is as quick as the others. */
  async warm(): Promise<void> {
    await this.allTexts();
  }

  private async readTexts(): Promise<void> {
    const found = new Map<string, string>();
    const edition = this.edition;
    await Promise.all((await this.db.all('texts')).map(async ([key, sealed]) => {
      const [no, first] = key as [number, number];
      found.set(`${no}:${first}`, await this.db.unsealText(sealed));
    }));
    if (edition === this.edition) this.texts = found;
  }

  /** What was read before it changed is read again. */
  private textIs(name: string, text: string | undefined): void {
    if (this.texts && text !== undefined) this.texts.set(name, text);
    else this.texts?.delete(name);
    if (this.reading) this.staleTexts.add(name);
  }

  /** The folded words of all blocks, read once and then kept up to date. */
  private async allTexts(): Promise<Map<string, string>> {
    while (!this.texts) await (this.reading ??= this.readTexts().finally(() => (this.reading = undefined)));
    const texts = this.texts;
    for (const name of this.staleTexts) {
      const [no, first] = name.split(':').map(Number) as [number, number];
      const sealed = await this.db.get('texts', [no, first]);
      if (sealed) texts.set(name, await this.db.unsealText(sealed));
      else texts.delete(name);
    }
    this.staleTexts.clear();
    for (const [name, { block }] of [...this.writing, ...this.dirty]) texts.set(name, textOf(block.rows));
    return texts;
  }

  /** Orders of messages that have all of the words, newest first over all chats; at most `limit`, and whether there are more. */
  async search(words: readonly string[], only: number | undefined, limit: number): Promise<{ hits: { no: number; order: number }[]; more: boolean }> {
    const texts = await this.allTexts();
    const hits: { no: number; order: number }[] = [];
    const [longest, ...others] = [...words].sort((one, two) => two.length - one.length);
    if (longest === undefined) return { hits, more: false };
    for (const [name, text] of texts) {
      const no = Number(name.slice(0, name.indexOf(':')));
      if (only !== undefined && no !== only) continue;
      for (let at = text.indexOf(longest); at >= 0;) {
        // A line is `order TAB words`.
        const start = text.lastIndexOf('\n', at) + 1;
        const end = text.indexOf('\n', at);
        const tab = text.indexOf('\t', start);
        const line = text.slice(tab + 1, end);
        if (at > tab && others.every((word) => line.includes(word))) hits.push({ no, order: Number(text.slice(start, tab)) });
        at = text.indexOf(longest, at > tab ? end : tab);
      }
    }
    hits.sort((one, two) => two.order - one.order);
    return { hits: hits.slice(0, limit), more: hits.length > limit };
  }
}

function textOf(rows: readonly Stored[]): string {
  let text = '';
  for (const row of rows) {
    const words = wordsOf(row.content);
    if (words !== '') text += `${row.order}\t${fold(words).replace(/[\n\t]/g, ' ')}\n`;
  }
  return text;
}

function refsOf(row: Stored): ['m' | 'p' | 'a', string][] {
  const side = row.mine ? 'm' : 'p';
  const own = row.id.slice(row.id.indexOf(':') + 1);
  const refs: ['m' | 'p' | 'a', string][] = [[side, own]];
  if (row.wire !== own) refs.push([side, row.wire]);
  if (row.sent !== undefined && row.sent !== own) refs.push([side, row.sent]);
  if (row.archive !== undefined) refs.push(['a', row.archive]);
  return refs;
}

function rangeOf(no: number): IDBKeyRange {
  return IDBKeyRange.bound([no, -Infinity], [no, Infinity]);
}

/** The index of the last `first` that is not above `order`; -1 if all are. */
function place(firsts: readonly number[], order: number): number {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firsts[middle]! <= order) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function lowerBound(rows: readonly { readonly order: number }[], order: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.order < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
