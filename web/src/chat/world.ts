// All that this device knows, in memory, and how it gets to the disk and to the screen.
//
// The leader's engine stages changes: the maps have them at once, the signals only once they are on the disk (group commit: all
// that was staged while one write was under way is the next one). So nothing is shown that a crash would take back, and what
// belongs together, staged by one work (`inTurn`), is never on the disk in part. What was written is published to the signals
// here and sent to the other tabs, which `follow`.

import { batch, signal, type Signal } from '@preact/signals-core';
import type { Database, Put } from './database';
import { Disk } from './disk';
import { Messages } from './messages';
import { fold, type ChatRow, type OutboxItem, type PersonRow, type Stored } from './rows';
import type { Connection, Notice, Session, Transfer } from './api';
import type { StatusRow } from './statuses';
import { merge, type Kept, type Live, type Update, type Watcher } from './update';
import {
  defaultSettings, type Address, type BroadcastList, type Chat, type Group, type Person, type Presence, type Profile, type Settings,
} from './model';

export class World {
  readonly messages: Messages;
  private readonly disk: Disk;
  private written = 0;
  readonly chats = new Map<Address, ChatRow>();
  readonly chatsByNo = new Map<number, ChatRow>();
  readonly people = new Map<Address, PersonRow>();
  readonly groups = new Map<Address, Group>();
  readonly outbox = new Map<number, OutboxItem>();
  readonly kept: Partial<Kept> = {};
  readonly watchers = new Set<Watcher>();
  readonly listeners = new Set<(notice: Notice) => void>();
  /** Sends to the other tabs; set by tabs.ts. */
  broadcast: (update: Update) => void = () => {};

  // What the UI reads.
  readonly session: Signal<Session> = signal<Session>({ step: 'opening' });
  readonly connection: Signal<Connection> = signal<Connection>({ state: 'connecting' });
  readonly me: Signal<Profile> = signal<Profile>({ address: '', name: '', about: '' });
  readonly settings: Signal<Settings> = signal<Settings>(defaultSettings);
  readonly blocked: Signal<readonly Address[]> = signal<readonly Address[]>([]);
  readonly waiting: Signal<number> = signal(0);
  readonly statuses: Signal<readonly StatusRow[]> = signal<readonly StatusRow[]>([]);
  /** What the server can do, as it said last. */
  readonly asked: Signal<readonly Address[]> = signal<readonly Address[]>([]);
  readonly features: Signal<readonly string[]> = signal<readonly string[]>([]);
  readonly list: Signal<readonly Chat[]> = signal<readonly Chat[]>([]);
  readonly contacts: Signal<readonly Person[]> = signal<readonly Person[]>([]);
  readonly live: Live = { session: { step: 'opening' }, connection: { state: 'connecting' }, typing: {}, presence: {}, transfers: {}, waiting: 0 };
  private readonly shown = new Map<Address, Chat>();
  private readonly chatCells = new Map<Address, Signal<Chat | undefined>>();
  private readonly personCells = new Map<Address, Signal<Person>>();
  private readonly aboutCells = new Map<Address, Signal<string>>();
  private readonly presenceCells = new Map<Address, Signal<Presence>>();
  private readonly groupCells = new Map<Address, Signal<Group | undefined>>();
  private readonly listCells = new Map<Address, Signal<BroadcastList | undefined>>();
  private readonly transferCells = new Map<string, Signal<Transfer | undefined>>();

  constructor(readonly db: Database) {
    this.messages = new Messages(db);
    this.disk = new Disk(db);
  }

  /** Reads what the first screen needs. */
  async load(): Promise<void> {
    const { chats, kept, outbox, written } = await this.disk.read();
    this.written = written;
    this.outbox.clear();
    for (const item of outbox) this.outbox.set(item.n, item);
    this.take({ chats, kept });
    this.show({ chats, kept, live: { waiting: this.countWaiting() } });
  }

  /** This tab leads from now on: what the one before wrote came by broadcasts; the outbox did not, nor what was written before this tab could hear. */
  async catchUp(): Promise<void> {
    if ((await this.disk.written()) !== this.written) {
      this.messages.allOutdated();
      await this.load();
      for (const watcher of this.watchers) watcher.anew?.();
      return;
    }
    const items = await this.disk.outbox();
    this.outbox.clear();
    for (const item of items) this.outbox.set(item.n, item);
  }

  // -------------------------------------------------------------------------------------------------------- changing

  private staged: Update[] = [];
  private dirtyChats = new Set<number>();
  private dirtyKept = new Set<keyof Kept>();
  private puts: Put[] = [];
  private ranges: { store: 'blocks' | 'texts'; range: IDBKeyRange }[] = [];
  private flushing: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  /** What of the outbox is staged, and what is just being written. */
  private unwritten = new Set<number>();
  private beingWritten = new Set<number>();

  /** One work after the other; what it stages is written whole. A work does not wait for a `commit`: that waits for its end. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  /** In memory now; on disk and on the screen when `commit` is done. */
  stage(update: Update): void {
    this.take(update);
    for (const chat of update.chats ?? []) this.dirtyChats.add(chat.no);
    for (const name of Object.keys(update.kept ?? {})) this.dirtyKept.add(name as keyof Kept);
    this.staged.push(update);
  }

  async stageMessage(no: number, message: Stored): Promise<void> {
    await this.messages.put(no, message);
    this.stage({ messages: [message] });
  }

  async stageRemoval(no: number, message: Stored): Promise<void> {
    await this.messages.remove(no, message);
    this.stage({ removed: [message] });
  }

  async stageClearing(no: number): Promise<void> {
    const range = await this.messages.clear(no);
    this.ranges.push({ store: 'blocks', range }, { store: 'texts', range });
    this.stage({ cleared: [no] });
  }

  async stageOutbox(item: OutboxItem, present: boolean): Promise<void> {
    if (present) this.outbox.set(item.n, item);
    else this.outbox.delete(item.n);
    this.unwritten.add(item.n);
    this.puts.push({ store: 'outbox', key: item.n, value: present ? await this.db.seal(item) : undefined });
    this.stage({ live: { waiting: this.countWaiting() } });
  }

  /** Whether an item of the outbox would be here after a crash. */
  isKept(n: number): boolean {
    return !this.unwritten.has(n) && !this.beingWritten.has(n);
  }

  private countWaiting(): number {
    let count = 0;
    for (const item of this.outbox.values()) if (item.what === 'message') count++;
    return count;
  }

  /** Shown at once and not kept. */
  flash(live: Partial<Live>): void {
    const update = { live };
    this.take(update);
    this.show(update);
    this.broadcast(update);
  }

  /** Said once, in every tab. */
  notify(notice: Notice): void {
    const update = { notices: [notice] };
    this.show(update);
    this.broadcast(update);
  }

  /** Done when all that was staged until now is on the disk, shown and told to the other tabs. */
  commit(): Promise<void> {
    if (!this.flushing) {
      this.flushing = this.flush().finally(() => (this.flushing = undefined));
      return this.flushing;
    }
    const running = this.flushing;
    this.next ??= running.catch(() => {}).then(() => {
      this.next = undefined;
      return this.commit();
    });
    return this.next;
  }

  /** No write is under way. */
  async idle(): Promise<void> {
    while (this.flushing) await this.flushing.catch(() => {});
  }

  private async flush(): Promise<void> {
    let again = () => {};
    try {
      const { all, ranges, names, updates } = await this.inTurn(async () => {
        const [updates, chats, kept, puts, ranges] = [this.staged, this.dirtyChats, this.dirtyKept, this.puts, this.ranges];
        [this.staged, this.dirtyChats, this.dirtyKept, this.puts, this.ranges] = [[], new Set(), new Set(), [], []];
        [this.beingWritten, this.unwritten] = [this.unwritten, new Set()];
        again = () => {
          this.staged = [...updates, ...this.staged];
          for (const no of chats) this.dirtyChats.add(no);
          for (const name of kept) this.dirtyKept.add(name);
          this.puts = [...puts, ...this.puts];
          this.ranges = [...ranges, ...this.ranges];
          for (const n of this.beingWritten) this.unwritten.add(n);
        };
        const { puts: blocks, names } = await this.messages.dirt();
        const [rows, values] = await Promise.all([this.disk.chats(chats, this.chatsByNo), this.disk.kept(kept, this.kept)]);
        return { all: [...puts, ...blocks, ...rows, ...values], ranges, names, updates };
      });
      if (all.length > 0 || ranges.length > 0) all.push(this.disk.count(++this.written));
      await this.db.write(all, ranges);
      this.beingWritten.clear();
      this.messages.settled(true);
      const update = { ...merge(updates), blocks: names, written: this.written };
      this.show(update);
      this.broadcast(update);
    } catch (fault) {
      this.messages.settled(false);
      again();
      this.beingWritten.clear();
      throw fault;
    }
  }

  /** Another tab wrote this. */
  follow(update: Update): void {
    if (update.blocks) this.messages.outdated(update.blocks);
    if (update.written !== undefined) this.written = update.written;
    for (const no of update.cleared ?? []) void this.messages.clear(no);
    this.take(update);
    this.show(update);
  }

  private take(update: Update): void {
    for (const row of update.chats ?? []) {
      this.chats.set(row.id, row);
      this.chatsByNo.set(row.no, row);
    }
    const kept = update.kept;
    if (kept) {
      Object.assign(this.kept, kept);
      for (const row of kept.people ?? []) this.people.set(row.address, row);
      // What an older version kept says less.
      for (const group of kept.groups ?? []) this.groups.set(group.address, { ...{ requests: [], announces: false, groups: [] }, ...group });
    }
    if (update.live) Object.assign(this.live, update.live);
  }

  // --------------------------------------------------------------------------------------------------------- showing

  private show(update: Update): void {
    batch(() => {
      const { kept, live } = update;
      if (kept?.profile) this.me.value = kept.profile;
      if (kept?.settings) this.settings.value = { ...defaultSettings, ...kept.settings };
      if (kept?.statuses) this.statuses.value = kept.statuses;
      if (kept?.sync?.features) this.features.value = this.same(this.features.peek(), kept.sync.features);
      if (kept?.asked) this.asked.value = kept.asked.map((each) => each.address);
      if (kept?.blocked) this.blocked.value = kept.blocked;
      if (live?.session) this.session.value = live.session;
      if (live?.connection) this.connection.value = live.connection;
      if (live?.waiting !== undefined) this.waiting.value = live.waiting;
      if (live?.presence) for (const [address, cell] of this.presenceCells) cell.value = live.presence[address] ?? { online: false };
      if (live?.transfers) for (const [id, cell] of this.transferCells) cell.value = live.transfers[id];
      if (kept?.people) {
        for (const [address, cell] of this.personCells) cell.value = this.same(cell.peek(), this.personOf(address));
        for (const [address, cell] of this.aboutCells) cell.value = this.people.get(address)?.about ?? '';
        this.contacts.value = [...this.people.values()].filter((row) => row.contact).map((row) => this.personOf(row.address))
          .sort((one, two) => one.name.localeCompare(two.name));
      }
      if (kept?.groups) for (const [address, cell] of this.groupCells) cell.value = this.groups.get(address);
      if (kept?.lists) for (const [address, cell] of this.listCells) cell.value = this.same(cell.peek(), this.listOf(address));
      if (kept?.people || kept?.groups || kept?.lists || kept?.blocked || kept?.profile || live?.typing) {
        for (const row of this.chats.values()) this.refresh(row);
        this.resort();
      } else if (update.chats) {
        for (const row of update.chats) this.refresh(row);
        this.resort();
      }
      for (const watcher of this.watchers) {
        const mine = (message: Stored) => this.chatsByNo.get(watcher.no)?.id === message.chat;
        const [messages, removed] = [(update.messages ?? []).filter(mine), (update.removed ?? []).filter(mine)];
        const cleared = update.cleared?.includes(watcher.no) ?? false;
        if (messages.length > 0 || removed.length > 0 || cleared) watcher.changed(messages, removed, cleared);
      }
    });
    for (const notice of update.notices ?? []) for (const listener of this.listeners) listener(notice);
    for (const message of update.news ?? []) {
      const chat = this.shown.get(message.chat);
      if (chat) for (const listener of this.listeners) listener({ type: 'message', message, chat, muted: isQuiet(chat, message) });
    }
  }

  private same<T>(former: T, now: T): T {
    return JSON.stringify(former) === JSON.stringify(now) ? former : now;
  }

  private refresh(row: ChatRow): void {
    if (row.removed) {
      this.shown.delete(row.id);
      const cell = this.chatCells.get(row.id);
      if (cell) cell.value = undefined;
      return;
    }
    const former = this.shown.get(row.id);
    const chat = this.present(row);
    const now = former ? this.same(former, chat) : chat;
    this.shown.set(row.id, now);
    const cell = this.chatCells.get(row.id);
    if (cell) cell.value = now;
  }

  private resort(): void {
    this.list.value = [...this.shown.values()].sort((one, two) => (two.pinned ?? 0) - (one.pinned ?? 0) || two.time - one.time);
  }

  private present(row: ChatRow): Chat {
    const group = row.kind === 'group';
    const list = row.kind === 'broadcast' ? this.listOf(row.id) : undefined;
    const person = group || list ? undefined : this.personOf(row.id);
    const known = this.people.get(row.id);
    const details = this.groups.get(row.id);
    return {
      id: row.id, kind: row.kind, name: group ? (row.name ?? details?.name ?? row.id.split('@')[0]!) : (list ?? person!).name, time: row.time,
      unread: row.unread, unreadMentions: row.unreadMentions, markedUnread: row.markedUnread ?? false, typing: this.live.typing[row.id] ?? [],
      archived: row.archived ?? false, blocked: this.kept.blocked?.includes(row.id) ?? false,
      mayWrite: !group || (row.member !== false && (!row.adminsWrite || row.admin === true)),
      ...(group ? row.picture !== undefined && row.picture !== '' && { photo: { owner: row.id, id: row.picture } } : person?.photo && { photo: person.photo }),
      ...(row.last && { last: row.last }),
      ...(row.draft && { draft: row.draft }),
      ...(row.pinned !== undefined && { pinned: row.pinned }),
      ...(row.mutedUntil !== undefined && { mutedUntil: row.mutedUntil === 'always' ? Infinity : row.mutedUntil }),
      ...(row.mentionsOnly && { mentionsOnly: true }),
      ...(row.silent && { silent: true }),
      ...(row.disappearingSeconds !== undefined && { disappearingSeconds: row.disappearingSeconds }),
      ...(group && { member: row.member !== false }),
      ...(group && row.admin && { admin: true }),
      ...(group && row.admin && row.member !== false && row.asking && { asking: row.asking }),
      ...(group && row.announces && { announces: true }),
      ...(row.kind === 'person' && !known?.contact && row.last && !row.last.mine && { stranger: true }),
    };
  }

  personOf(address: Address): Person {
    const row = this.people.get(address);
    const first = address.split('@')[0]!;
    const phone = /^\+\d{6,15}$/.test(first) ? first : undefined;
    const me = this.kept.profile;
    const name = me?.address === address ? me.name : (row?.given || row?.own || phone || first);
    const photo = me?.address === address ? me.photo : row?.photo ? { owner: address, id: row.photo } : undefined;
    const known = row?.own || phone || first;
    return { address, name: name || first, ...(name === row?.given && known !== name && { publicName: known }), ...(phone !== undefined && { phone }), ...(photo && { photo }) };
  }

  chatCell(id: Address): Signal<Chat | undefined> {
    return cellOf(this.chatCells, id, () => this.shown.get(id));
  }
  personCell(address: Address): Signal<Person> {
    return cellOf(this.personCells, address, () => this.personOf(address));
  }
  aboutCell(address: Address): Signal<string> {
    return cellOf(this.aboutCells, address, () => this.people.get(address)?.about ?? '');
  }
  presenceCell(address: Address): Signal<Presence> {
    return cellOf(this.presenceCells, address, () => this.live.presence[address] ?? { online: false });
  }
  groupCell(address: Address): Signal<Group | undefined> {
    return cellOf(this.groupCells, address, () => this.groups.get(address));
  }
  listOf(address: Address): BroadcastList | undefined {
    const found = this.kept.lists?.find((each) => each.address === address && !each.gone);
    return found && { address, name: found.name, members: found.members };
  }
  listCell(address: Address): Signal<BroadcastList | undefined> {
    return cellOf(this.listCells, address, () => this.listOf(address));
  }
  transferCell(id: string): Signal<Transfer | undefined> {
    return cellOf(this.transferCells, id, () => this.live.transfers[id]);
  }

  /** Chats and people whose names have all of the words. */
  named(words: readonly string[]): { chats: Chat[]; people: Person[] } {
    const matches = (name: string, phone = '') => {
      const text = `${fold(name)} ${phone}`;
      return words.every((word) => text.includes(word));
    };
    return {
      chats: this.list.peek().filter((chat) => matches(chat.name, chat.id.split('@')[0])),
      people: this.contacts.peek().filter((person) => matches(person.name, person.phone)),
    };
  }
}

/** Nobody is to be told of it. */
export function isQuiet(chat: Chat, message: { readonly mentionsMe?: boolean }): boolean {
  return (chat.mutedUntil ?? 0) > Date.now() || (chat.mentionsOnly === true && !message.mentionsMe);
}

function cellOf<T>(cells: Map<string, Signal<T>>, key: string, make: () => T): Signal<T> {
  let cell = cells.get(key);
  if (!cell) cells.set(key, (cell = signal(make())));
  return cell;
}
