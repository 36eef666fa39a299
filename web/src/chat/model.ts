// The words that the app is about: what `chat` keeps and `ui` shows. Plain values, never changed in place: a change is a
// new value, so `===` tells whether there is something to draw. All times are milliseconds since 1970, the server's clock.

/** A bare address: `user@domain`, or a group's. Also the id of its chat. */
export type Address = string;

/** The address of one's chat with oneself ("Notes to self") is one's own. */
export interface Person {
  readonly address: Address;
  /** What to show: the name given by us, else their own, else the number or the address's first half. Never empty. */
  readonly name: string;
  /** What everybody may call them, where `name` is one that we gave: nobody else learns that. */
  readonly publicName?: string;
  /** International phone number (`+49…`), when the address is one. */
  readonly phone?: string;
  readonly photo?: Photo;
}

/** A photo that is fetched by `kith.photoUrl(photo)`; equal ids are equal pictures. */
export interface Photo {
  readonly owner: Address;
  readonly id: string;
}

// ------------------------------------------------------------------------------------------------------------ messages

/**
 * How far a message of ours has come; each is true once all before it were.
 * waiting: in the outbox on disk (clock). sent: kept by the server (one tick). delivered: taken by a device of every
 * recipient (two). read: shown to every recipient (two blue). failed: refused, `failure` says why; can be sent again.
 */
export type Tick = 'waiting' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Message {
  /** Stable for the life of the message, in this database only. */
  readonly id: string;
  readonly chat: Address;
  /** Author; one's own address for one's own. In a group of hidden addresses: `group/nick`. */
  readonly from: Address;
  /** The author's name as it was then; for groups and forwarded ones. */
  readonly fromName?: string;
  readonly mine: boolean;
  readonly time: number;
  /** Only on one's own messages. */
  readonly tick?: Tick;
  readonly failure?: Failure;
  readonly content: Content;
  readonly reply?: Quote;
  readonly reactions?: readonly Reaction[];
  /** When it was last edited. */
  readonly edited?: number;
  readonly starred?: boolean;
  readonly forwarded?: boolean;
  /** Addresses and ranges within the text; `@` included in the range. */
  readonly mentions?: readonly Mention[];
  /** Mentions me (or everyone). */
  readonly mentionsMe?: boolean;
  /** Disappears at this time, when set. */
  readonly expires?: number;
  /** Sent at this time, when it is a scheduled one that waits. */
  readonly scheduled?: number;
}

export type Content =
  | TextContent
  | FileContent
  | LocationContent
  | ContactContent
  | PollContent
  | EventContent
  | CallContent
  | { readonly kind: 'retracted'; readonly by: Address }
  /** Something that this version cannot show; `text` is the fallback, possibly empty. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface TextContent {
  readonly kind: 'text';
  /** As typed, with XEP-0393 marks in it (`*bold*`, `_italic_`, `~strike~`, backticks, `> quote`). */
  readonly text: string;
  /** Of the first link, made by the sender. */
  readonly preview?: LinkPreview;
}

export interface LinkPreview {
  readonly url: string;
  readonly title: string;
  readonly description?: string;
  /** Small, travels in the message. A `data:image/…` URL. */
  readonly image?: string;
  /** The image's pixels. */
  readonly width?: number;
  readonly height?: number;
}

export interface FileContent {
  readonly kind: 'image' | 'video' | 'audio' | 'voice' | 'file';
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The text under it; empty if none. */
  readonly caption: string;
  /** Pixels, of pictures and films. */
  readonly width?: number;
  readonly height?: number;
  /** Length of sound and film. */
  readonly durationMillis?: number;
  /** Voice: up to 64 values 0 to 100. */
  readonly waveform?: readonly number[];
  /** Tiny preview, a `data:image/…` URL; shown first. */
  readonly thumbnail?: string;
  /** Whether the file is on this device (a local blob), so that it opens offline. */
  readonly local: boolean;
  /** Messages sent as one album share this. */
  readonly album?: string;
}

export interface LocationContent {
  readonly kind: 'location';
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracyMetres?: number;
  readonly label?: string;
}

export interface ContactContent {
  readonly kind: 'contact';
  readonly people: readonly { readonly name: string; readonly address?: Address; readonly phone?: string }[];
}

export interface PollContent {
  readonly kind: 'poll';
  readonly question: string;
  readonly options: readonly PollOption[];
  /** More than one may be chosen. */
  readonly multiple: boolean;
  readonly closed: boolean;
}
export interface PollOption {
  readonly id: string;
  readonly text: string;
  readonly voters: readonly Address[];
  readonly mine: boolean;
}

/** Something that happened in a chat; shown in the middle of the flow. */
export interface EventContent {
  readonly kind: 'event';
  readonly event: GroupEvent;
}
export type GroupEvent =
  | { readonly type: 'created'; readonly by: Address; readonly name: string }
  | { readonly type: 'added' | 'removed' | 'promoted' | 'demoted'; readonly by: Address; readonly who: readonly Address[] }
  | { readonly type: 'joined' | 'left'; readonly who: readonly Address[] }
  | { readonly type: 'renamed'; readonly by: Address; readonly name: string }
  | { readonly type: 'described' | 'photo' | 'permissions' | 'link-reset'; readonly by: Address }
  | { readonly type: 'disappearing'; readonly by: Address; readonly seconds: number }
  | { readonly type: 'pinned'; readonly by: Address; readonly message: string }
  /** In the announcement channel of a community. */
  | { readonly type: 'group-added' | 'group-removed'; readonly group: Address };

export interface CallContent {
  readonly kind: 'call';
  readonly video: boolean;
  readonly missed: boolean;
  readonly durationMillis: number;
}

export interface Quote {
  /** Message id to jump to; absent when it is not on this device. */
  readonly id?: string;
  readonly from: Address;
  readonly fromName?: string;
  /** A short text of what is quoted. */
  readonly text: string;
  readonly kind: Content['kind'];
  readonly thumbnail?: string;
}

export interface Reaction {
  readonly emoji: string;
  readonly from: readonly Address[];
  readonly mine: boolean;
}

export interface Mention {
  /** In UTF-16 units of the text; end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** A group's address means everyone. */
  readonly address: Address;
}

/** One row of "message info". */
export interface Receipt {
  readonly who: Address;
  readonly delivered?: number;
  readonly read?: number;
}

/** Why something did not work: `code` to choose a translated sentence by, `text` as the server said it, if it did. */
export interface Failure {
  readonly code: FailureCode;
  readonly text?: string;
  /** When trying again makes sense. */
  readonly retryAfterSeconds?: number;
  readonly triesLeft?: number;
  readonly limitBytes?: number;
}
export type FailureCode =
  | 'offline' | 'server-down' | 'timeout' | 'forbidden' | 'blocked' | 'not-found' | 'too-often' | 'too-large'
  | 'quota' | 'bad-number' | 'bad-name' | 'wrong-code' | 'code-gone' | 'name-taken' | 'bad-invitation' | 'closed'
  | 'sms-failed' | 'link-expired' | 'too-many-devices' | 'too-many-people' | 'signed-out' | 'unsupported' | 'cancelled' | 'storage-full'
  | 'other';

/** What every failing promise of this API throws. */
export class KithError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.text ?? failure.code);
    this.name = 'KithError';
  }
}

// --------------------------------------------------------------------------------------------------------------- chats

export interface Chat {
  readonly id: Address;
  readonly kind: 'person' | 'group' | 'broadcast' | 'self';
  readonly name: string;
  readonly photo?: Photo;
  /** When something last happened; the list's order below the pinned ones. */
  readonly time: number;
  readonly last?: Last;
  readonly unread: number;
  /** Unread ones that mention me. */
  readonly unreadMentions: number;
  /** Marked unread by hand. */
  readonly markedUnread: boolean;
  /** Who types or records now. */
  readonly typing: readonly Typing[];
  /** What was typed and not sent. */
  readonly draft?: Draft;
  /** Pinned at this time; the newest pin is on top. */
  readonly pinned?: number;
  /** Muted until this time; Infinity for always. */
  readonly mutedUntil?: number;
  readonly archived: boolean;
  /** Groups: one is only told of what mentions one. */
  readonly mentionsOnly?: boolean;
  /** New messages make no sound. */
  readonly silent?: boolean;
  readonly blocked: boolean;
  /** New messages disappear after this; 0 or absent: never. */
  readonly disappearingSeconds?: number;
  /** The person is not in the contacts and has written first. */
  readonly stranger?: boolean;
  /** Groups: whether we are in it. */
  readonly member?: boolean;
  /** Groups: whether we may write. */
  readonly mayWrite: boolean;
  /** Groups: whether we administer it. */
  readonly admin?: boolean;
  /** Groups that we administer: how many wait to be let in. */
  readonly asking?: number;
  /** The announcement channel of a community. */
  readonly announces?: boolean;
}

/** The last message, as the list shows it. */
export interface Last {
  readonly id: string;
  readonly from: Address;
  readonly fromName?: string;
  readonly mine: boolean;
  readonly tick?: Tick;
  readonly kind: Content['kind'];
  /** Beginning of the text or caption, file's name, question; empty where the kind says it all. */
  readonly text: string;
  readonly event?: GroupEvent;
  readonly durationMillis?: number;
}

export interface Typing {
  readonly who: Address;
  readonly name: string;
  readonly what: 'text' | 'voice';
}

export interface Draft {
  readonly text: string;
  readonly mentions?: readonly Mention[];
  readonly reply?: Quote;
  /** Message that is being edited. */
  readonly editing?: string;
}

export interface Presence {
  readonly online: boolean;
  /** Absent: not known or not shown to us. */
  readonly lastSeen?: number;
}

// -------------------------------------------------------------------------------------------------------------- groups

export interface Group {
  readonly address: Address;
  readonly name: string;
  readonly description: string;
  readonly photo?: Photo;
  readonly created?: number;
  readonly members: readonly Member[];
  readonly me: Role;
  readonly permissions: GroupPermissions;
  /** Only for who may see it. */
  readonly inviteLink?: string;
  /** Who waits to be let in, longest first; for administrators. */
  readonly requests: readonly JoinRequest[];
  /** It is the announcement channel of a community: of these groups. */
  readonly announces: boolean;
  readonly groups: readonly { readonly address: Address; readonly name: string }[];
  /** The channel of the community that the group belongs to. */
  readonly community?: Address;
}
export interface JoinRequest extends Person {
  readonly since?: number;
}

/** People to whom one writes at once, each by itself. Only oneself knows of the list. */
export interface BroadcastList {
  readonly address: Address;
  readonly name: string;
  readonly members: readonly Address[];
}
export type Role = 'owner' | 'admin' | 'member' | 'none';
export interface Member extends Person {
  readonly role: Role;
}
export interface GroupPermissions {
  /** Who may write, change name and photo, add people: everyone or only admins. */
  readonly write: 'all' | 'admins';
  readonly change: 'all' | 'admins';
  readonly add: 'all' | 'admins';
  /** New members need an admin's word. */
  readonly approve: boolean;
  /** Who is in the group's community comes in by itself; else admins are asked. */
  readonly free: boolean;
}

// -------------------------------------------------------------------------------------------------------------- status

export interface Status {
  readonly id: string;
  readonly from: Address;
  readonly mine: boolean;
  readonly time: number;
  readonly expires: number;
  readonly content: TextContent | FileContent;
  readonly background?: string;
  readonly seen: boolean;
  /** One's own that the server does not have yet. */
  readonly waiting?: boolean;
  /** Only one's own. */
  readonly viewers?: readonly { readonly who: Address; readonly time: number }[];
}

export * from './settings';
