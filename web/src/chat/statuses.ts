// Status: what contacts share for a day (docs/protocol/status.md). All that is known of is kept on this device, so that it
// shows before the network answers; one's own waits here, under its id, until the server has it, and is published once.

import { failureOf } from './failures';
import { KithError, type Address, type Failure, type FileContent, type Person, type Quote, type Status } from './model';
import { IqError } from '../xmpp/client';
import { NS } from '../xmpp/ns';
import type { SeenItem } from '../xmpp/nodes';
import type { Stories, StoriesEvent, Story, StoryFile, Viewer } from '../xmpp/stories';
import type { OutgoingFile } from './api';
import type { Core } from './core';
import { getFile, putFile } from './uploads';

export const DAY_MILLIS = 86_400_000;
const UPLOAD_MILLIS = DAY_MILLIS + 3_600_000;
const MOST_OF_ONE = 100;
const MOST = 2000;

export interface StatusRow {
  readonly from: Address;
  readonly id: string;
  readonly time: number;
  readonly text: string;
  readonly ground?: string;
  readonly file?: StoryFile;
  readonly seen?: boolean;
  /** Seen, and its author does not know. */
  readonly untold?: boolean;
  /** One's own that the server does not have. */
  readonly waiting?: boolean;
  readonly viewers?: readonly Viewer[];
}

export interface Author {
  readonly from: Person;
  readonly statuses: readonly Status[];
  readonly unseen: number;
}

// ---------------------------------------------------------------------------------------------------------- as values

export const keyOf = (row: { readonly from: Address; readonly id: string }) => `${row.from} ${row.id}`;
const fileKey = (row: StatusRow) => `status:${keyOf(row)}`;

/** What there is after `stories` came of an author; `whole`: these are all that there are. */
export function merged(rows: readonly StatusRow[], from: Address, stories: readonly Story[], whole: boolean, now: number): StatusRow[] {
  const former = new Map(rows.filter((row) => row.from === from).map((row) => [row.id, row]));
  const fresh = new Map<string, StatusRow>();
  for (const { id, time, ...story } of stories) {
    const known = former.get(id);
    const at = known && !known.waiting ? known.time : Math.min(time ?? now, now);
    if (at + DAY_MILLIS <= now) continue;
    fresh.set(id, {
      from, id, time: at, ...story,
      ...(known?.seen && { seen: true }), ...(known?.untold && { untold: true }), ...(known?.viewers && { viewers: known.viewers }),
    });
  }
  const stay = [...former.values()].filter((row) => !fresh.has(row.id) && (!whole || row.waiting));
  const own = [...stay, ...fresh.values()].sort((one, two) => one.time - two.time).slice(-MOST_OF_ONE);
  const all = [...rows.filter((row) => row.from !== from), ...own];
  return all.length <= MOST ? all : all.sort((one, two) => one.time - two.time).slice(-MOST);
}

/** By author: oneself, then whose newest came last; only of contacts who are not blocked. */
export function authorsOf(rows: readonly StatusRow[], me: Person, contacts: readonly Person[], blocked: readonly Address[], now: number): Author[] {
  const people = new Map(contacts.filter((person) => !blocked.includes(person.address)).map((person) => [person.address, person]));
  people.set(me.address, me);
  const statuses = new Map<Address, Status[]>();
  for (const row of rows) {
    if (!people.has(row.from) || (!row.waiting && row.time + DAY_MILLIS <= now)) continue;
    const list = statuses.get(row.from) ?? [];
    list.push(statusOf(row, me.address));
    statuses.set(row.from, list);
  }
  return [...statuses].map(([from, list]) => ({
    from: people.get(from)!, statuses: list.sort((one, two) => one.time - two.time), unseen: list.filter((status) => !status.seen).length,
  })).sort((one, two) => Number(two.from === me) - Number(one.from === me) || Number(two.unseen > 0) - Number(one.unseen > 0) || two.statuses.at(-1)!.time - one.statuses.at(-1)!.time);
}

function statusOf(row: StatusRow, me: Address): Status {
  const mine = row.from === me;
  const { file } = row;
  const content: Status['content'] = file ? contentOf(file, row.text) : { kind: 'text', text: row.text };
  return {
    id: keyOf(row), from: row.from, mine, time: row.time, expires: row.time + DAY_MILLIS, content, seen: mine || row.seen === true,
    ...(row.ground !== undefined && { background: row.ground }), ...(row.waiting && { waiting: true }), ...(mine && { viewers: row.viewers ?? [] }),
  };
}

function contentOf(file: StoryFile, caption: string): FileContent {
  const { url: _, ...rest } = file;
  return { ...rest, caption, local: false };
}

/** What a reply to it stands under. */
export function statusQuote(row: StatusRow): Quote {
  return {
    from: row.from, text: row.text.slice(0, 200), kind: row.file?.kind ?? 'text', ...(row.file?.thumbnail !== undefined && { thumbnail: row.file.thumbnail }),
  };
}

function withViewers(row: StatusRow, viewers: readonly Viewer[]): StatusRow {
  const all = new Map((row.viewers ?? []).map((viewer) => [viewer.who, viewer]));
  for (const viewer of viewers) if (!all.has(viewer.who)) all.set(viewer.who, viewer);
  return { ...row, viewers: [...all.values()].sort((one, two) => two.time - one.time) };
}

// ----------------------------------------------------------------------------------------------------------- what comes

export class Statuses {
  /** Whose stories were all read on this stream; the server pushes only the last one. */
  private readonly whole = new Set<Address>();
  private readonly wanted = new Set<Address>();
  private reading = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly core: Core,
    private readonly stories: Stories,
  ) {}

  private get rows(): readonly StatusRow[] {
    return this.core.world.kept.statuses ?? [];
  }

  row(key: string): StatusRow | undefined {
    return this.rows.find((row) => keyOf(row) === key);
  }

  /** Staged; files of what is gone go as well. */
  private stage(rows: readonly StatusRow[]): void {
    const { world } = this.core;
    const stay = new Set(rows.map(keyOf));
    const gone = this.rows.filter((row) => row.file && !stay.has(keyOf(row)));
    world.stage({ kept: { statuses: rows } });
    if (gone.length > 0) void world.db.write(gone.map((row) => ({ store: 'files' as const, key: fileKey(row), value: undefined }))).catch(() => {});
  }

  private change(key: string, change: (row: StatusRow) => StatusRow | undefined): Promise<void> {
    return this.core.run(async () => {
      const row = this.row(key);
      if (!row) return;
      const now = change(row);
      this.stage(this.rows.flatMap((each) => (each === row ? (now ?? []) : [each])));
    });
  }

  /** A stream is new: nothing is known to be complete. */
  begin(): void {
    this.whole.clear();
    this.wanted.clear();
  }

  /** All that may have changed while this device was away, and what waits here. */
  async refresh(): Promise<void> {
    const { core } = this;
    if (!core.world.kept.sync?.features?.includes(NS.status)) return;
    await this.read(core.me);
    for (const row of this.rows) if (row.from !== core.me) this.wanted.add(row.from);
    for (const address of this.whole) this.wanted.delete(address);
    void this.work().then(() => this.readSeen());
    await this.flush();
    await this.tellSeen();
  }

  /** Reads all of somebody's, if that was not done on this stream. */
  look(from: Address): void {
    if (this.whole.has(from) || !this.core.world.kept.sync?.features?.includes(NS.status)) return;
    this.wanted.add(from);
    void this.work();
  }

  /** Of contacts, and of one's own other devices; anybody else has nothing to say here. */
  async event(from: Address, event: StoriesEvent): Promise<void> {
    const { core } = this;
    const own = from === core.me;
    if (!own && !core.world.people.get(from)?.contact) return;
    await core.run(async () => {
      const gone = new Set(event.retracted);
      const rest = this.rows.filter((row) => row.from !== from || row.waiting || !(event.all || gone.has(row.id)));
      this.stage(merged(rest, from, event.stories, false, Date.now()));
    });
    if (own) {
      for (const { id } of event.stories) void this.askViewers(id);
    } else {
      this.look(from);
    }
  }

  /** One after the other, behind all else. */
  private async work(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      for (const address of this.wanted) {
        if (!this.core.client?.online) return;
        this.wanted.delete(address);
        await this.read(address).catch((fault: unknown) => console.info('kith: status', fault));
      }
    } finally {
      this.reading = false;
    }
  }

  private async read(from: Address): Promise<void> {
    const { core } = this;
    const own = from === core.me;
    const stories = await this.stories.of(own ? undefined : from);
    this.whole.add(from);
    await core.run(async () => this.stage(merged(this.rows, from, stories, true, Date.now())));
    if (!own) return;
    for (const { id } of stories) await this.askViewers(id);
  }

  private async askViewers(id: string): Promise<void> {
    const viewers = await this.stories.viewers(id).catch(() => []);
    await this.viewers(id, viewers);
  }

  /** Of one's own story; told by one's own server. */
  viewers(id: string, viewers: readonly Viewer[]): Promise<void> {
    return this.change(keyOf({ from: this.core.me, id }), (row) => withViewers(row, viewers));
  }

  /** What is older than a day goes. */
  async expire(now: number): Promise<void> {
    const stays = (row: StatusRow) => row.waiting === true || row.time + DAY_MILLIS > now;
    if (this.rows.every(stays)) return;
    await this.core.run(async () => this.stage(this.rows.filter(stays)));
  }

  // ---------------------------------------------------------------------------------------------------------- one's own

  async postText(id: string, text: string, ground: string): Promise<void> {
    await this.add({ from: this.core.me, id, time: Date.now(), text, ground, waiting: true });
  }

  async postFile(id: string, { file: blob, caption = '', name, kind, waveform: _, ...about }: OutgoingFile): Promise<void> {
    const { core } = this;
    if (kind !== 'image' && kind !== 'video') throw new KithError({ code: 'unsupported' });
    const file: StoryFile = { ...about, kind, name, url: '', type: blob.type || (kind === 'image' ? 'image/jpeg' : 'video/mp4'), size: blob.size };
    const row: StatusRow = { from: core.me, id, time: Date.now(), text: caption, file, waiting: true };
    await core.uploads.keep(fileKey(row), blob).catch((fault: unknown) => {
      throw new KithError(failureOf(fault));
    });
    await this.add(row);
  }

  private async add(row: StatusRow): Promise<void> {
    await this.core.run(async () => {
      if (!this.row(keyOf(row))) this.stage([...this.rows, row]);
    });
    const failure = await this.publish(row.id);
    if (failure) throw new KithError(failure);
  }

  private async flush(): Promise<void> {
    for (const row of this.rows) {
      if (!row.waiting) continue;
      const failure = await this.publish(row.id);
      if (failure) this.core.world.notify({ type: 'failure', failure });
    }
  }

  /** Why it was refused and is here no more; nothing if it was published, or waits on. */
  private publish(id: string): Promise<Failure | undefined> {
    const result = this.turn.then(() => this.send(id));
    this.turn = result.catch(() => {});
    return result;
  }

  private async send(id: string): Promise<Failure | undefined> {
    const { core } = this;
    const key = keyOf({ from: core.me, id });
    try {
      let row = this.row(key);
      if (!row?.waiting || !core.client?.online) return undefined;
      const now = Date.now();
      if (row.file?.url === '') {
        const blob = await core.uploads.local(fileKey(row), row.file.type);
        if (!blob) throw new KithError({ code: 'not-found' });
        const slot = await core.queries.slot(row.file.name, blob.size, row.file.type, { until: now + UPLOAD_MILLIS });
        await putFile(core.nearest(slot.put), blob, row.file.type, slot.headers);
        row = { ...row, file: { ...row.file, url: slot.get } };
        const { file } = row;
        await this.change(key, (each) => ({ ...each, file: file! }));
      }
      await this.stories.publish({ ...row, time: now });
      await this.change(key, ({ waiting: _, ...each }) => ({ ...each, time: now }));
      await this.askViewers(id);
      return undefined;
    } catch (fault) {
      const failure = failureOf(fault);
      if (failure.code === 'offline' || failure.code === 'timeout' || failure.code === 'server-down') return undefined;
      await this.change(key, () => undefined);
      return failure;
    }
  }

  /** Behind what is being published, so that nothing appears after it was taken away. */
  remove(key: string): Promise<void> {
    const result = this.turn.then(() => this.retract(key));
    this.turn = result.catch(() => {});
    return result;
  }

  private async retract(key: string): Promise<void> {
    const row = this.row(key);
    if (!row || row.from !== this.core.me) return;
    if (!row.waiting) {
      await this.stories.retract(row.id).catch((fault: unknown) => {
        if (!(fault instanceof IqError && fault.condition === 'item-not-found')) throw fault;
      });
    }
    await this.change(key, () => undefined);
  }

  // ------------------------------------------------------------------------------------------------------------ others'

  /** It was on the screen: kept at once, its author is told when that can be, unless one gives no read receipts. */
  async viewed(key: string): Promise<void> {
    const untold = this.core.world.settings.peek().receipts;
    const before = this.row(key);
    await this.change(key, (row) => (row.from === this.core.me || row.seen ? row : { ...row, seen: true, ...(untold && { untold }) }));
    await this.tellSeen();
    if (!before || before.seen || before.from === this.core.me || !this.core.client?.online) return;
    // One's other devices need not show it as new; whether one gives receipts or not.
    const newest = Math.max(...this.rows.filter((row) => row.from === before.from && row.seen).map((row) => row.time));
    await this.core.queries.publishSeen(before.from, newest).catch(() => {});
  }

  /** All of an author's up to this time were seen on another device of ours; it has told the author, or will. */
  async seenElsewhere(items: readonly SeenItem[]): Promise<void> {
    const until = new Map(items.map(({ author, time }) => [author, time]));
    const isNews = (row: StatusRow) => !row.seen && row.from !== this.core.me && row.time <= (until.get(row.from) ?? 0);
    if (!this.rows.some(isNews)) return;
    await this.core.run(async () => this.stage(this.rows.map((row) => (isNews(row) ? { ...row, seen: true } : row))));
  }

  /** What was seen elsewhere while this device was away. */
  private async readSeen(): Promise<void> {
    await this.seenElsewhere(await this.core.queries.seen().catch(() => []));
  }

  private async tellSeen(): Promise<void> {
    for (const row of this.rows) {
      if (!row.untold || !this.core.client?.online) continue;
      try {
        await this.stories.seen(row.from, row.id);
      } catch (fault) {
        if (!(fault instanceof IqError) || fault.condition === 'disconnected' || fault.condition === 'remote-server-timeout') return;
      }
      await this.change(keyOf(row), ({ untold: _, ...each }) => each);
    }
  }

  /** Its picture or film: from this device, or fetched and then kept as long as it lasts. */
  async open(key: string): Promise<Blob> {
    const row = this.row(key);
    if (!row?.file) throw new KithError({ code: 'not-found' });
    const here = await this.core.uploads.local(fileKey(row), row.file.type);
    if (here) return here;
    const blob = await getFile(this.core.nearest(row.file.url), row.file.type);
    if (this.row(key)) await this.core.uploads.keep(fileKey(row), blob).catch(() => {});
    return blob;
  }
}
