// What messages do to chats: each one that comes, live or from the archive, changes rows. Run one at a time by the core.

import { bare, resource } from '../xmpp/jid';
import { readMessage, type Payload, type Received } from '../xmpp/message';
import type { Element } from '../xmpp/xml';
import type { Address, Content, GroupEvent, Mention, Message, PollOption, Quote, Reaction } from './model';
import { statusQuote } from './statuses';
import { lastOf, preview, tickOf, type ChatRow, type Stored } from './rows';
import type { World } from './world';

/** What else is to be done about what came; the core does it. */
export interface Duties {
  receipt(to: Address, id: string): Promise<void>;
  refused(id: string, condition: string): Promise<void>;
  typing(chat: Address, who: Address, what: 'text' | 'voice' | 'nothing'): void;
  groupEvent(group: Address, kind: string, attrs: Readonly<Record<string, string>>): Promise<void>;
  stranger(address: Address): void;
}

export interface Source {
  /** `live`: from the stream. `catch-up`: newer than all we had, from the archive. `history`: older. */
  readonly how: 'live' | 'catch-up' | 'history';
  readonly archive?: string | undefined;
  readonly delay?: number | undefined;
}

const MOST_BACK = 2000;

export class Incoming {
  constructor(
    private readonly world: World,
    private readonly me: () => Address,
    private readonly duties: Duties,
  ) {}

  // ----------------------------------------------------------------------------------------------------------- chats

  ensure(id: Address, kind?: ChatRow['kind']): ChatRow {
    const known = this.world.chats.get(id);
    if (known && !known.removed) return known;
    let no = known?.no ?? 1;
    if (!known) for (const each of this.world.chatsByNo.keys()) no = Math.max(no, each + 1);
    const flags = this.world.kept.flags;
    const row: ChatRow = {
      ...(flags && Object.hasOwn(flags, id) && flags[id]),
      id, no, kind: kind ?? (id === this.me() ? 'self' : 'person'), time: Date.now(), unread: 0, unreadMentions: 0, readOrder: known?.readOrder ?? 0,
      ...(known?.name !== undefined && { name: known.name }), ...(known?.picture !== undefined && { picture: known.picture }),
    };
    this.world.stage({ chats: [row] });
    if (row.kind === 'person') this.duties.stranger(id);
    return row;
  }

  update(id: Address, change: Partial<ChatRow>): ChatRow {
    const row = { ...this.ensure(id), ...change };
    for (const key of Object.keys(change) as (keyof ChatRow)[]) if (change[key] === undefined) delete (row as Partial<Record<keyof ChatRow, unknown>>)[key];
    this.world.stage({ chats: [row] });
    return row;
  }

  /** Writes a message's new state with the tick it amounts to, and the list's line if it is the last one. */
  async replace(row: ChatRow, changed: Stored): Promise<void> {
    const message = ticked(changed);
    await this.world.stageMessage(row.no, message);
    const now = this.world.chats.get(row.id)!;
    if (now.lastOrder === message.order) this.update(row.id, { last: lastOf(message) });
  }

  async insert(row: ChatRow, message: Stored): Promise<void> {
    await this.world.stageMessage(row.no, message);
    const now = this.world.chats.get(row.id)!;
    if (message.order >= (now.lastOrder ?? 0)) this.update(row.id, { last: lastOf(message), lastOrder: message.order, time: message.time });
    if (message.expires !== undefined) this.world.stage({ kept: { expiring: [...(this.world.kept.expiring ?? []), [row.no, message.order, message.expires]] } });
  }

  async remove(row: ChatRow, message: Stored): Promise<void> {
    await this.world.stageRemoval(row.no, message);
    const now = this.world.chats.get(row.id)!;
    if (now.lastOrder !== message.order) return;
    const last = await this.world.messages.last(row.no);
    this.update(row.id, { last: last && lastOf(last), lastOrder: last?.order } as Partial<ChatRow>);
  }

  // -------------------------------------------------------------------------------------------------------- messages

  async take(element: Element, source: Source): Promise<void> {
    const received = readMessage(element);
    const me = this.me();
    if (received.type === 'headline') return;
    if (received.type === 'error') {
      if (received.id !== undefined) await this.duties.refused(received.id, received.error ?? 'undefined-condition');
      return;
    }
    const group = received.type === 'groupchat';
    const sender = bare(received.from);
    const mine = group ? received.realJid === me : sender === me;
    const chat = group ? sender : mine ? bare(received.to) : sender;
    const author = group ? (received.realJid ?? received.from) : sender;
    if (chat === '' || (!group && !chat.includes('@'))) return;
    // A group that we do not know of sends us nothing that counts.
    if (group && this.world.chats.get(chat)?.kind !== 'group' && received.event === undefined && source.how !== 'live') return;

    if (received.state !== undefined && source.how === 'live' && !mine) {
      this.duties.typing(chat, author, received.state === 'composing' ? 'text' : received.state === 'recording' ? 'voice' : 'nothing');
    }
    const payload = received.payload;
    if (received.event) {
      await this.event(chat, received, source);
    } else if (received.receipt !== undefined && !mine) {
      await this.delivered(chat, author, received.receipt, this.timeOf(received, source));
    } else if (received.displayed !== undefined) {
      if (mine) await this.displayedElsewhere(chat, received.displayed);
      else await this.displayed(chat, author, received.displayed, this.timeOf(received, source));
    } else if (payload.reactions) {
      await this.change(chat, group, payload.reactions.id, (message) => reacted(message, author, me, payload.reactions!.emojis));
    } else if (payload.vote) {
      await this.change(chat, group, payload.vote.id, (message) => voted(message, author, me, payload.vote!.options));
    } else if (payload.retracts !== undefined) {
      await this.change(chat, group, payload.retracts, (message) => (message.from === author ? retracted(message, author) : message));
    } else if (payload.moderated) {
      if (group && resource(received.from) === '') await this.change(chat, group, payload.moderated.id, (message) => retracted(message, bare(payload.moderated!.by ?? chat)));
    } else if (payload.corrects !== undefined) {
      await this.corrected(chat, mine, author, received, source);
    } else {
      await this.said(chat, group, mine, author, received, source);
    }
  }

  private timeOf(received: Received, source: Source): number {
    return Math.min(source.delay ?? received.delay ?? Date.now(), Date.now() + 60_000);
  }

  /** By reference, whoever wrote it: in groups the archive's id. */
  async lookUp(no: number, group: boolean, ref: string): Promise<Stored | undefined> {
    const { messages } = this.world;
    return (group ? await messages.find(no, 'a', ref) : undefined) ?? (await messages.find(no, 'm', ref)) ?? (await messages.find(no, 'p', ref));
  }

  private async change(chat: Address, group: boolean, ref: string, change: (message: Stored) => Stored): Promise<void> {
    const row = this.world.chats.get(chat);
    const message = row && (await this.lookUp(row.no, group, ref));
    if (!message) return;
    const now = change(message);
    if (now !== message) await this.replace(row, now);
  }

  private async said(chat: Address, group: boolean, mine: boolean, author: Address, received: Received, source: Source): Promise<void> {
    const content = contentOf(received.payload);
    if (!content) return;
    const row = this.ensure(chat, group ? 'group' : undefined);
    const archive = source.archive ?? received.stanzaIds[group ? chat : this.me()];
    const sent = received.originId ?? received.id;
    const { messages } = this.world;
    const same = (archive !== undefined ? await messages.find(row.no, 'a', archive) : undefined)
      ?? (mine && sent !== undefined ? await messages.find(row.no, 'm', sent) : undefined);
    // A copy that comes live is confirmed even if the archive showed it first: as history it was not.
    const confirm = async () => {
      if (!mine && !group && received.wantsReceipt && received.id !== undefined && source.how !== 'history') await this.duties.receipt(chat, received.id);
    };
    if (same) {
      if (source.how === 'live') await confirm();
      if (archive !== undefined && same.archive !== archive) {
        const tick = same.tick === 'waiting' ? { tick: 'sent' as const } : {};
        await this.replace(row, { ...same, archive, ...(group && { wire: archive }), ...tick });
      }
      return;
    }
    const time = this.timeOf(received, source);
    const order = await messages.freeOrder(row.no, time);
    const ref = group ? (archive ?? sent ?? crypto.randomUUID()) : mine ? (sent ?? archive ?? crypto.randomUUID()) : (archive ?? sent ?? crypto.randomUUID());
    const wire = group ? (archive ?? sent ?? ref) : (received.id ?? sent ?? ref);
    const mentions = received.payload.mentions as readonly Mention[] | undefined;
    const mentionsMe = mentions?.some((mention) => mention.address === this.me() || (group && mention.address === chat));
    const reply = received.payload.reply ? await this.quote(row.no, group, received.payload.reply) : undefined;
    const message: Stored = {
      id: `${row.no}:${ref}`, chat, from: author, mine, time, order, wire, content,
      ...(sent !== undefined && sent !== wire && { sent }),
      ...(archive !== undefined && { archive }),
      ...(group && !mine && { fromName: received.realJid !== undefined ? this.world.personOf(received.realJid).name : resource(received.from) }),
      ...(mine && { tick: 'sent' as const }),
      ...(reply && { reply }),
      ...(mentions && { mentions }),
      ...(mentionsMe && { mentionsMe }),
      ...(received.payload.forwarded && { forwarded: true }),
      ...(received.payload.file && { url: received.payload.file.url }),
      ...(received.payload.ephemeral !== undefined && { expires: time + received.payload.ephemeral * 1000 }),
    };
    await this.insert(row, message);
    if (!mine) this.duties.typing(chat, author, 'nothing');
    if (mine && source.how !== 'history') {
      // Who writes has read.
      if (order > this.world.chats.get(chat)!.readOrder) this.update(chat, { unread: 0, unreadMentions: 0, markedUnread: false, readOrder: order });
    } else if (!mine && source.how !== 'history' && order > row.readOrder) {
      const now = this.world.chats.get(chat)!;
      this.update(chat, { unread: now.unread + 1, unreadMentions: now.unreadMentions + (mentionsMe ? 1 : 0) });
      this.world.stage({ news: [message] });
    }
    await confirm();
  }

  private async quote(no: number, group: boolean, reply: NonNullable<Payload['reply']>): Promise<Quote> {
    const quoted = await this.lookUp(no, group, reply.id);
    // What is answered may be a status.
    const status = quoted ? undefined : this.world.kept.statuses?.find((row) => row.id === reply.id && row.from === bare(reply.to ?? ''));
    if (status) return statusQuote(status);
    return quoted ? quoteOf(quoted) : { from: reply.to !== undefined ? bare(reply.to) : '', text: reply.quote, kind: 'text' };
  }

  private async corrected(chat: Address, mine: boolean, author: Address, received: Received, source: Source): Promise<void> {
    const row = this.world.chats.get(chat);
    const message = row && (await this.world.messages.find(row.no, mine ? 'm' : 'p', received.payload.corrects!));
    if (!message) {
      // What it corrects is not here: it stands for itself.
      const { corrects: _, ...payload } = received.payload;
      await this.said(chat, received.type === 'groupchat', mine, author, { ...received, payload }, source);
      return;
    }
    const content = contentOf(received.payload);
    if (!content || message.from !== author || message.content.kind === 'retracted') return;
    const time = this.timeOf(received, source);
    if ((message.edited ?? 0) > time) return;
    const { mentions: _, ...rest } = message;
    await this.replace(row, { ...rest, content: edited(message.content, content), edited: time, ...(received.payload.mentions && { mentions: received.payload.mentions as readonly Mention[] }) });
  }

  // ----------------------------------------------------------------------------------------------------------- ticks

  private async delivered(chat: Address, who: Address, ref: string, time: number): Promise<void> {
    const row = this.world.chats.get(chat);
    const message = row && (await this.world.messages.find(row.no, 'm', ref));
    if (!message || message.marks?.[who]?.delivered !== undefined) return;
    await this.replace(row, { ...message, marks: { ...message.marks, [who]: { ...message.marks?.[who], delivered: time } } });
  }

  /** XEP-0333: all of ours up to this one were shown. */
  private async displayed(chat: Address, who: Address, ref: string, time: number): Promise<void> {
    const row = this.world.chats.get(chat);
    if (!row) return;
    const last = await this.lookUp(row.no, row.kind === 'group', ref);
    if (!last) return;
    let seen = 0;
    for (let order = last.order + 1; seen < MOST_BACK;) {
      const page = await this.world.messages.before(row.no, order, 64);
      if (page.length === 0) return;
      for (const message of page.reverse()) {
        seen++;
        if (!message.mine || message.tick === 'failed') continue;
        // What was shown was sent, whether or not we know it yet; one before it may still wait for its file or its hour.
        if (message.tick === 'waiting' && message.id !== last.id) continue;
        if (message.marks?.[who]?.read !== undefined) return;
        const former = message.marks?.[who];
        await this.replace(row, { ...message, marks: { ...message.marks, [who]: { delivered: former?.delivered ?? time, read: time } } });
      }
      order = page.at(-1)!.order;
    }
  }

  private async displayedElsewhere(chat: Address, ref: string): Promise<void> {
    const row = this.world.chats.get(chat);
    const message = row && (await this.lookUp(row.no, row.kind === 'group', ref));
    if (message) await this.readUpTo(row, message.order);
  }

  /** XEP-0490: another device of ours has shown all up to this archive id. */
  async displayedById(chat: Address, archive: string): Promise<void> {
    const row = this.world.chats.get(chat);
    const message = row && (await this.world.messages.find(row.no, 'a', archive));
    if (message) await this.readUpTo(row, message.order);
  }

  /** The newest message that was read now, or undefined if it was before. */
  async readUpTo(row: ChatRow, order: number): Promise<Stored | undefined> {
    const now = this.world.chats.get(row.id)!;
    if (order <= now.readOrder && now.unread === 0 && !now.markedUnread) return undefined;
    const readOrder = Math.max(order, now.readOrder);
    const rest = now.unread === 0 ? [] : (await this.world.messages.from(row.no, readOrder + 1, 1000)).filter((message) => !message.mine && message.content.kind !== 'event');
    this.update(row.id, { readOrder, unread: Math.min(rest.length, now.unread), unreadMentions: rest.filter((message) => message.mentionsMe).length, markedUnread: false });
    const upTo = await this.world.messages.before(row.no, readOrder + 1, 50);
    return upTo.reverse().find((message) => !message.mine);
  }

  // ---------------------------------------------------------------------------------------------------------- groups

  private async event(group: Address, received: Received, source: Source): Promise<void> {
    // Only the group itself tells of what happened to it.
    if (resource(received.from) !== '') return;
    const { kind, by, attrs } = received.event!;
    const row = this.ensure(group, 'group');
    const archive = source.archive ?? received.stanzaIds[group];
    if (archive !== undefined && (await this.world.messages.find(row.no, 'a', archive))) return;
    const event = eventOf(kind, bare(by), attrs);
    const time = this.timeOf(received, source);
    if (event) {
      const order = await this.world.messages.freeOrder(row.no, time);
      const ref = archive ?? received.id ?? crypto.randomUUID();
      await this.insert(row, {
        id: `${row.no}:${ref}`, chat: group, from: bare(by), mine: false, time, order, wire: ref, content: { kind: 'event', event },
        ...(archive !== undefined && { archive }),
      });
    }
    if (source.how !== 'history') await this.duties.groupEvent(group, kind, attrs);
  }
}

// ---------------------------------------------------------------------------------------------------------- as values

export function contentOf(payload: Payload): Content | undefined {
  if (payload.file) {
    const { url: _, ...file } = payload.file;
    return { ...file, local: false };
  }
  if (payload.location) return { kind: 'location', ...payload.location };
  if (payload.contacts) return { kind: 'contact', people: payload.contacts };
  if (payload.poll) {
    const { question, multiple, options } = payload.poll;
    return { kind: 'poll', question, multiple, closed: false, options: options.map((option) => ({ ...option, voters: [], mine: false })) };
  }
  if (payload.encrypted) return { kind: 'unknown', text: payload.body ?? '' };
  if (payload.body !== undefined && payload.body.trim() !== '') {
    return { kind: 'text', text: payload.body, ...(payload.preview && { preview: payload.preview }) };
  }
  return undefined;
}

function edited(former: Content, now: Content): Content {
  return 'caption' in former && now.kind === 'text' ? { ...former, caption: now.text } : now;
}

export function quoteOf(message: Message): Quote {
  const { content } = message;
  return {
    id: message.id, from: message.from, text: preview(content), kind: content.kind,
    ...(message.fromName !== undefined && { fromName: message.fromName }),
    ...('thumbnail' in content && content.thumbnail !== undefined && { thumbnail: content.thumbnail }),
  };
}

function ticked(message: Stored): Stored {
  const tick = tickOf(message);
  return tick === undefined || tick === message.tick ? message : { ...message, tick };
}

export function reacted(message: Stored, who: Address, me: Address, emojis: readonly string[]): Stored {
  const all = { ...message.reacted, [who]: emojis };
  if (emojis.length === 0) delete all[who];
  const byEmoji = new Map<string, Address[]>();
  for (const [address, list] of Object.entries(all)) for (const emoji of list) byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), address]);
  const reactions: Reaction[] = [...byEmoji].slice(0, 50).map(([emoji, from]) => ({ emoji, from, mine: from.includes(me) }));
  return { ...message, reacted: all, reactions };
}

export function voted(message: Stored, who: Address, me: Address, options: readonly string[]): Stored {
  const { content } = message;
  if (content.kind !== 'poll') return message;
  const known = options.filter((id) => content.options.some((option) => option.id === id)).slice(0, content.multiple ? 20 : 1);
  const votes = { ...message.votes, [who]: known };
  const counted: PollOption[] = content.options.map((option) => {
    const voters = Object.entries(votes).filter(([, ids]) => ids.includes(option.id)).map(([address]) => address);
    return { ...option, voters, mine: voters.includes(me) };
  });
  return { ...message, votes, content: { ...content, options: counted } };
}

export function retracted(message: Stored, by: Address): Stored {
  const { reactions: _, reacted: __, reply: ___, url: ____, payload: _____, mentions: ______, ...rest } = message;
  return { ...rest, content: { kind: 'retracted', by } };
}

function eventOf(kind: string, by: Address, attrs: Readonly<Record<string, string>>): GroupEvent | undefined {
  const who = attrs.jid !== undefined ? [bare(attrs.jid)] : [];
  switch (kind) {
    case 'created': return { type: 'created', by, name: attrs.name ?? '' };
    case 'added': return who[0] === by ? { type: 'joined', who } : { type: 'added', by, who };
    case 'removed': return { type: 'removed', by, who };
    case 'left': return { type: 'left', who };
    case 'affiliation': return { type: attrs.affiliation === 'member' ? 'demoted' : 'promoted', by, who };
    case 'name': return { type: 'renamed', by, name: attrs.value ?? '' };
    case 'description': return { type: 'described', by };
    case 'picture': return { type: 'photo', by };
    case 'setting': return { type: 'permissions', by };
    default: return undefined;
  }
}
