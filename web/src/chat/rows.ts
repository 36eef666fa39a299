// What is kept of a message and of a chat: what the UI sees, and what only `chat` needs.

import type { Address, Chat, Content, Last, Message, Receipt, Tick } from './model';
import type { Flags } from '../xmpp/flags';
import type { Payload } from '../xmpp/message';

/** A message as it is kept. Orders are unique within a chat: time × 1000 and a number below 1000. */
export interface Stored extends Message {
  readonly order: number;
  /** The id by which others refer to it: the sender's in a chat, the group's archive's in a group. */
  readonly wire: string;
  /** The id that the sender gave it, if it is another: what corrections refer to. */
  readonly sent?: string;
  /** Its id in the archive (XEP-0313), once known. */
  readonly archive?: string;
  /** XEP-0184 and 0333, per recipient. */
  readonly marks?: Readonly<Record<Address, { readonly delivered?: number; readonly read?: number }>>;
  readonly reacted?: Readonly<Record<Address, readonly string[]>>;
  readonly votes?: Readonly<Record<Address, readonly string[]>>;
  /** Where the file is. */
  readonly url?: string;
  /** What an own message says on the wire, to send it again or on. */
  readonly payload?: Payload;
  /**
   * Who must have it for two ticks: the group's members when it was sent, or those of a list. 0: that is not known, or they are too
   * many to be asked, so that ticks end at one. (Another number: how many, as older versions kept it.)
   */
  readonly recipients?: readonly Address[] | number;
  /** The broadcast list that it went to; it is kept in the chat of each recipient, too. */
  readonly list?: Address;
}

/** A chat as it is kept; name and photo come from people and groups. */
export interface ChatRow {
  readonly id: Address;
  readonly no: number;
  readonly kind: Chat['kind'];
  readonly time: number;
  readonly last?: Last;
  readonly lastOrder?: number;
  readonly unread: number;
  readonly unreadMentions: number;
  readonly markedUnread?: boolean;
  readonly draft?: Chat['draft'];
  readonly pinned?: number;
  readonly mutedUntil?: number | 'always';
  readonly archived?: boolean;
  readonly mentionsOnly?: boolean;
  readonly silent?: boolean;
  readonly disappearingSeconds?: number;
  /** Of the flags above, something was changed here and one's other devices do not know (flags.ts). */
  readonly unsaid?: boolean;
  readonly removed?: boolean;
  /** Messages up to this order are read. */
  readonly readOrder: number;
  /** What was displayed is not yet told to one's other devices (XEP-0490): the archive's id. */
  readonly tell?: string;
  /** The oldest archive id that is here without a gap up to now, and whether there is nothing older. */
  readonly oldest?: string;
  readonly complete?: boolean;
  // Groups.
  readonly name?: string;
  readonly picture?: string;
  readonly member?: boolean;
  readonly adminsWrite?: boolean;
  readonly admin?: boolean;
  readonly newest?: string;
  /** One's own nickname in it, by which one knows one's own messages where addresses are hidden. */
  readonly nick?: string;
  /** The announcement channel of a community; not there while it is not known whether it is. */
  readonly announces?: boolean;
  /** How many wait to be let in; for administrators. */
  readonly asking?: number;
}

export function flagsOf({ pinned, mutedUntil, archived, mentionsOnly, silent, disappearingSeconds }: ChatRow): Flags {
  return {
    ...(pinned !== undefined && { pinned }), ...(mutedUntil !== undefined && { mutedUntil }), ...(archived && { archived }), ...(mentionsOnly && { mentionsOnly }), ...(silent && { silent }),
    ...(disappearingSeconds !== undefined && disappearingSeconds > 0 && { disappearingSeconds }),
  };
}

export interface PersonRow {
  readonly address: Address;
  /** As the roster has it. */
  readonly given?: string;
  /** As they call themselves. */
  readonly own?: string;
  readonly about?: string;
  /** SHA-1 of the photo; empty: none. */
  readonly photo?: string;
  readonly contact?: boolean;
  readonly subscription?: string;
  /** When their vCard was last looked at. */
  readonly seen?: number;
}

/** What waits to be sent. */
export interface OutboxItem {
  readonly n: number;
  /** origin-id: the same however often it is sent. */
  readonly id: string;
  readonly to: Address;
  readonly type: 'chat' | 'groupchat';
  readonly what: 'message' | 'receipt' | 'displayed' | 'listed';
  /** What a message says; for receipts and markers the id they are about. */
  readonly payload?: Payload;
  readonly about?: string;
  /** The message whose tick depends on it. */
  readonly message?: string;
  /** A receipt of what was written in this group. */
  readonly group?: Address;
  /** The list that a message went to, for one's other devices. */
  readonly list?: Address;
  /** The server hands it to each of these (XEP-0033). */
  readonly bcc?: readonly Address[];
  /** A group's members are asked to tell that they have it. */
  readonly receipts?: boolean;
  /** Waits for this time, or for its file's upload. */
  readonly at?: number;
  readonly uploading?: boolean;
  /** Its upload was stopped. */
  readonly held?: boolean;
}

export function preview(content: Content): string {
  switch (content.kind) {
    case 'text': return content.text.slice(0, 200);
    case 'image': case 'video': case 'audio': case 'voice': return content.caption.slice(0, 200);
    case 'file': return (content.caption || content.name).slice(0, 200);
    case 'poll': return content.question.slice(0, 200);
    case 'contact': return content.people.map((person) => person.name).join(', ').slice(0, 200);
    case 'location': return content.label ?? '';
    case 'unknown': return content.text.slice(0, 200);
    default: return '';
  }
}

export function lastOf(message: Message): Last {
  const { content } = message;
  return {
    id: message.id, from: message.from, mine: message.mine, kind: content.kind, text: preview(content),
    ...(message.fromName !== undefined && { fromName: message.fromName }),
    ...(message.tick && { tick: message.tick }),
    ...(content.kind === 'event' && { event: content.event }),
    ...('durationMillis' in content && content.durationMillis !== undefined && { durationMillis: content.durationMillis }),
  };
}

/** The words of a message that search finds. */
export function wordsOf(content: Content): string {
  switch (content.kind) {
    case 'text': return content.text;
    case 'image': case 'video': case 'audio': case 'voice': return content.caption;
    case 'file': return `${content.name} ${content.caption}`;
    case 'poll': return `${content.question} ${content.options.map((option) => option.text).join(' ')}`;
    case 'contact': return content.people.map((person) => person.name).join(' ');
    case 'location': return content.label ?? '';
    case 'unknown': return content.text;
    default: return '';
  }
}

/** Lower case, without accents: for comparing. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase();
}

const STEPS: Readonly<Record<Tick, number>> = { failed: -1, waiting: 0, sent: 1, delivered: 2, read: 3 };

/** The tick that the marks amount to; a tick never goes back. */
export function tickOf(message: Stored): Tick | undefined {
  const tick = message.tick;
  if (tick === undefined || tick === 'failed' || tick === 'waiting') return tick;
  const { marks = {}, recipients = 1 } = message;
  // Of each that counts, what is known.
  const counted = typeof recipients === 'number' ? Object.values(marks) : recipients.map((who) => marks[who]);
  const needed = typeof recipients === 'number' ? recipients : recipients.length;
  if (needed === 0) return tick;
  let now: Tick = 'sent';
  if (counted.filter((mark) => mark?.read !== undefined).length >= needed) now = 'read';
  else if (counted.filter((mark) => mark?.read !== undefined || mark?.delivered !== undefined).length >= needed) now = 'delivered';
  return STEPS[now] > STEPS[tick] ? now : tick;
}

/** Of all who should get it, and of others who say that they have. */
export function receiptsOf(message: Stored): Receipt[] {
  const { marks = {}, recipients, chat } = message;
  const wanted = recipients === undefined ? [chat] : typeof recipients === 'number' ? [] : recipients;
  return [...new Set([...wanted, ...Object.keys(marks)])].map((who) => ({ who, ...(Object.hasOwn(marks, who) && marks[who]) }));
}

/** 53 bits of a reference; `side` keeps ids that others made up apart from our own. */
export function hash(chat: number, side: 'm' | 'p' | 'a', ref: string): number {
  let [high, low] = [0xdeadbeef ^ chat, 0x41c6ce57 ^ side.charCodeAt(0)];
  for (let i = 0; i < ref.length; i++) {
    const code = ref.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
