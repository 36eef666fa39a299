// What is kept, what is only known now, and how both change.

import type { Flags } from '../xmpp/flags';
import type { Connection, Notice, Session, Transfer } from './api';
import type { Address, BroadcastList, Group, Presence, Profile, Settings, Typing } from './model';
import type { ChatRow, PersonRow, Stored } from './rows';
import type { StatusRow } from './statuses';

/** Small things that are kept, each one sealed JSON. */
export interface Kept {
  settings: Settings;
  profile: Profile;
  credentials: { jid: string; key?: string; token?: string; deviceId: string };
  people: PersonRow[];
  blocked: Address[];
  /** Where syncing has come to; see sync.ts. `unsaid`: the profile has changed and the server does not know yet. */
  sync: { newest?: string; features?: string[]; unsaid?: boolean; mostFileBytes?: number; mediaBase?: string };
  /** Ids of starred messages. */
  starred: string[];
  groups: Group[];
  /** Broadcast lists; `unsaid`: one's other devices do not know of this change, `gone`: nor that it is no more. */
  lists: readonly KeptList[];
  /** Groups that one asked to be let into. */
  asked: readonly { address: Address; name: string }[];
  statuses: readonly StatusRow[];
  /** Of chats that are not here yet, as other devices set them. */
  flags: Readonly<Record<Address, Flags>>;
  /** Messages that disappear: chat number, order, when. */
  expiring: [no: number, order: number, at: number][];
  /** The step of signing up that a reload must not lose. */
  step: { phone: string; id: string; resendAt: number } | { linking: string; secret: string; expires: number } | { profile: true } | null;
}

export interface KeptList extends BroadcastList {
  readonly unsaid?: boolean;
  readonly gone?: boolean;
}

/** What is known now and not kept. */
export interface Live {
  session: Session;
  connection: Connection;
  typing: Readonly<Record<Address, readonly Typing[]>>;
  presence: Readonly<Record<Address, Presence>>;
  transfers: Readonly<Record<string, Transfer>>;
  waiting: number;
}

export interface Update {
  readonly chats?: readonly ChatRow[];
  readonly messages?: readonly Stored[];
  readonly removed?: readonly Stored[];
  readonly cleared?: readonly number[];
  readonly kept?: Partial<Kept>;
  readonly live?: Partial<Live>;
  readonly blocks?: readonly string[];
  /** How many writes there were. */
  readonly written?: number;
  readonly notices?: readonly Notice[];
  /** Messages of others that came just now. */
  readonly news?: readonly Stored[];
}

export interface Watcher {
  readonly no: number;
  changed(messages: readonly Stored[], removed: readonly Stored[], cleared: boolean): void;
  /** Another tab wrote, and nobody said what. */
  anew?(): void;
}

/** Many updates as one: of the same thing, the last. */
export function merge(updates: readonly Update[]): Update {
  const chats = new Map<number, ChatRow>();
  const messages = new Map<string, Stored>();
  const removed = new Map<string, Stored>();
  const cleared = new Set<number>();
  const notices: Notice[] = [];
  const news: Stored[] = [];
  const kept: Partial<Kept> = {};
  const live: Partial<Live> = {};
  for (const update of updates) {
    for (const chat of update.chats ?? []) chats.set(chat.no, chat);
    for (const no of update.cleared ?? []) cleared.add(no);
    for (const message of update.removed ?? []) {
      messages.delete(`${message.chat}/${message.order}`);
      removed.set(`${message.chat}/${message.order}`, message);
    }
    for (const message of update.messages ?? []) {
      removed.delete(`${message.chat}/${message.order}`);
      messages.set(`${message.chat}/${message.order}`, message);
    }
    notices.push(...(update.notices ?? []));
    news.push(...(update.news ?? []));
    Object.assign(kept, update.kept);
    Object.assign(live, update.live);
  }
  return {
    chats: [...chats.values()], messages: [...messages.values()], removed: [...removed.values()], cleared: [...cleared], notices, news,
    ...(Object.keys(kept).length > 0 && { kept }), ...(Object.keys(live).length > 0 && { live }),
  };
}
