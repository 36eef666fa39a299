// What the UI asks for, as the leading tab does it. Names are those of api.ts, flat. A command may come twice (from a tab whose leader
// died meanwhile): those that make something are given its id by the caller, so that it is made once.

import { bare } from '../xmpp/jid';
import type { Flags } from '../xmpp/flags';
import type { Payload } from '../xmpp/message';
import type { Core } from './core';
import { contentOf, outgoingPayload, quoteOf, reacted, retracted, voted } from './changes';
import { KithError, type Address, type Draft, type FileContent, type LinkedDevice, type LinkPreview, type Mention, type Settings } from './model';
import type { Outgoing, OutgoingFile } from './api';
import { failureOf } from './failures';
import { groupCommands } from './groups';
import { peopleCommands } from './people';
import { statusQuote } from './statuses';
import { MOST_BYTES } from './uploads';
import type { ChatRow, Stored } from './rows';

const EDIT_MILLIS = 15 * 60_000;
const RETRACT_MILLIS = 48 * 3_600_000;
export const mayEdit = (message: { mine: boolean; time: number; content: { kind: string } }, now = Date.now()) =>
  message.mine && (message.content.kind === 'text' || 'caption' in message.content) && now - message.time < EDIT_MILLIS;
export const mayRetract = (message: { mine: boolean; time: number; content: { kind: string } }, now = Date.now()) =>
  message.mine && message.content.kind !== 'retracted' && message.content.kind !== 'event' && now - message.time < RETRACT_MILLIS;

export class Commands {
  [name: string]: unknown;
  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
    Object.assign(this, peopleCommands(core), groupCommands(core));
  }

  // --------------------------------------------------------------------------------------------------------- account

  requestCode = (phone: string) => this.core.signIn.requestCode(phone);
  submitCode = (code: string) => this.core.signIn.submitCode(code);
  signUpByInvitation = (invitation: string, name: string) => this.core.signIn.byInvitation(invitation, name);
  signInWithPassword = (address: string, password: string) => this.core.signIn.withPassword(address, password);
  startLinking = () => this.core.signIn.startLinking();
  cancelSignIn = () => this.core.signIn.cancel();
  finishProfile = () => this.core.signIn.finishProfile();
  setProfile = (change: { name?: string; about?: string; photo?: Blob | null }) => this.core.profiles.setOwn(change);
  reconnect = async () => this.core.client?.nudge();
  networkLost = async () => {
    this.core.client?.lost();
    this.core.uploads.lost();
  };
  setActive = async (active: boolean) => this.core.client?.setActive(active);

  logOut = async () => {
    const { core } = this;
    const device = core.world.kept.credentials?.deviceId;
    // Void the token as far as the server can be reached; this device forgets it in any case.
    if (device !== undefined && core.client?.online) await core.queries.unlink(device).catch(() => {});
    await core.wipe();
  };

  deleteAccount = async () => {
    await this.core.queries.deleteAccount();
    await this.core.wipe();
  };

  devices = async (): Promise<LinkedDevice[]> => {
    const own = this.core.world.kept.credentials?.deviceId;
    return (await this.core.queries.linked()).map((device) => ({ ...device, current: device.id === own }));
  };
  lookAtLink = (code: string) => this.core.queries.lookAtLink(linkCode(code)).catch(expired);
  approveLink = (code: string) => this.core.queries.approveLink(linkCode(code)).catch(expired);
  unlink = (device?: string) => this.core.queries.unlink(device);

  // ----------------------------------------------------------------------------------------------------------- chats

  private edit(id: Address, change: Partial<ChatRow>): Promise<void> {
    return this.core.run(async () => void this.core.incoming.update(id, change));
  }

  start = (person: Address) => this.core.run(async () => this.core.incoming.ensure(bare(person)).id);
  pin = (id: Address, pinned: boolean) => this.core.flags.set(id, { pinned: pinned ? Date.now() : undefined } as Flags);
  mute = (id: Address, until: number | null) => this.core.flags.set(id, { mutedUntil: until === null ? undefined : until === Infinity ? 'always' : until } as Flags);
  notify = (id: Address, { mentionsOnly, silent }: { mentionsOnly?: boolean; silent?: boolean }) =>
    this.core.flags.set(id, { ...(mentionsOnly !== undefined && { mentionsOnly }), ...(silent !== undefined && { silent }) });
  archive = (id: Address, archived: boolean) => this.core.flags.set(id, { archived });
  setDraft = (id: Address, draft: Draft | undefined) => this.edit(id, { draft: draft && draft.text.trim() !== '' ? draft : undefined } as Partial<ChatRow>);
  setDisappearing = (id: Address, seconds: number) => this.core.flags.set(id, { disappearingSeconds: seconds });
  typing = async (id: Address, what: 'text' | 'voice' | 'nothing') => {
    if (what !== 'nothing') this.core.client?.hurry();
    return this.core.sayTyping(id, what);
  };
  clear = (id: Address) => this.core.run(async () => {
    const row = this.core.world.chats.get(id);
    if (!row) return;
    await this.core.world.stageClearing(row.no);
    this.core.incoming.update(id, { last: undefined, lastOrder: undefined, unread: 0, unreadMentions: 0, complete: true } as never);
  });
  remove = async (id: Address) => {
    await this.clear(id);
    await this.edit(id, { removed: true });
  };

  markRead = async (id: Address, read: boolean) => {
    if (!read) return this.edit(id, { markedUnread: true });
    const row = this.core.world.chats.get(id);
    if (row) await this.displayed(id, row.lastOrder ?? row.readOrder);
  };

  displayed = async (id: Address, order: number): Promise<void> => {
    const { core } = this;
    const tell = await core.run(async () => {
      const row = core.world.chats.get(id);
      const upTo = row && (await core.incoming.readUpTo(row, order));
      if (!row || !upTo) return false;
      const receipts = core.world.settings.peek().receipts;
      // Who may not write in a group cannot say that either.
      const voiceless = row.kind === 'group' && row.adminsWrite && !row.admin;
      if (receipts && upTo.content.kind !== 'event' && row.kind !== 'self' && !voiceless) {
        await core.outbox.add({ id: crypto.randomUUID(), to: id, type: row.kind === 'group' ? 'groupchat' : 'chat', what: 'displayed', about: upTo.wire });
      }
      if (upTo.archive !== undefined) core.incoming.update(id, { tell: upTo.archive });
      return true;
    });
    if (!tell) return;
    await core.sync.tellDisplayed().catch(() => {});
  };

  older = (chat: Address) => this.core.sync.older(chat);

  // -------------------------------------------------------------------------------------------------------- messages

  /** Where what is said in a chat goes. */
  private target({ id, kind }: ChatRow): { to: Address; type: 'chat' | 'groupchat'; bcc?: readonly Address[] } {
    if (kind === 'group') return { to: id, type: 'groupchat' };
    if (kind !== 'broadcast') return { to: id, type: 'chat' };
    const list = this.core.world.listOf(id);
    if (!list) throw new KithError({ code: 'not-found' });
    return { to: this.core.domain, type: 'chat', bcc: list.members };
  }

  private async post(chat: Address, ref: string, payload: Payload, extra: Partial<Stored>, at?: number, uploading = false): Promise<string> {
    const { core } = this;
    const { world, incoming } = core;
    const row = incoming.ensure(chat);
    const known = await world.messages.find(row.no, 'm', ref);
    if (known) return known.id;
    const target = this.target(row);
    // In the order of sending, whatever the clock does.
    const time = Math.max(Date.now(), Math.min(Math.floor((row.lastOrder ?? 0) / 1000), Date.now() + 60_000));
    const order = await world.messages.freeOrder(row.no, time);
    const seconds = row.disappearingSeconds ?? 0;
    const full: Payload = { ...payload, ...(seconds > 0 && { ephemeral: seconds }) };
    const message: Stored = {
      id: `${row.no}:${ref}`, chat, from: core.me, mine: true, time, order, wire: ref, tick: 'waiting', payload: full,
      content: contentOf(full) ?? { kind: 'text', text: '' },
      ...(row.kind === 'group' && { recipients: incoming.membersBeside(chat) }),
      ...(target.bcc && { recipients: target.bcc }),
      ...(seconds > 0 && at === undefined && { expires: time + seconds * 1000 }),
      ...(at !== undefined && { scheduled: at }),
      ...extra,
    };
    await incoming.insert(row, message);
    const now = world.chats.get(chat)!;
    incoming.update(chat, { draft: undefined, ...(now.archived && { archived: false, unsaid: true }), ...(order > now.readOrder && { readOrder: order, unread: 0, unreadMentions: 0, markedUnread: false }) } as Partial<ChatRow>);
    if (now.archived) void core.flags.tell();
    await core.outbox.add({
      id: ref, ...target, what: 'message', payload: full, message: message.id,
      ...(typeof message.recipients === 'object' && row.kind === 'group' && { receipts: true }),
      ...(at !== undefined && { at }), ...(uploading && { uploading }),
    });
    return message.id;
  }

  /** Nothing found is no failure: the link goes without. */
  previewOf = async (url: string): Promise<(LinkPreview & { pictured: boolean }) | undefined> => {
    const found = await this.core.queries.preview(url).catch(() => undefined);
    return found && { url, ...found };
  };

  pictureOf = (url: string): Promise<Blob | undefined> => this.core.queries.picture(url).catch(() => undefined);

  send = async (chat: Address, ref: string, out: Outgoing): Promise<string> => {
    const { core } = this;
    const id = await core.run(async () => {
      const quoted = out.reply === undefined ? undefined : await core.world.messages.get(out.reply);
      const row = core.incoming.ensure(chat);
      return this.post(chat, ref, outgoingPayload(out, quoted, row.kind === 'group'), { ...(quoted && { reply: quoteOf(quoted) }), ...(out.mentions && { mentions: out.mentions }) }, out.at);
    });
    return id;
  };

  sendFiles = async (chat: Address, refs: readonly string[], files: readonly OutgoingFile[], reply?: string): Promise<string[]> => {
    const { core } = this;
    const limitBytes = Math.min(core.world.kept.sync?.mostFileBytes || MOST_BYTES, MOST_BYTES);
    if (files.some(({ file }) => file.size > limitBytes)) throw new KithError({ code: 'too-large', limitBytes });
    const album = files.length > 1 ? refs[0] : undefined;
    const ids: string[] = [];
    for (const [i, each] of files.entries()) {
      const ref = refs[i]!;
      const { file: blob, caption = '', ...about } = each;
      const type = blob.type || 'application/octet-stream';
      const no = await core.run(async () => core.incoming.ensure(chat).no);
      await core.uploads.keep(`${no}:${ref}`, blob).catch((fault: unknown) => {
        throw new KithError(failureOf(fault));
      });
      ids.push(await core.run(async () => {
        const quoted = i === 0 && reply !== undefined ? await core.world.messages.get(reply) : undefined;
        const file = { ...about, type, size: blob.size, url: '', caption, ...(album !== undefined && { album }) };
        const content: FileContent = { ...about, type, size: blob.size, caption, local: true, ...(album !== undefined && { album }) };
        return this.post(chat, ref, { file, ...outgoingPayload({}, quoted, core.incoming.ensure(chat).kind === 'group') },
          { content, ...(quoted && { reply: quoteOf(quoted) }) }, undefined, true);
      }));
    }
    core.uploads.resume();
    return ids;
  };

  /** A change to a message of this chat that the others are told of. */
  private async tell(id: string, ref: string, payload: (message: Stored, target: string) => Payload | undefined, change: (message: Stored) => Stored): Promise<void> {
    const { core } = this;
    await core.run(async () => {
      const message = await core.world.messages.get(id);
      const row = message && core.world.chats.get(message.chat);
      if (!message || !row) throw new KithError({ code: 'not-found' });
      const group = row.kind === 'group';
      const said = payload(message, group ? (message.archive ?? message.wire) : message.wire);
      const now = change(message);
      if (now !== message) await core.incoming.replace(row, now);
      // What has not left yet leaves as it is now.
      const waiting = core.outbox.of(id);
      if (said && waiting && (said.corrects !== undefined || said.retracts !== undefined) && (waiting.at !== undefined || waiting.uploading)) {
        await core.outbox.change({ ...waiting, payload: { ...waiting.payload, ...(said.body !== undefined && { body: said.body }) } });
      } else if (said) {
        // To whom it went, whoever is in the list now.
        const bcc = row.kind === 'broadcast' && typeof message.recipients === 'object' ? { bcc: message.recipients } : {};
        await core.outbox.add({ id: ref, ...this.target(row), ...bcc, what: 'message', payload: said });
      }
      if (row.kind === 'broadcast' && typeof message.recipients === 'object') await core.incoming.copies.changeCopies(message, message.recipients, change);
    });
  }

  editMessage = (id: string, ref: string, text: string, mentions?: readonly Mention[]) => this.tell(id, ref,
    (message) => ({
      body: text, corrects: message.sent ?? message.id.slice(message.id.indexOf(':') + 1), ...(mentions && { mentions }),
    }),
    (message) => {
      if (!mayEdit(message)) throw new KithError({ code: 'forbidden' });
      const content = message.content.kind === 'text' ? { kind: 'text' as const, text } : { ...(message.content as FileContent), caption: text };
      const { mentions: _, ...rest } = message;
      return { ...rest, content, edited: Date.now(), ...(mentions && { mentions }) };
    });

  retract = async (id: string, ref: string): Promise<void> => {
    if (await this.cancel(id)) return;
    await this.tell(id, ref, (_, target) => ({ retracts: target }), (message) => {
      if (!mayRetract(message)) throw new KithError({ code: 'forbidden' });
      return retracted(message, this.core.me);
    });
  };

  react = (id: string, ref: string, emojis: readonly string[]) => this.tell(id, ref,
    (_, target) => ({ reactions: { id: target, emojis } }), (message) => reacted(message, this.core.me, this.core.me, emojis));

  vote = (id: string, ref: string, options: readonly string[]) => this.tell(id, ref,
    (_, target) => ({ vote: { id: target, options } }), (message) => voted(message, this.core.me, this.core.me, options));

  private each(ids: readonly string[], work: (message: Stored, row: ChatRow) => Promise<void>): Promise<void> {
    return this.core.run(async () => {
      for (const id of ids) {
        const message = await this.core.world.messages.get(id);
        const row = message && this.core.world.chats.get(message.chat);
        if (message && row) await work(message, row);
      }
    });
  }

  deleteForMe = async (ids: readonly string[]) => {
    await this.each(ids, async (message, row) => {
      await this.core.outbox.cancel(message.id);
      await this.core.incoming.remove(row, message);
    });
    await this.core.world.db.write(ids.map((id) => ({ store: 'files' as const, key: id, value: undefined })));
  };

  star = (ids: readonly string[], starred: boolean) => this.each(ids, async (message, row) => {
    await this.core.incoming.replace(row, { ...message, starred });
    const others = (this.core.world.kept.starred ?? []).filter((id) => id !== message.id);
    this.core.world.stage({ kept: { starred: starred ? [...others, message.id] : others } });
  });

  forward = async (ids: readonly string[], to: readonly Address[], refs: readonly string[]) => {
    let next = 0;
    for (const chat of to) {
      for (const id of ids) {
        const ref = refs[next++]!;
        await this.core.run(async () => {
          const message = await this.core.world.messages.get(id);
          if (!message) return;
          const payload = payloadOf(message);
          if (payload) await this.post(chat, ref, { ...payload, forwarded: true }, { forwarded: true, ...(message.url !== undefined && { url: message.url }) });
        });
      }
    }
  };

  resend = async (id: string) => {
    this.core.uploads.allow(id);
    await this.each([id], async (message, row) => {
      const item = this.core.outbox.of(id);
      const { failure: _, scheduled: __, ...rest } = message;
      await this.core.incoming.replace(row, { ...rest, tick: 'waiting' });
      if (item) {
        const { at: ___, held: ____, ...now } = item;
        await this.core.outbox.change(now);
      } else if (message.payload) {
        await this.core.outbox.add({ id: message.wire, ...this.target(row), what: 'message', payload: message.payload, message: id });
      }
    });
    this.core.uploads.resume();
  };

  cancel = (id: string) => this.core.run(async () => {
    const message = await this.core.world.messages.get(id);
    const row = message && this.core.world.chats.get(message.chat);
    if (!message || !row || !(await this.core.outbox.cancel(id))) return false;
    void this.core.uploads.cancel(id);
    await this.core.incoming.remove(row, message);
    return true;
  });

  // ----------------------------------------------------------------------------------------------------------- files

  openFile = (id: string) => this.core.uploads.open(id);
  cancelTransfer = async (id: string) => this.core.uploads.cancel(id);
  retryTransfer = async (id: string) => {
    const item = this.core.outbox.of(id);
    if (item) await this.resend(id);
    else await this.core.uploads.open(id);
  };
  forgetFiles = (ids: readonly string[]) => this.core.uploads.forget(ids);
  serverUse = () => this.core.queries.usedAtServer();

  // ---------------------------------------------------------------------------------------------------------- status

  postText = (id: string, text: string, ground: string) => this.core.statuses.postText(id, text, ground);
  postFile = (id: string, file: OutgoingFile) => this.core.statuses.postFile(id, file);
  removeStatus = (key: string) => this.core.statuses.remove(key);
  viewedStatus = (key: string) => this.core.statuses.viewed(key);
  openStatus = (key: string) => this.core.statuses.open(key);
  replyStatus = async (key: string, ref: string, text: string) => {
    const { core } = this;
    await core.run(async () => {
      const status = core.statuses.row(key);
      if (!status) throw new KithError({ code: 'not-found' });
      await this.post(status.from, ref, { body: text, reply: { id: status.id, to: status.from, quote: status.text.slice(0, 300) } }, { reply: statusQuote(status) });
    });
  };

  // -------------------------------------------------------------------------------------------------------- settings

  setSettings = (change: Partial<Settings>) => this.core.privacy.set(change);

  subscribePush = (endpoint: string, p256dh: string, auth: string) => this.core.queries.subscribePush(endpoint, p256dh, auth);
  pushKey = () => this.core.queries.pushKey();
}

function linkCode(typed: string): string {
  const code = typed.trim().replace(/^kith-link:/, '').toLowerCase();
  if (!/^[a-z0-9-]{4,64}$/.test(code)) throw new KithError({ code: 'link-expired' });
  return code;
}

function expired(fault: unknown): never {
  const failure = failureOf(fault);
  if (failure.code === 'not-found') throw new KithError({ ...failure, code: 'link-expired' });
  if (failure.code === 'too-often') throw new KithError({ ...failure, code: 'too-many-devices' });
  throw new KithError(failure);
}

/** What a message says, to say it again elsewhere. */
function payloadOf(message: Stored): Payload | undefined {
  const { content } = message;
  switch (content.kind) {
    case 'text': return { body: content.text, ...(content.preview && { preview: content.preview }) };
    case 'location': {
      const { kind: _, ...location } = content;
      return { location };
    }
    case 'contact': return { contacts: content.people };
    case 'poll': return { poll: { question: content.question, multiple: content.multiple, options: content.options.map(({ id, text }) => ({ id, text })) } };
    case 'image': case 'video': case 'audio': case 'voice': case 'file': {
      const { local: _, album: __, ...file } = content;
      return message.url === undefined ? undefined : { file: { ...file, url: message.url } };
    }
    default: return undefined;
  }
}
