// The one per device that is connected: it lives in the leading tab (tabs.ts). It changes the world by what comes from the
// server and by the commands of all tabs, one thing at a time, and each is on the disk before anybody is told.

import { Client, surroundings, type Credentials, type State, type StopReason } from '../xmpp/client';
import { bare, domain, local } from '../xmpp/jid';
import { forwardedIn, plain, type Envelope } from '../xmpp/message';
import { chatState } from '../xmpp/saying';
import { NS } from '../xmpp/ns';
import { photoIn, Queries, readEvent } from '../xmpp/queries';
import { Rooms } from '../xmpp/rooms';
import { Stories } from '../xmpp/stories';
import { el, type Element } from '../xmpp/xml';
import { messageFailure } from './failures';
import { FlagSync } from './flags';
import { Incoming } from './incoming';
import { KithError, type Address, type Failure, type Typing } from './model';
import { Outbox } from './outbox';
import { PrivacyChoices } from './privacy';
import { Profiles } from './profiles';
import { Statuses } from './statuses';
import { Sync } from './sync';
import { Groups } from './groups';
import { Lists } from './lists';
import { nearest, Uploads } from './uploads';
import { SignIn } from './signin';
import { Commands } from './commands';
import type { Kept } from './update';
import type { World } from './world';

export interface Settings {
  readonly socketUrl: string;
  readonly httpUrl: string;
  readonly deviceName: string;
  /** All of it is wiped: every tab begins anew. */
  readonly onWiped: () => void;
  /** Another account: every tab reads the database anew. */
  readonly onStartOver: () => void;
}

const TYPING_MILLIS = 20_000;
const CARRY_MILLIS = 15_000;

export class Core {
  client: Client | undefined;
  readonly incoming: Incoming;
  readonly outbox: Outbox;
  readonly queries: Queries;
  readonly rooms: Rooms;
  readonly sync: Sync;
  readonly profiles: Profiles;
  readonly groups: Groups;
  readonly lists: Lists;
  readonly uploads: Uploads;
  readonly statuses: Statuses;
  readonly privacy: PrivacyChoices;
  readonly flags: FlagSync;
  readonly signIn: SignIn;
  readonly commands: Commands;
  /** Where payloads are wrapped and unwrapped. */
  private readonly envelope: Envelope = plain;
  private readonly typists = new Map<string, { typing: Typing; timer: ReturnType<typeof setTimeout> }>();
  private readonly resources = new Map<Address, Set<string>>();
  private ticker: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly world: World,
    readonly settings: Settings,
  ) {
    this.incoming = new Incoming(world, () => this.me, {
      receipt: (to, id, group) => this.outbox.add({ id: crypto.randomUUID(), to, type: 'chat', what: 'receipt', about: id, ...(group !== undefined && { group }) }),
      refused: async (id, condition, from) => void (await this.outbox.failed(id, messageFailure(condition, this.world.chats.get(from)?.kind === 'group'), from)),
      typing: (chat, who, what) => this.typing(chat, who, what),
      groupEvent: (group, kind, attrs) => this.groups.event(group, kind, attrs),
      stranger: (address) => this.profiles.look(address),
      asksToJoin: (group) => void this.groups.refreshRequests(group).catch(() => {}),
      declined: (group) => this.groups.declined(group),
    });
    this.outbox = new Outbox(world, () => this.client, this.incoming, this.envelope);
    // One for all streams: it asks whichever client there is.
    const line = { iq: (...args: Parameters<Client['iq']>) => this.line().iq(...args), send: (stanza: Element) => this.client?.send(stanza) ?? false };
    this.queries = new Queries(line as Client, () => this.me);
    this.rooms = new Rooms(line as Client);
    this.profiles = new Profiles(this);
    this.groups = new Groups(this);
    this.lists = new Lists(this);
    this.sync = new Sync(this);
    this.uploads = new Uploads(this);
    this.statuses = new Statuses(this, new Stories(line));
    this.privacy = new PrivacyChoices(this);
    this.flags = new FlagSync(this);
    this.signIn = new SignIn(this);
    this.commands = new Commands(this);
  }

  get me(): Address {
    return this.world.kept.credentials?.jid ?? '';
  }

  /** By which way this page reaches a file. */
  nearest(url: string): string {
    return nearest(url, this.world.kept.sync?.mediaBase, this.settings.httpUrl);
  }

  private line(): Client {
    if (!this.client) throw new KithError({ code: 'offline' });
    return this.client;
  }

  /** One after the other; the result when what it staged is on the disk. What it put into the outbox goes out then. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.world.inTurn(work).then(async (value) => {
      await this.world.commit();
      this.outbox.pump();
      return value;
    });
  }

  /** A command of this tab or another one. */
  async call(name: string, args: readonly unknown[]): Promise<unknown> {
    const command = Object.hasOwn(this.commands, name) ? this.commands[name] : undefined;
    if (typeof command !== 'function') throw new KithError({ code: 'unsupported', text: name });
    return (command as (...all: readonly unknown[]) => unknown)(...args);
  }

  /** Is the leader from now on. */
  async lead(): Promise<void> {
    this.ticker = setInterval(() => void this.tick(), CARRY_MILLIS);
    if (this.world.kept.credentials) this.connect(this.world.kept.credentials);
    await this.signIn.resume();
  }

  /** What time brings: messages that disappear, scheduled ones that are due. */
  private async tick(): Promise<void> {
    const now = Date.now();
    const due = (this.world.kept.expiring ?? []).filter(([, , at]) => at <= now);
    if (due.length > 0) {
      await this.run(async () => {
        for (const [no, order] of due) {
          const [row, message] = [this.world.chatsByNo.get(no), await this.world.messages.at(no, order)];
          if (row && message) await this.incoming.remove(row, message);
        }
        this.world.stage({ kept: { expiring: (this.world.kept.expiring ?? []).filter(([, , at]) => at > now) } });
      });
    }
    await this.statuses.expire(now);
    this.profiles.tick();
    this.outbox.pump();
  }

  // -------------------------------------------------------------------------------------------------------- the stream

  connect(credentials: Kept['credentials']): void {
    this.client?.stop();
    const client: Client = new Client({
      state: (state) => client === this.client && this.stateChanged(state),
      fresh: async () => {
        if (client !== this.client) return;
        await this.run(async () => {});
        this.resources.clear();
        this.statuses.begin();
        this.sync.begin();
      },
      resumed: () => {
        if (client !== this.client) return;
        this.outbox.pump();
        this.uploads.resume();
      },
      stanza: (stanza) => (client === this.client ? this.stanza(stanza) : undefined),
      acked: (keys) => void this.run(() => this.outbox.acked(keys)),
      token: (token) => this.run(async () => {
        const now = this.world.kept.credentials;
        if (now) this.world.stage({ kept: { credentials: { ...now, token } } });
      }),
    }, surroundings(this.settings.socketUrl), [el('enable', NS.groups)]);
    this.client = client;
    client.start({ ...credentials, deviceName: this.settings.deviceName } satisfies Credentials);
  }

  private stateChanged(state: State): void {
    switch (state.is) {
      case 'connecting':
        if (this.world.live.connection.state !== 'offline') this.world.flash({ connection: { state: 'connecting' } });
        break;
      case 'online':
        this.world.flash({ connection: { state: this.sync.done ? 'online' : 'syncing' } });
        break;
      case 'waiting':
        this.world.flash({ connection: { state: 'offline', retryAt: state.retryAt, failure: { code: state.reason === 'offline' ? 'offline' : 'server-down' } }, presence: {}, typing: {} });
        break;
      case 'stopped':
        if (state.reason !== 'closed') void this.ended(state.reason, state.text);
    }
  }

  private async ended(reason: StopReason, text: string | undefined): Promise<void> {
    const failure: Failure = { code: 'signed-out', ...(text !== undefined && { text }) };
    if (reason === 'conflict') {
      this.world.flash({ connection: { state: 'offline', failure } });
      return;
    }
    // The local messages stay until one logs out or signs in as somebody else.
    this.world.notify({ type: 'signed-out', failure });
    await this.signIn.signedOut(failure);
  }

  /** Synced: what the UI calls online. */
  synced(): void {
    if (this.client?.online) this.world.flash({ connection: { state: 'online' } });
  }

  private async stanza(stanza: Element): Promise<void> {
    if (stanza.name === 'message') {
      if (this.queries.collect(stanza)) return;
      await this.message(stanza);
    } else if (stanza.name === 'presence') {
      await this.presence(stanza);
    } else {
      const pushed = this.queries.push(stanza);
      if (pushed?.roster) {
        await this.run(() => this.sync.roster(pushed.roster!, false));
        for (const { address, subscription } of pushed.roster) if (subscription === 'both' || subscription === 'to') this.statuses.look(address);
      }
      if (pushed?.blocked) await this.run(async () => this.sync.blockedChanged(pushed.blocked!, true));
      if (pushed?.viewers) await this.statuses.viewers(pushed.viewers.id, pushed.viewers.viewers);
      if (pushed?.privacy) await this.privacy.changed(pushed.privacy);
      if (pushed?.unblocked) await this.run(async () => this.sync.blockedChanged(pushed.unblocked!, false));
    }
  }

  private async message(stanza: Element): Promise<void> {
    const from = stanza.attr('from');
    const own = from === undefined || bare(from) === this.me;
    const carbon = stanza.child('sent', NS.carbons) ?? stanza.child('received', NS.carbons);
    if (carbon) {
      // Only one's own server may tell what one's other devices do.
      const inner = own && (from === undefined || from === this.me) ? forwardedIn(carbon) : undefined;
      if (inner) await this.take(inner.message, { how: 'live', delay: inner.delay });
      return;
    }
    const event = readEvent(stanza);
    if (event) {
      if (own && event.displayed) await this.run(async () => { for (const { chat, id } of event.displayed!) await this.incoming.displayedById(chat, id); });
      if (own && event.seen) await this.statuses.seenElsewhere(event.seen);
      if (own && event.lists) await this.lists.take(event.lists.lists, event.lists.gone);
      if (own && event.flags) await this.flags.take(event.flags);
      if (event.stories) await this.statuses.event(own ? this.me : bare(from), event.stories);
      if (event.avatar !== undefined && from !== undefined) await this.run(async () => this.profiles.photoIs(bare(from), event.avatar!));
      return;
    }
    await this.take(stanza, { how: 'live' });
  }

  private async take(message: Element, source: Parameters<Incoming['take']>[1]): Promise<void> {
    await this.run(async () => this.incoming.take(await this.envelope.unwrap(message), source));
  }

  /** From the archive; one commit for all of it. */
  async takeAll(results: readonly { id: string; message: Element; delay: number | undefined }[], how: 'catch-up' | 'history'): Promise<void> {
    await this.run(async () => {
      for (const { id, message, delay } of results) await this.incoming.take(await this.envelope.unwrap(message), { how, archive: id, delay });
    });
  }

  private async presence(stanza: Element): Promise<void> {
    const from = stanza.attr('from');
    if (from === undefined) return;
    const address = bare(from);
    const type = stanza.attr('type');
    if (type === 'subscribe') {
      // Contacts see each other; from strangers it waits until they are contacts.
      if (this.world.people.get(address)?.contact) this.queries.presence({ to: address, type: 'subscribed' });
      return;
    }
    if (address === this.me || (type !== undefined && type !== 'unavailable')) return;
    const photo = photoIn(stanza);
    if (photo !== undefined) await this.run(async () => this.profiles.photoIs(address, photo));
    const known = this.resources.get(address) ?? new Set();
    if (type === 'unavailable') known.delete(from);
    else known.add(from);
    this.resources.set(address, known);
    const online = known.size > 0;
    const before = this.world.live.presence[address];
    if (before?.online === online) return;
    this.world.flash({ presence: { ...this.world.live.presence, [address]: online ? { online } : { online, lastSeen: Date.now() } } });
    if (!online) this.typing(address, address, 'nothing');
  }

  // ----------------------------------------------------------------------------------------------------------- typing

  private typing(chat: Address, who: Address, what: 'text' | 'voice' | 'nothing'): void {
    const key = `${chat}\0${who}`;
    const known = this.typists.get(key);
    if (known) clearTimeout(known.timer);
    if (what === 'nothing') {
      if (!this.typists.delete(key)) return;
    } else {
      const timer = setTimeout(() => this.typing(chat, who, 'nothing'), TYPING_MILLIS);
      this.typists.set(key, { typing: { who, name: this.world.personOf(who).name, what }, timer });
      if (known?.typing.what === what) return;
    }
    const now = [...this.typists].filter(([each]) => each.startsWith(`${chat}\0`)).map(([, each]) => each.typing);
    const { [chat]: _, ...rest } = this.world.live.typing;
    this.world.flash({ typing: now.length > 0 ? { ...rest, [chat]: now } : rest });
  }

  sayTyping(chat: Address, what: 'text' | 'voice' | 'nothing'): void {
    const row = this.world.chats.get(chat);
    if (!row || row.kind === 'self' || row.kind === 'broadcast' || !this.client?.online) return;
    this.client.send(chatState(chat, row.kind === 'group' ? 'groupchat' : 'chat', what === 'text' ? 'composing' : what === 'voice' ? 'recording' : 'active'));
  }

  // ------------------------------------------------------------------------------------------------------- log out

  async wipe(): Promise<void> {
    clearInterval(this.ticker);
    this.client?.stop();
    this.client = undefined;
    await this.world.inTurn(async () => {});
    this.settings.onWiped();
  }

  /** All that was here goes, and every tab begins with this. */
  async startOver(kept: Partial<Kept>): Promise<void> {
    clearInterval(this.ticker);
    this.client?.stop();
    this.client = undefined;
    const { db } = this.world;
    const puts = await Promise.all(Object.entries(kept).map(async ([key, value]) => ({ store: 'meta' as const, key, value: await db.seal(value) })));
    await this.world.idle();
    const stores = ['meta', 'chats', 'blocks', 'texts', 'ids', 'outbox', 'files'] as const;
    await db.write(puts, stores.map((store) => ({ store, range: IDBKeyRange.lowerBound(-Infinity) })));
    this.settings.onStartOver();
  }

  get domain(): string {
    return domain(this.me);
  }

  get name(): string {
    return local(this.me);
  }
}
