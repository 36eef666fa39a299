// The whole API over a made-up world, in memory: messages go out, get their ticks and now and then an answer. The UI is
// developed and measured on it with no server. Never part of the product.

import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import {
  defaultSettings, KithError, type Address, type Chat, type Content, type Draft,
  type Kith, type Message, type Notice, type Outgoing, type OutgoingFile, type Person, type Photo, type Position,
  type Presence, type Receipt, type SearchHit, type Session, type Settings, type Tick, type Transfer,
} from '../../src/chat';
import { DemoAccount } from './account';
import { DemoConversation } from './conversation';
import { demoGroups } from './groups';
import { demoStatuses } from './statuses';
import { lastOf, makeWorld, preview, type World, type WorldChat, type WorldOptions } from './world';

export interface DemoOptions extends WorldOptions {
  /** Which step to begin with; `ready` is signed in. */
  readonly step?: Session['step'];
  /** Milliseconds until a page of messages is there. */
  readonly delay?: number;
  /** 0: nobody answers. */
  readonly answers?: number;
}

class Cells<T> {
  private readonly cells = new Map<string, Signal<T>>();
  constructor(private readonly make: (key: string) => T) {}
  get(key: string): Signal<T> {
    let cell = this.cells.get(key);
    if (!cell) this.cells.set(key, (cell = signal(this.make(key))));
    return cell;
  }
}

export class DemoKith implements Kith {
  private readonly world: World;
  private readonly worldChats = new Map<Address, WorldChat>();
  private readonly people_ = new Map<Address, Person>();
  private readonly windows = new Set<DemoConversation>();
  private readonly listeners = new Set<(notice: Notice) => void>();
  private readonly list = signal<readonly Chat[]>([]);
  private readonly delay: number;
  private readonly answers: boolean;
  private sent = 0;

  readonly abilities: Kith['abilities'] = new Set([
    'files', 'voice', 'location', 'contacts', 'polls', 'reactions', 'edit', 'retract', 'star', 'forward', 'receipts', 'groups',
    'group-permissions', 'invite-links', 'disappearing', 'status', 'report', 'privacy', 'discovery', 'previews', 'directory', 'communities', 'lists', 'push', 'linking', 'export',
    'delete-account',
  ]);

  private readonly self: DemoAccount;
  private readonly settings_ = signal<Settings>(defaultSettings);
  private readonly blocked_ = signal<readonly Address[]>([]);
  private readonly transfers = new Cells<Transfer | undefined>(() => undefined);

  constructor(options: DemoOptions = {}) {
    this.delay = options.delay ?? 0;
    this.answers = options.answers !== 0;
    this.world = makeWorld(options);
    this.self = new DemoAccount(this.world.me, options.step);
    this.account = this.self.api();
    this.people_.set(this.world.me.address, this.world.me);
    for (const person of this.world.people) this.people_.set(person.address, person);
    for (const chat of this.world.chats) this.worldChats.set(chat.chat.id, chat);
    // The last line of each chat needs its messages: of long ones only that line is made up.
    this.list.value = this.sorted(this.world.chats.map((each) => this.withLast(each)));
    this.statuses = demoStatuses(this.world.people, this.people_, this.world.me.address);
  }

  private withLast(each: WorldChat): Chat {
    const message = each.messages().at(-1);
    return message ? { ...each.chat, last: lastOf(message) } : each.chat;
  }

  private sorted(chats: readonly Chat[]): Chat[] {
    return [...chats].sort((a, b) => (b.pinned ?? 0) - (a.pinned ?? 0) || b.time - a.time);
  }

  // -------------------------------------------------------------------------------------------------- changing things

  private change(id: Address, change: Partial<Chat>): void {
    this.list.value = this.sorted(this.list.value.map((chat) => (chat.id === id ? ({ ...chat, ...change } as Chat) : chat)));
  }

  private find(id: string): Message | undefined {
    return this.worldChats.get(id.slice(0, id.lastIndexOf('#')))?.messages().find((message) => message.id === id);
  }

  private update(id: string, change: Partial<Message>): void {
    const messages = this.worldChats.get(id.slice(0, id.lastIndexOf('#')))?.messages();
    const at = messages?.findIndex((message) => message.id === id) ?? -1;
    if (!messages || at < 0) return;
    const message = (messages[at] = { ...messages[at]!, ...change });
    if (at === messages.length - 1) this.change(message.chat, { last: lastOf(message) });
    for (const window of this.windows) if (window.chat === message.chat) window.refresh();
  }

  private append(chat: Address, message: Message): string {
    this.worldChats.get(chat)!.messages().push(message);
    const before = this.list.value.find((each) => each.id === chat)!;
    const { draft: _, ...kept } = before;
    this.list.value = this.sorted(this.list.value.map((each) => (each.id === chat
      ? { ...kept, time: message.time, last: lastOf(message), unread: message.mine ? 0 : before.unread + 1 } : each)));
    for (const window of this.windows) if (window.chat === chat) window.appended();
    return message.id;
  }

  private post(chat: Address, content: Content, rest: Partial<Message> = {}): string {
    const id = `${chat}#new${++this.sent}`;
    this.append(chat, { id, chat, from: this.self.profile.value.address, mine: true, time: Date.now(), tick: 'waiting', content, ...rest });
    if (rest.scheduled) return id;
    const steps: [number, Tick][] = [[80, 'sent'], [600, 'delivered'], [1800, 'read']];
    for (const [millis, tick] of steps) setTimeout(() => this.self.connection.value.state === 'online' && this.update(id, { tick }), millis);
    if (this.answers && this.sent % 3 === 1) setTimeout(() => this.answer(chat), 2500);
    return id;
  }

  private answer(chat: Address): void {
    const member = this.worldChats.get(chat)!.members[0] ?? this.world.people[0]!;
    this.change(chat, { typing: [{ who: member.address, name: member.name, what: 'text' }] });
    setTimeout(() => {
      this.change(chat, { typing: [] });
      const id = `${chat}#new${++this.sent}`;
      const message: Message = { id, chat, from: member.address, fromName: member.name, mine: false, time: Date.now(), content: { kind: 'text', text: 'Sounds good to me.' } };
      this.append(chat, message);
      const now = this.list.value.find((each) => each.id === chat)!;
      for (const listener of this.listeners) listener({ type: 'message', message, chat: now, muted: (now.mutedUntil ?? 0) > Date.now() });
    }, 1500);
  }

  // --------------------------------------------------------------------------------------------------------- the API

  photoUrl(photo: Photo | undefined): ReadonlySignal<string | null> {
    return this.photos.get(photo?.id ?? '');
  }
  private readonly photos = new Cells<string | null>((id) => {
    if (!id) return null;
    const hue = (Number(id.slice(1)) * 67) % 360;
    return 'data:image/svg+xml,' + encodeURIComponent(
      `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='8' fill='hsl(${hue} 40% 70%)'/><circle cx='4' cy='3' r='1.6' fill='hsl(${hue} 40% 30%)'/><circle cx='4' cy='8' r='3' fill='hsl(${hue} 40% 30%)'/></svg>`);
  });

  onNotice(listener: (notice: Notice) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  readonly account: Kith['account'];

  readonly chats: Kith['chats'] = (() => {
    const kith = this;
    const cells = new Map<Address, ReadonlySignal<Chat | undefined>>();
    return {
      list: kith.list,
      unreadChats: computed(() => kith.list.value.filter((chat) => (chat.unread > 0 || chat.markedUnread) && !chat.archived).length),
      chat: (id: Address) => {
        let cell = cells.get(id);
        if (!cell) cells.set(id, (cell = computed(() => kith.list.value.find((chat) => chat.id === id))));
        return cell;
      },
      start: async (person: Address) => kith.startChat(person),
      open: (id: Address, at: Position = 'unread') => {
        const chat = kith.worldChats.get(id);
        const unread = kith.list.value.find((each) => each.id === id)?.unread ?? 0;
        const window = new DemoConversation(id, () => chat?.messages() ?? [], unread, kith.delay, (last) => {
          if (last) kith.change(id, { unread: 0, unreadMentions: 0, markedUnread: false });
        }, () => kith.windows.delete(window));
        kith.windows.add(window);
        void window.jump(at);
        return window;
      },
      pin: async (id: Address, pinned: boolean) => kith.change(id, { pinned: pinned ? Date.now() : 0 }),
      mute: async (id: Address, until: number | null) => kith.change(id, { mutedUntil: until ?? 0 }),
      notify: async (id, how) => kith.change(id, how),
      archive: async (id: Address, archived: boolean) => kith.change(id, { archived }),
      markRead: async (id: Address, read: boolean) => kith.change(id, read ? { unread: 0, unreadMentions: 0, markedUnread: false } : { markedUnread: true }),
      setDraft: (id: Address, draft: Draft | undefined) => {
        kith.list.value = kith.list.value.map((chat) => {
          if (chat.id !== id) return chat;
          const { draft: _, ...kept } = chat;
          return draft?.text ? { ...kept, draft } : kept;
        });
      },
      typing: () => {},
      setDisappearing: async (id: Address, seconds: number) => kith.change(id, { disappearingSeconds: seconds }),
      clear: async (id: Address) => {
        kith.worldChats.get(id)!.messages().length = 0;
        for (const window of kith.windows) if (window.chat === id) window.refresh();
      },
      remove: async (id: Address) => { kith.list.value = kith.list.value.filter((chat) => chat.id !== id); },
    };
  })();

  private startChat(address: Address): Address {
    if (!this.worldChats.has(address)) {
      const person = this.people_.get(address) ?? { address, name: address.split('@')[0]! };
      const chat: Chat = {
        id: address, kind: 'person', name: person.name, time: Date.now(), unread: 0, unreadMentions: 0, markedUnread: false, typing: [],
        archived: false, blocked: false, mayWrite: true, ...(person.photo && { photo: person.photo }),
      };
      const messages: Message[] = [];
      this.worldChats.set(address, { chat, members: [person], count: 0, messages: () => messages });
      this.list.value = this.sorted([...this.list.value, chat]);
    }
    return address;
  }

  readonly messages: Kith['messages'] = {
    preview: async (url: string) => ({ url, title: 'A page about birds', description: 'What robins sing, and why.', pictured: false }),
    picture: async () => undefined,
    send: async (chat: Address, out: Outgoing) => {
      const quoted = out.reply ? this.find(out.reply) : undefined;
      const content: Content = out.location ? { kind: 'location', ...out.location }
        : out.contacts ? { kind: 'contact', people: out.contacts }
        : out.poll ? {
          kind: 'poll', question: out.poll.question, multiple: out.poll.multiple, closed: false,
          options: out.poll.options.map((text, i) => ({ id: String(i), text, voters: [], mine: false })),
        }
        : { kind: 'text', text: out.text ?? '', ...(out.preview && { preview: out.preview }) };
      return this.post(chat, content, {
        ...(quoted && { reply: { id: quoted.id, from: quoted.from, kind: quoted.content.kind, text: preview(quoted.content), ...(quoted.fromName && { fromName: quoted.fromName }) } }),
        ...(out.mentions && { mentions: out.mentions }),
        ...(out.at && { scheduled: out.at }),
      });
    },
    sendFiles: async (chat: Address, files: readonly OutgoingFile[]) => files.map((file) => {
      const { file: blob, caption = '', ...rest } = file;
      const id = this.post(chat, { ...rest, type: blob.type, size: blob.size, caption, local: true } as Content);
      this.blobs.set(id, blob);
      const transfer = this.transfers.get(id);
      transfer.value = { state: 'uploading', bytes: 0, total: blob.size };
      const timer = setInterval(() => {
        const now = transfer.value;
        if (now?.state !== 'uploading') return clearInterval(timer);
        const bytes = Math.min(now.total, now.bytes + now.total / 10);
        transfer.value = bytes >= now.total ? undefined : { ...now, bytes };
      }, 200);
      return id;
    }),
    edit: async (id: string, text: string) => this.update(id, { content: { kind: 'text', text }, edited: Date.now() }),
    retract: async (id: string) => this.update(id, { content: { kind: 'retracted', by: this.self.profile.value.address } }),
    deleteForMe: async (ids: readonly string[]) => {
      for (const id of ids) {
        const messages = this.worldChats.get(id.slice(0, id.lastIndexOf('#')))?.messages();
        const at = messages?.findIndex((message) => message.id === id) ?? -1;
        if (messages && at >= 0) messages.splice(at, 1);
        for (const window of this.windows) window.refresh();
      }
    },
    react: async (id: string, emojis: readonly string[]) => {
      const me = this.self.profile.value.address;
      const others = (this.find(id)?.reactions ?? []).map((each) => ({ ...each, mine: false, from: each.from.filter((who) => who !== me) }));
      for (const emoji of emojis) {
        const same = others.find((each) => each.emoji === emoji);
        if (same) Object.assign(same, { mine: true, from: [...same.from, me] });
        else others.push({ emoji, from: [me], mine: true });
      }
      this.update(id, { reactions: others.filter((each) => each.from.length > 0) });
    },
    vote: async (id: string, options: readonly string[]) => {
      const content = this.find(id)?.content;
      if (content?.kind !== 'poll') return;
      const me = this.self.profile.value.address;
      this.update(id, { content: { ...content, options: content.options.map((option) => {
        const mine = options.includes(option.id);
        const voters = option.voters.filter((who) => who !== me);
        return { ...option, mine, voters: mine ? [...voters, me] : voters };
      }) } });
    },
    star: async (ids: readonly string[], starred: boolean) => { for (const id of ids) this.update(id, { starred }); },
    forward: async (ids: readonly string[], to: readonly Address[]) => {
      for (const chat of to) for (const id of ids) {
        const message = this.find(id);
        if (message) this.post(this.startChat(chat), message.content, { forwarded: true });
      }
    },
    resend: async (id: string) => this.update(id, { tick: 'sent' }),
    cancel: async (id: string) => { await this.messages.deleteForMe([id]); return true; },
    get: async (id: string) => this.find(id),
    starred: async (chat?: Address) => [...this.worldChats.keys()].filter((id) => !chat || id === chat).slice(0, 20)
      .flatMap((id) => this.worldChats.get(id)!.messages().filter((message) => message.starred)).sort((a, b) => b.time - a.time).slice(0, 200),
    receipts: (id: string) => {
      const message = this.find(id);
      const members = message ? this.worldChats.get(message.chat)!.members : [];
      return signal<readonly Receipt[]>(members.map((member, i) => ({ who: member.address, delivered: Date.now() - 60_000, ...(i % 2 === 0 && { read: Date.now() }) })));
    },
    mayEdit: (message: Message) => message.mine && message.content.kind === 'text',
    mayRetract: (message: Message) => message.mine && message.content.kind !== 'retracted',
  };

  private readonly blobs = new Map<string, Blob>();
  readonly files: Kith['files'] = {
    transfer: (id: string) => this.transfers.get(id),
    mostBytes: () => 2 ** 29,
    open: async (id: string) => {
      const own = this.blobs.get(id);
      if (own) return own;
      const content = this.find(id)?.content;
      if (content && 'thumbnail' in content && content.thumbnail) {
        return new Blob([decodeURIComponent(content.thumbnail.slice('data:image/svg+xml,'.length))], { type: 'image/svg+xml' });
      }
      throw new KithError({ code: 'not-found' });
    },
    cancel: (id: string) => { this.transfers.get(id).value = { state: 'cancelled', bytes: 0, total: 0 }; },
    retry: (id: string) => { this.transfers.get(id).value = undefined; },
    gallery: async (chat: Address, kind: 'media' | 'files' | 'links' | 'voice', before?: string) => {
      const kinds = { media: ['image', 'video'], files: ['file', 'audio'], links: ['text'], voice: ['voice'] }[kind];
      const all = (this.worldChats.get(chat)?.messages() ?? []).filter((message) => kinds.includes(message.content.kind)
        && (kind !== 'links' || preview(message.content).includes('https://'))).reverse();
      const from = before ? all.findIndex((message) => message.id === before) + 1 : 0;
      return all.slice(from, from + 60);
    },
    forget: async () => {},
  };

  readonly people: Kith['people'] = (() => {
    const kith = this;
    const cells = new Cells<Person>((address) => kith.people_.get(address) ?? { address, name: address.split('@')[0]! });
    const presences = new Cells<Presence>((address) => (address.length % 2 ? { online: true } : { online: false, lastSeen: Date.now() - 3_600_000 }));
    const abouts = new Cells<string>(() => 'Hey there, I am using Kith');
    return {
      get contacts() { return kith.contacts_; },
      blocked: kith.blocked_,
      person: (address: Address) => cells.get(address),
      presence: (address: Address) => presences.get(address),
      about: (address: Address) => abouts.get(address),
      find: async (typed: string) => {
        const person = kith.world.people.find((each) => each.address === typed || each.phone === typed.replace(/[^+\d]/g, ''));
        if (!person) throw new KithError({ code: 'not-found' });
        return person;
      },
      discover: async () => [],
      called: async (name: string) => kith.world.people.filter((person) => person.name.toLowerCase().startsWith(name.toLowerCase())).slice(0, 3),
      addContact: async () => {},
      removeContact: async () => {},
      block: async (address: Address) => { kith.blocked_.value = [...kith.blocked_.value, address]; kith.change(address, { blocked: true }); },
      unblock: async (address: Address) => { kith.blocked_.value = kith.blocked_.value.filter((each) => each !== address); kith.change(address, { blocked: false }); },
    };
  })();
  private get contacts_(): ReadonlySignal<readonly Person[]> {
    return (this.contactsCell ??= signal([...this.world.people].sort((a, b) => a.name.localeCompare(b.name))));
  }
  private contactsCell: Signal<readonly Person[]> | undefined;

  readonly groups: Kith['groups'] = demoGroups({
    world: () => this.world, people: this.people_, list: this.list, chatOf: (address) => this.worldChats.get(address),
    begin: (chat, members) => {
      const messages: Message[] = [];
      this.worldChats.set(chat.id, { chat, members, count: 0, messages: () => messages });
      this.list.value = this.sorted([...this.list.value, chat]);
    },
    change: (id, change) => this.change(id, change),
    number: () => ++this.sent,
  });

  readonly statuses: Kith['statuses'];

  readonly settings: Kith['settings'] = (() => {
    const kith = this;
    return {
      values: kith.settings_,
      set: async (change: Partial<Settings>) => { kith.settings_.value = { ...kith.settings_.value, ...change }; },
      enableNotifications: async () => { throw new KithError({ code: 'forbidden' }); },
      storage: async () => ({
        messages: 100_000, databaseBytes: 31_000_000, fileBytes: 210_000_000, quotaBytes: 2e9, serverBytes: 5e8, serverQuotaBytes: 1e10,
        chats: kith.world.chats.slice(0, 50).map((each) => ({ chat: each.chat.id, messages: each.count, fileBytes: each.count * 3000 })) }),
      persist: async () => true,
    };
  })();

  readonly search: Kith['search'] = {
    warm: () => Promise.resolve(),
    find: async (query, options = {}) => {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word));
      const limit = options.limit ?? 50;
      const hits: SearchHit[] = [];
      if (words.length > 0) {
        for (const each of this.worldChats.values()) {
          if (options.chat && each.chat.id !== options.chat) continue;
          for (const message of each.messages()) {
            const text = preview(message.content);
            if (!matches(text)) continue;
            const start = text.toLowerCase().indexOf(words[0]!);
            hits.push({ message: message.id, chat: message.chat, from: message.from, time: message.time, mine: message.mine, snippet: text, ranges: [[start, start + words[0]!.length]] });
          }
        }
      }
      hits.sort((a, b) => b.time - a.time);
      return {
        chats: options.chat ? [] : this.list.value.filter((chat) => matches(chat.name)),
        people: options.chat ? [] : this.world.people.filter((person) => matches(person.name)).slice(0, limit),
        messages: hits.slice(0, limit), more: hits.length > limit,
      };
    },
  };
}
