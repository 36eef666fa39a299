// How the world's small things lie in the database. Chats are kept in records of up to 64 rows that follow each other by number: the
// list of 500 chats is then eight records to read and decrypt, and not 500. A row alone in its record is how older versions kept
// it; such a record goes when its neighbours are written.

import type { Database, Key, Put } from './database';
import type { ChatRow, OutboxItem } from './rows';
import type { Kept } from './update';

const TOGETHER = 64;
/** Counts the writes, so that a tab can tell whether another one has written what it was not told. */
const WRITTEN = 'written';

const recordOf = (no: number) => Math.floor(no / TOGETHER);
const keyOf = (record: number): Key => `rows:${record}`;

export interface Read {
  readonly chats: readonly ChatRow[];
  readonly kept: Partial<Kept>;
  readonly outbox: readonly OutboxItem[];
  readonly written: number;
}

export class Disk {
  /** Numbers of chats that have a record alone. */
  private readonly alone = new Set<number>();

  constructor(private readonly db: Database) {}

  async read(): Promise<Read> {
    const [chats, meta, outbox, written] = await Promise.all([this.db.all('chats'), this.db.all('meta'), this.outbox(), this.written()]);
    const rows: ChatRow[] = [];
    const kept: Record<string, unknown> = {};
    await Promise.all([
      ...chats.map(async ([key, sealed]) => {
        const found = await this.db.unseal<ChatRow | ChatRow[]>(sealed);
        if (typeof key === 'number') this.alone.add(key);
        rows.push(...(Array.isArray(found) ? found : [found]));
      }),
      ...meta.map(async ([name, sealed]) => {
        kept[String(name)] = await this.db.unseal(sealed);
      }),
    ]);
    return { chats: rows.sort((one, two) => one.no - two.no), kept: kept as Partial<Kept>, outbox, written };
  }

  async outbox(): Promise<readonly OutboxItem[]> {
    return Promise.all((await this.db.all('outbox')).map(([, sealed]) => this.db.unseal<OutboxItem>(sealed)));
  }

  async written(): Promise<number> {
    return (await this.db.number('ids', WRITTEN)) ?? 0;
  }

  /** The records in which the chats of these numbers are; `rows` has all chats. */
  async chats(dirty: ReadonlySet<number>, rows: ReadonlyMap<number, ChatRow>): Promise<Put[]> {
    const puts: Put[] = [];
    await Promise.all([...new Set([...dirty].map(recordOf))].map(async (record) => {
      const together: ChatRow[] = [];
      for (let no = record * TOGETHER; no < (record + 1) * TOGETHER; no++) {
        const row = rows.get(no);
        if (row) together.push(row);
        if (this.alone.has(no)) puts.push({ store: 'chats', key: no, value: undefined });
      }
      puts.push({ store: 'chats', key: keyOf(record), value: await this.db.seal(together) });
    }));
    return puts;
  }

  async kept(names: ReadonlySet<keyof Kept>, values: Partial<Kept>): Promise<Put[]> {
    return Promise.all([...names].map(async (name): Promise<Put> => {
      const value = values[name];
      return { store: 'meta', key: name, value: value === undefined ? undefined : await this.db.seal(value) };
    }));
  }

  count(written: number): Put {
    return { store: 'ids', key: WRITTEN, value: written };
  }
}
