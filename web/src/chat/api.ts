// All that the UI knows of the rest. State is signals, to be read and never written by the UI; commands are methods.
//
// A command takes effect in the signals at once (and on disk before it promises anything); what needs the server goes on
// behind it. A promise fails with a KithError. There is one `Kith` per tab; the tabs share one device behind it.

import type { ReadonlySignal } from '@preact/signals-core';
import type {
  Address, Audience, BroadcastList, Chat, Draft, Failure, FileContent, Group, GroupPermissions, LinkedDevice, LocationContent, Mention,
  Message, Person, Photo, PollContent, Presence, Profile, Receipt, Role, Settings, Status, StorageUse, LinkPreview,
} from './model';

export interface Kith {
  readonly account: AccountApi;
  readonly chats: ChatsApi;
  readonly messages: MessagesApi;
  readonly people: PeopleApi;
  readonly groups: GroupsApi;
  readonly files: FilesApi;
  readonly statuses: StatusApi;
  readonly settings: SettingsApi;
  readonly search: SearchApi;

  /** What works in this version and with this server: the UI leaves out what is not among them. */
  readonly abilities: ReadonlySet<Ability>;

  /**
   * `blob:` URL of a photo, or null while it is fetched, when there is none and when it cannot be had. A signal, the same
   * one for the same photo.
   */
  photoUrl(photo: Photo | undefined): ReadonlySignal<string | null>;
  /** What the UI should say out loud or notify about. Returns the way to stop it. */
  onNotice(listener: (notice: Notice) => void): () => void;
}

export type Ability =
  | 'files' | 'voice' | 'location' | 'contacts' | 'polls' | 'reactions' | 'edit' | 'retract' | 'star' | 'forward' | 'receipts'
  | 'groups' | 'communities' | 'lists' | 'group-permissions' | 'invite-links' | 'disappearing' | 'status' | 'report' | 'privacy' | 'discovery' | 'directory' | 'previews' | 'push' | 'linking'
  | 'export' | 'delete-account';

export type Notice =
  /** A message from somebody else that was not seen yet; muted chats included, `muted` says so. */
  | { readonly type: 'message'; readonly message: Message; readonly chat: Chat; readonly muted: boolean }
  /** One asked to be let into a group of this name, and is not. */
  | { readonly type: 'declined'; readonly name: string }
  /** Something that was done in the background did not work. */
  | { readonly type: 'failure'; readonly failure: Failure; readonly chat?: Address }
  /** The server ended the session: this device was unlinked, or the number registered elsewhere. */
  | { readonly type: 'signed-out'; readonly failure: Failure }
  /** A new version of the app waits; `location.reload()` takes it. */
  | { readonly type: 'update' };

// ------------------------------------------------------------------------------------------------------------- account

/** Where signing up or in has come to; which screen to show. */
export type Session =
  /** Looking into the local database; some milliseconds. */
  | { readonly step: 'opening' }
  /** Nobody is signed in on this device. `modes`: what the server allows, when it is known. */
  | { readonly step: 'welcome'; readonly failure?: Failure }
  /** A code was sent to `phone`. `hint`: in development, where to look for it. */
  | {
      readonly step: 'code'; readonly phone: string; readonly resendAt: number; readonly hint?: 'server-log';
      readonly failure?: Failure;
    }
  /** This device shows a QR code; a signed-in one scans `uri`. Renewed by itself when it expires. */
  | { readonly step: 'linking'; readonly uri: string; readonly code: string; readonly expires: number; readonly failure?: Failure }
  /** Signed in for the first time: ask for name and photo (`account.setProfile`, then `account.finishProfile`). */
  | { readonly step: 'profile'; readonly me: Profile }
  | { readonly step: 'ready' }
  /** This browser cannot run it: no IndexedDB (private window of some browsers), no WebCrypto (no https). */
  | { readonly step: 'unsupported'; readonly missing: readonly string[] };

/** The network's state, once the session is ready. */
export type Connection =
  | { readonly state: 'online' }
  /** Connected, catching up with what was missed. */
  | { readonly state: 'syncing' }
  | { readonly state: 'connecting' }
  /** No network, or no server; `retryAt`: the next try. */
  | { readonly state: 'offline'; readonly retryAt?: number; readonly failure?: Failure };

export interface AccountApi {
  readonly session: ReadonlySignal<Session>;
  readonly connection: ReadonlySignal<Connection>;
  /** One's own address; empty before one is signed in. */
  readonly me: ReadonlySignal<Profile>;
  /** Messages that wait in the outbox. */
  readonly waiting: ReadonlySignal<number>;

  // The steps of getting in. Each resolves when the session signal shows the next step and fails with what to say.
  /** International number, `+491701234567`. */
  requestCode(phone: string): Promise<void>;
  submitCode(code: string): Promise<void>;
  signUpByInvitation(invitation: string, name: string): Promise<void>;
  signInWithPassword(address: string, password: string): Promise<void>;
  startLinking(): Promise<void>;
  /** Back to the welcome step. */
  cancelSignIn(): void;
  finishProfile(): Promise<void>;

  setProfile(change: { name?: string; about?: string; photo?: Blob | null }): Promise<void>;
  /** Tries to connect now, instead of at `retryAt`. */
  reconnect(): void;
  /** Ends the session and wipes all of it from this device. */
  logOut(): Promise<void>;
  /** Deletes the account at the server, too. */
  deleteAccount(): Promise<void>;

  // Linked devices, seen from a signed-in one.
  devices(): Promise<readonly LinkedDevice[]>;
  /** Who asks, before one approves; `code` as scanned (`kith-link:…`) or typed. */
  lookAtLink(code: string): Promise<{ readonly name: string; readonly from: string }>;
  approveLink(code: string): Promise<void>;
  unlink(deviceId?: string): Promise<void>;
  /** All data of this account on this device, as a ZIP or JSON file. */
  exportData(onProgress?: (share: number) => void): Promise<Blob>;
}

// --------------------------------------------------------------------------------------------------------------- chats

export interface ChatsApi {
  /** All chats (archived ones too), in the list's order: pinned, then newest first. */
  readonly list: ReadonlySignal<readonly Chat[]>;
  readonly unreadChats: ReadonlySignal<number>;
  /** One chat, the same signal for the same id; undefined while there is none of this address. */
  chat(id: Address): ReadonlySignal<Chat | undefined>;
  /** The chat with this person, made if there is none; returns its id. */
  start(person: Address): Promise<Address>;
  /** Opens a window on the messages. Close it when it is no longer shown. */
  open(id: Address, at?: Position): Conversation;

  pin(id: Address, pinned: boolean): Promise<void>;
  /** Until this time; null: no longer. */
  mute(id: Address, until: number | null): Promise<void>;
  /** What one is told of, beside `mute`, on all of one's devices. */
  notify(id: Address, how: { readonly mentionsOnly?: boolean; readonly silent?: boolean }): Promise<void>;
  archive(id: Address, archived: boolean): Promise<void>;
  markRead(id: Address, read: boolean): Promise<void>;
  /** Saved on this device, at most some times a second; undefined or empty text removes it. */
  setDraft(id: Address, draft: Draft | undefined): void;
  /** To be called at each key press; it says "typing" as often as is needed, and when it is over. */
  typing(id: Address, what: 'text' | 'voice' | 'nothing'): void;
  setDisappearing(id: Address, seconds: number): Promise<void>;
  /** Removes the messages on this device. */
  clear(id: Address): Promise<void>;
  /** Removes chat and messages on this device. A group is left first by `groups.leave`. */
  remove(id: Address): Promise<void>;
}

/** Where a window begins. `unread`: at the first unread message, else the end. */
export type Position = 'unread' | 'end' | { readonly message: string } | { readonly time: number };

/**
 * A window on a chat's messages: one run without gaps, oldest first, of bounded length (about 600). Made for a virtual
 * list: give it `view.value.messages`, and `shift` when `view.value.shift` is set.
 */
export interface Conversation {
  readonly chat: Address;
  readonly view: ReadonlySignal<ConversationView>;
  /** More at this end; `view` changes when it is there. Local ones first, then the server's archive. */
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** Moves the window; false: no such message on this device or in the archive. */
  jump(to: Position): Promise<boolean>;
  /** To be called when a message was really on the screen of a visible page: all up to it counts as read. */
  displayed(message: string): void;
  close(): void;
}

export interface ConversationView {
  readonly messages: readonly Message[];
  /** Set if what changed since the view before was at the old end (virtua's `shift`): the position must be kept. */
  readonly shift: boolean;
  /** What is beyond each end. `all`: nothing more, it is the first (last) message. */
  readonly older: Edge;
  readonly newer: Edge;
  /** The first unread message as of when the window was opened; for the "unread" line. */
  readonly unreadFrom?: string;
  /** Where to scroll to, after open and `jump`; a new object each time. */
  readonly anchor?: { readonly message: string; readonly align: 'start' | 'center' | 'end' };
  /** The first messages have been read from the database (a few milliseconds). */
  readonly loaded: boolean;
}
export type Edge = 'more' | 'loading' | 'all' | 'offline';

// ------------------------------------------------------------------------------------------------------------ messages

export interface Outgoing {
  readonly text?: string;
  readonly mentions?: readonly Mention[];
  /** Id of the message that is replied to. */
  readonly reply?: string;
  /** Sent at this time instead of now. */
  readonly at?: number;
  /** What the first link leads to, as `messages.preview` found it. */
  readonly preview?: LinkPreview;
  readonly location?: Omit<LocationContent, 'kind'>;
  readonly contacts?: readonly { readonly name: string; readonly address?: Address; readonly phone?: string }[];
  readonly poll?: { readonly question: string; readonly options: readonly string[]; readonly multiple: boolean };
}

export interface MessagesApi {
  /** What a page says of itself, looked up by one's own server; undefined when there is nothing to show. */
  preview(url: string): Promise<(LinkPreview & { readonly pictured: boolean }) | undefined>;
  /** The picture of a page that is `pictured`, as it is there, to be made small; undefined when there is none that can be shown. */
  picture(url: string): Promise<Blob | undefined>;
  /** Shown at once, and with a clock as soon as it is on the disk; resolves then, with its id. */
  send(chat: Address, message: Outgoing): Promise<string>;
  /** One message per file, in order; each is in the conversation at once, with its progress in `files.transfer`. */
  sendFiles(chat: Address, files: readonly OutgoingFile[], reply?: string): Promise<readonly string[]>;
  edit(id: string, text: string, mentions?: readonly Mention[]): Promise<void>;
  /** Until 48 hours after it was sent, for everyone; group admins may for others' messages. */
  retract(id: string): Promise<void>;
  deleteForMe(ids: readonly string[]): Promise<void>;
  /** All my reactions to this message: at most one by WhatsApp's custom, none to take it back. */
  react(id: string, emojis: readonly string[]): Promise<void>;
  vote(id: string, options: readonly string[]): Promise<void>;
  star(ids: readonly string[], starred: boolean): Promise<void>;
  forward(ids: readonly string[], to: readonly Address[]): Promise<void>;
  /** A failed one again; a scheduled one now. */
  resend(id: string): Promise<void>;
  /** A waiting or scheduled one that has not left yet; false: too late. */
  cancel(id: string): Promise<boolean>;
  get(id: string): Promise<Message | undefined>;
  /** Starred ones, newest first; of one chat or of all. */
  starred(chat?: Address): Promise<readonly Message[]>;
  /** Message info, live. */
  receipts(id: string): ReadonlySignal<readonly Receipt[]>;
  mayEdit(message: Message): boolean;
  mayRetract(message: Message): boolean;
}

export interface OutgoingFile {
  readonly file: Blob;
  readonly name: string;
  readonly kind: FileContent['kind'];
  readonly caption?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationMillis?: number;
  readonly waveform?: readonly number[];
  /** A `data:image/…` URL of at most 8 KB. */
  readonly thumbnail?: string;
}

// --------------------------------------------------------------------------------------------------------------- files

export interface Transfer {
  readonly state: 'queued' | 'uploading' | 'downloading' | 'done' | 'failed' | 'cancelled';
  readonly bytes: number;
  readonly total: number;
  readonly failure?: Failure;
}

export interface FilesApi {
  /** Of a message's file; undefined when nothing is under way and nothing went wrong. */
  transfer(message: string): ReadonlySignal<Transfer | undefined>;
  /** How large a file may be that is sent. */
  mostBytes(): number;
  /** The file, from this device or fetched (and then kept). */
  open(message: string): Promise<Blob>;
  cancel(message: string): void;
  retry(message: string): void;
  /** Newest first; for a chat's gallery. `before`: message id to go on from. */
  gallery(chat: Address, kind: 'media' | 'files' | 'links' | 'voice', before?: string): Promise<readonly Message[]>;
  /** Frees space on this device; the messages stay. */
  forget(messages: readonly string[]): Promise<void>;
}

// -------------------------------------------------------------------------------------------------------------- people

export interface PeopleApi {
  /** Contacts by name. */
  readonly contacts: ReadonlySignal<readonly Person[]>;
  readonly blocked: ReadonlySignal<readonly Address[]>;
  /** Always a value: for strangers, a name made of the address. The same signal for the same address. */
  person(address: Address): ReadonlySignal<Person>;
  presence(address: Address): ReadonlySignal<Presence>;
  /** Fetched when first read. */
  about(address: Address): ReadonlySignal<string>;
  /** The address of somebody by phone number or address as typed; fails with `not-found` if there is no such account. */
  find(typed: string): Promise<Person>;
  /** Those of an address book's international numbers that have accounts and let themselves be found; the server does not learn the numbers. */
  discover(numbers: readonly string[]): Promise<readonly Person[]>;
  /** People of this server who are called so and let themselves be found by name. */
  called(name: string): Promise<readonly Person[]>;
  addContact(address: Address, name: string): Promise<void>;
  removeContact(address: Address): Promise<void>;
  block(address: Address, report?: { readonly reason: 'spam' | 'abuse'; readonly text?: string }): Promise<void>;
  unblock(address: Address): Promise<void>;
}

// -------------------------------------------------------------------------------------------------------------- groups

export interface GroupsApi {
  /** Details of a group, fetched when first read; undefined until then. */
  group(address: Address): ReadonlySignal<Group | undefined>;
  create(name: string, members: readonly Address[], photo?: Blob): Promise<Address>;
  add(group: Address, members: readonly Address[]): Promise<void>;
  removeMember(group: Address, member: Address): Promise<void>;
  setRole(group: Address, member: Address, role: Exclude<Role, 'none'>): Promise<void>;
  change(group: Address, change: { name?: string; description?: string; photo?: Blob | null; permissions?: GroupPermissions }): Promise<void>;
  /** Makes a new invite link; the old one is void. */
  resetLink(group: Address): Promise<string>;
  /** What a link leads to, before joining. */
  lookAtInvite(link: string): Promise<{ readonly address: Address; readonly name: string; readonly members: number }>;
  /** `pending`: its administrators are asked, and it appears in the list when they agree. */
  join(link: string, name: string): Promise<{ readonly address: Address; readonly pending: boolean }>;
  /** Into a group of a community, without a link; resolves to whether its administrators are asked. */
  joinFrom(channel: Address, group: Address, name: string): Promise<boolean>;
  /** Groups that one has asked to be let into. */
  readonly asked: ReadonlySignal<readonly Address[]>;
  /** For administrators: lets somebody in who asked, or not. */
  answer(group: Address, person: Address, allow: boolean): Promise<void>;
  leave(group: Address): Promise<void>;
  /** Ends it for everyone; the groups of a community stay. */
  destroy(group: Address): Promise<void>;

  /** A group of groups; returns the address of its announcement channel. One must administer all of them. */
  createCommunity(name: string, groups: readonly Address[], photo?: Blob): Promise<Address>;
  include(channel: Address, group: Address): Promise<void>;
  exclude(channel: Address, group: Address): Promise<void>;

  // One message to many, each by itself.
  list(address: Address): ReadonlySignal<BroadcastList | undefined>;
  createList(name: string, members: readonly Address[]): Promise<Address>;
  changeList(address: Address, change: { readonly name?: string; readonly members?: readonly Address[] }): Promise<void>;
  removeList(address: Address): Promise<void>;
}

// -------------------------------------------------------------------------------------------------------------- status

export interface StatusApi {
  /** By author, oneself first, then those with unseen ones; each author's oldest first. */
  readonly list: ReadonlySignal<readonly { readonly from: Person; readonly statuses: readonly Status[]; readonly unseen: number }[]>;
  postText(text: string, background: string): Promise<void>;
  postFile(file: OutgoingFile): Promise<void>;
  remove(id: string): Promise<void>;
  viewed(id: string): void;
  reply(id: string, text: string): Promise<void>;
  open(id: string): Promise<Blob>;
}

// ------------------------------------------------------------------------------------------------------------ settings

export interface SettingsApi {
  readonly values: ReadonlySignal<Settings>;
  /** Of `listed`, just what is given changes. */
  set(change: Partial<Settings>): Promise<void>;
  /** Asks for permission and subscribes to Web Push; fails with `forbidden` when the browser says no. */
  enableNotifications(): Promise<void>;
  storage(): Promise<StorageUse>;
  /** Asks the browser not to evict the database. */
  persist(): Promise<boolean>;
}

// -------------------------------------------------------------------------------------------------------------- search

export interface SearchApi {
  /** Somebody is about to search: gets ready, so that the first answer is quick. */
  warm(): Promise<void>;
  /** Every word must occur (prefix or inside); case and accents do not matter. Newest first. */
  find(query: string, options?: SearchOptions): Promise<SearchResult>;
}
export interface SearchOptions {
  readonly chat?: Address;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}
export interface SearchResult {
  readonly chats: readonly Chat[];
  readonly people: readonly Person[];
  readonly messages: readonly SearchHit[];
  /** More messages match than were returned. */
  readonly more: boolean;
}
export interface SearchHit {
  readonly message: string;
  readonly chat: Address;
  readonly from: Address;
  readonly time: number;
  readonly mine: boolean;
  /** A piece of the text around the first match, and the ranges to mark in it. */
  readonly snippet: string;
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

export type { Audience, PollContent };
