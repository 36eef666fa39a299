// The API of api.ts over this browser's database and the server: signals are read from the world of this tab, commands go to the
// leading tab (tabs.ts).

import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';
import type {
  Ability, AccountApi, ChatsApi, Conversation, FilesApi, GroupsApi, Kith, MessagesApi, Notice, Outgoing, OutgoingFile, PeopleApi, Position, SearchApi, SettingsApi, StatusApi,
} from './api';
import { groupsOf } from './asking';
import { mayEdit, mayRetract } from './commands';
import { Core, type Settings as CoreSettings } from './core';
import { Database } from './database';
import { KithError, type Address, type Draft, type Message, type Photo, type Receipt } from './model';
import { receiptsOf, type Stored } from './rows';
import { authorsOf } from './statuses';
import { find, gallery } from './search';
import { MOST_BYTES } from './uploads';
import { Tabs } from './tabs';
import { exported, used } from './takeout';
import { Window } from './window';
import type { Update } from './update';
import { World } from './world';
import { Writing } from './writing';

const DATABASE = 'kith';

export interface Environment {
  readonly socketUrl: string;
  readonly httpUrl: string;
  readonly deviceName: string;
  /** Begins anew, after log-out. */
  readonly restart: () => void;
  /** Another name keeps tests apart. */
  readonly database?: string;
}

/** Opens the database and goes on from there; throws when this browser has none. */
export async function open(environment: Environment): Promise<LocalKith> {
  const name = environment.database ?? DATABASE;
  const world = new World(await Database.open(name));
  await world.load();
  return new LocalKith(world, environment, name);
}

/** So that the world is there when the fields below are made. */
class Rooted {
  constructor(protected readonly world: World) {}
}

export class LocalKith extends Rooted implements Kith {
  private readonly tabs: Tabs;
  private readonly core: Core;
  private readonly photos = new Map<string, Signal<string | null>>();
  private over = false;

  constructor(world: World, environment: Environment, name: string) {
    super(world);
    const wiped = () => {
      if (this.over) return;
      this.over = true;
      environment.restart();
    };
    const settings: CoreSettings = {
      ...environment,
      onStartOver: () => {
        this.over = true;
        this.tabs.wipe();
        this.tabs.close();
        environment.restart();
      },
      onWiped: () => {
        this.over = true;
        this.tabs.wipe();
        world.db.close();
        this.tabs.close();
        void Database.destroy(name).finally(() => environment.restart());
      },
    };
    const core = (this.core = new Core(world, settings));
    this.tabs = new Tabs(name, {
      catchUp: () => world.catchUp(),
      lead: () => core.lead(),
      call: (command, args) => core.call(command, args),
      follow: (update: Update) => world.follow(update),
      live: () => ({ live: world.live }),
      wiped,
    });
    world.broadcast = (update) => this.tabs.broadcast(update);
    world.db.onGone(wiped);
    if (world.kept.credentials && world.live.session.step === 'opening') {
      // The list shows before anybody leads or is connected.
      const step = world.kept.step;
      world.session.value = step && 'profile' in step ? { step: 'profile', me: world.me.peek() } : { step: 'ready' };
    }
  }

  get abilities(): ReadonlySet<Ability> {
    const known = this.world.features.value;
    const needs = (feature: string, ...abilities: Ability[]) => (known.includes(feature) ? abilities : []);
    return new Set<Ability>([
      'files', 'voice', 'location', 'contacts', 'polls', 'reactions', 'edit', 'retract', 'star', 'forward', 'receipts', 'disappearing', 'report',
      'export', 'delete-account', ...needs('urn:kith:links:0', 'linking'), ...needs('urn:kith:push:0', 'push'), ...needs('urn:kith:privacy:0', 'privacy'), ...needs('urn:kith:contacts:0', 'discovery'), ...needs('urn:kith:previews:0', 'previews'), ...needs('urn:kith:search:0', 'directory'),
      ...needs('urn:kith:status:0', 'status'),
      ...needs('urn:kith:groups:0', 'groups', 'communities', 'lists', 'group-permissions', 'invite-links'),
    ]);
  }

  private async call<T = void>(name: string, ...args: unknown[]): Promise<T> {
    return (await this.tabs.call(name, args)) as T;
  }

  /** For what the UI does not wait for. */
  private tell(name: string, ...args: unknown[]): void {
    void this.call(name, ...args).catch(() => {});
  }

  close(): void {
    this.tabs.close();
    this.core.client?.stop();
    this.world.db.close();
  }

  // ---------------------------------------------------------------------------------------------------------- network

  /** The network came back, or the page is looked at. */
  wake(): void {
    this.tell('reconnect');
  }
  networkLost(): void {
    this.tell('networkLost');
  }
  setActive(active: boolean): void {
    this.tell('setActive', active);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    this.world.listeners.add(listener);
    return () => this.world.listeners.delete(listener);
  }
  announce(notice: Notice): void {
    for (const listener of this.world.listeners) listener(notice);
  }

  photoUrl(photo: Photo | undefined): ReadonlySignal<string | null> {
    const id = photo?.id ?? '';
    let cell = this.photos.get(id);
    if (!cell) {
      cell = signal<string | null>(null);
      this.photos.set(id, cell);
      if (id !== '') void this.loadPhoto(id, cell);
    }
    return cell;
  }

  private async loadPhoto(id: string, cell: Signal<string | null>): Promise<void> {
    const { db } = this.world;
    for (let i = 0; i < 5 && !this.over; i++) {
      const sealed = await db.get('files', `photo:${id}`).catch(() => undefined);
      if (sealed) {
        cell.value = URL.createObjectURL(new Blob([await db.unsealBytes(sealed)]));
        return;
      }
      // Its card is being fetched.
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** i));
    }
  }

  // --------------------------------------------------------------------------------------------------------- account

  readonly account: AccountApi = (() => {
    const { world } = this;
    return {
      session: world.session, connection: world.connection, me: world.me, waiting: world.waiting,
      requestCode: (phone) => this.call('requestCode', phone),
      submitCode: (code) => this.call('submitCode', code),
      signUpByInvitation: (invitation, name) => this.call('signUpByInvitation', invitation, name),
      signInWithPassword: (address, password) => this.call('signInWithPassword', address, password),
      startLinking: () => this.call('startLinking'),
      cancelSignIn: () => this.tell('cancelSignIn'),
      finishProfile: () => this.call('finishProfile'),
      setProfile: (change) => this.call('setProfile', change),
      reconnect: () => this.tell('reconnect'),
      logOut: () => this.call('logOut'),
      deleteAccount: () => this.call('deleteAccount'),
      devices: () => this.call('devices'),
      lookAtLink: (code) => this.call('lookAtLink', code),
      approveLink: (code) => this.call('approveLink', code),
      unlink: (device) => this.call('unlink', device),
      exportData: (onProgress) => exported(world, onProgress),
    };
  })();

  // ----------------------------------------------------------------------------------------------------------- chats

  private readonly writing = new Writing((name, ...args) => this.tell(name, ...args));

  readonly chats: ChatsApi = (() => {
    const { world } = this;
    return {
      list: world.list,
      unreadChats: computed(() => world.list.value.filter((chat) => (chat.unread > 0 || chat.markedUnread) && !chat.archived).length),
      chat: (id: Address) => world.chatCell(id),
      start: (person: Address) => this.call<Address>('start', person),
      open: (id: Address, at: Position = 'unread'): Conversation => {
        const window = new Window(world, id, {
          older: (chat) => this.call('older', chat),
          displayed: (chat, order) => this.tell('displayed', chat, order),
          closed: (closed) => world.watchers.delete(closed),
        });
        world.watchers.add(window);
        void window.jump(at).catch((fault: unknown) => console.error('kith: a conversation could not be read', fault));
        return window;
      },
      pin: (id: Address, pinned: boolean) => this.call('pin', id, pinned),
      mute: (id: Address, until: number | null) => this.call('mute', id, until),
      notify: (id, how) => this.call('notify', id, how),
      archive: (id: Address, archived: boolean) => this.call('archive', id, archived),
      markRead: (id: Address, read: boolean) => this.call('markRead', id, read),
      setDraft: (id: Address, draft: Draft | undefined) => this.writing.draft(id, draft),
      typing: (id: Address, what: 'text' | 'voice' | 'nothing') => this.writing.typing(id, what),
      setDisappearing: (id: Address, seconds: number) => this.call('setDisappearing', id, seconds),
      clear: (id: Address) => this.call('clear', id),
      remove: (id: Address) => this.call('remove', id),
    };
  })();

  // -------------------------------------------------------------------------------------------------------- messages

  readonly messages: MessagesApi = {
    preview: (url: string) => this.call('previewOf', url),
    picture: (url: string) => this.call('pictureOf', url),
    send: (chat: Address, message: Outgoing) => {
      this.writing.quiet(chat);
      const ref = crypto.randomUUID();
      const kept = this.call<string>('send', chat, ref, message);
      for (const watcher of this.world.watchers) if (watcher instanceof Window && watcher.chat === chat) watcher.foretell(ref, message, kept);
      return kept;
    },
    sendFiles: (chat: Address, files: readonly OutgoingFile[], reply?: string) =>
      this.call<string[]>('sendFiles', chat, files.map(() => crypto.randomUUID()), files, reply),
    edit: (id, text, mentions) => this.call('editMessage', id, crypto.randomUUID(), text, mentions),
    retract: (id) => this.call('retract', id, crypto.randomUUID()),
    deleteForMe: (ids) => this.call('deleteForMe', ids),
    react: (id, emojis) => this.call('react', id, crypto.randomUUID(), emojis),
    vote: (id, options) => this.call('vote', id, crypto.randomUUID(), options),
    star: (ids, starred) => this.call('star', ids, starred),
    forward: (ids, to) => this.call('forward', ids, to, to.flatMap(() => ids.map(() => crypto.randomUUID()))),
    resend: (id) => this.call('resend', id),
    cancel: (id) => this.call<boolean>('cancel', id),
    get: (id) => this.world.messages.get(id),
    starred: async (chat) => {
      const found = await Promise.all((this.world.kept.starred ?? []).map((id) => this.world.messages.get(id)));
      return found.filter((message) => message !== undefined && (chat === undefined || message.chat === chat))
        .sort((one, two) => two!.time - one!.time) as Message[];
    },
    receipts: (id) => this.receipts(id),
    mayEdit: (message: Message) => mayEdit(message),
    mayRetract: (message: Message) => mayRetract(message),
  };

  private receipts(id: string): ReadonlySignal<readonly Receipt[]> {
    const cell = signal<readonly Receipt[]>([]);
    const no = Number(id.slice(0, id.indexOf(':')));
    void this.world.messages.get(id).then((message) => message && (cell.value = receiptsOf(message)));
    const watcher = {
      no,
      changed: (changes: readonly Stored[]) => {
        const message = changes.find((each) => each.id === id);
        if (message) cell.value = receiptsOf(message);
      },
    };
    this.world.watchers.add(watcher);
    this.receiptWatchers.push(watcher);
    // Only what was looked at last stays live.
    for (const old of this.receiptWatchers.splice(0, this.receiptWatchers.length - 8)) this.world.watchers.delete(old);
    return cell;
  }
  private readonly receiptWatchers: { no: number; changed(changes: readonly Stored[]): void }[] = [];

  // ----------------------------------------------------------------------------------------------------------- files

  readonly files: FilesApi = {
    transfer: (id) => this.world.transferCell(id),
    mostBytes: () => Math.min(this.world.kept.sync?.mostFileBytes || MOST_BYTES, MOST_BYTES),
    open: async (id) => {
      const { db } = this.world;
      const sealed = await db.get('files', id);
      if (sealed) {
        const message = await this.world.messages.get(id);
        const type = message && 'type' in message.content ? message.content.type : '';
        return new Blob([await db.unsealBytes(sealed)], { type });
      }
      return this.call<Blob>('openFile', id);
    },
    cancel: (id) => this.tell('cancelTransfer', id),
    retry: (id) => this.tell('retryTransfer', id),
    gallery: (chat, kind, before) => gallery(this.world, chat, kind, before),
    forget: (ids) => this.call('forgetFiles', ids),
  };

  // ---------------------------------------------------------------------------------------------------------- people

  private readonly looked = new Map<Address, number>();
  private look(address: Address): void {
    const now = Date.now();
    if (now - (this.looked.get(address) ?? 0) < 60_000) return;
    this.looked.set(address, now);
    queueMicrotask(() => this.tell('look', address));
  }

  readonly people: PeopleApi = (() => {
    const { world } = this;
    return {
      contacts: world.contacts,
      blocked: world.blocked,
      person: (address: Address) => world.personCell(address),
      presence: (address: Address) => {
        this.look(address);
        return world.presenceCell(address);
      },
      about: (address: Address) => {
        this.look(address);
        return world.aboutCell(address);
      },
      find: (typed: string) => this.call('find', typed),
      discover: (numbers: readonly string[]) => this.call('discover', numbers),
      called: (name: string) => this.call('called', name),
      addContact: (address: Address, name: string) => this.call('addContact', address, name),
      removeContact: (address: Address) => this.call('removeContact', address),
      block: (address: Address, report?: { reason: 'spam' | 'abuse'; text?: string }) => this.call('block', address, report),
      unblock: (address: Address) => this.call('unblock', address),
    };
  })();

  // ---------------------------------------------------------------------------------------------------------- groups

  readonly groups: GroupsApi = groupsOf(this.world, (name, ...args) => this.call(name, ...args), (address) => {
    const now = Date.now();
    if (now - (this.looked.get(address) ?? 0) <= 30_000) return;
    this.looked.set(address, now);
    this.tell('fetchGroup', address);
  });

  // ---------------------------------------------------------------------------------------------------------- status

  readonly statuses: StatusApi = {
    list: computed(() => {
      const { statuses, me, contacts, blocked } = this.world;
      return authorsOf(statuses.value, me.value, contacts.value, blocked.value, Date.now());
    }),
    postText: (text, background) => this.call('postText', crypto.randomUUID(), text, background),
    postFile: (file) => this.call('postFile', crypto.randomUUID(), file),
    remove: (id) => this.call('removeStatus', id),
    viewed: (id) => this.tell('viewedStatus', id),
    reply: (id, text) => this.call('replyStatus', id, crypto.randomUUID(), text),
    open: (id) => this.call<Blob>('openStatus', id),
  };

  // -------------------------------------------------------------------------------------------------------- settings

  readonly settings: SettingsApi = (() => {
    const { world } = this;
    return {
      values: world.settings,
      set: (change) => this.call('setSettings', change),
      enableNotifications: () => this.enableNotifications(),
      storage: () => used(world, () => this.call<{ used: number; allowed: number }>('serverUse')),
      persist: async () => (await navigator.storage?.persist?.()) ?? false,
    };
  })();

  private async enableNotifications(): Promise<void> {
    if (typeof Notification === 'undefined') throw new KithError({ code: 'unsupported' });
    if ((await Notification.requestPermission()) !== 'granted') throw new KithError({ code: 'forbidden' });
    const registration = await navigator.serviceWorker?.ready;
    if (registration?.pushManager) {
      const key = await this.call<string>('pushKey').catch(() => '');
      const subscription = key === '' ? null : await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(() => null);
      const { endpoint, keys } = subscription?.toJSON() ?? {};
      if (endpoint !== undefined && keys?.p256dh !== undefined && keys.auth !== undefined) await this.call('subscribePush', endpoint, keys.p256dh, keys.auth);
    }
    await this.settings.set({ notifications: true });
  }

  // ---------------------------------------------------------------------------------------------------------- search

  readonly search: SearchApi = {
    warm: () => this.world.messages.warm().catch(() => {}),
    find: (query, options = {}) => find(this.world, query, options),
  };
}
