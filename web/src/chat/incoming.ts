// What messages do to chats: each one that comes, live or from the archive, changes rows. Run one at a time by the core.

import { bare, resource } from '../xmpp/jid';
import { readMessage, type Payload, type Received } from '../xmpp/message';
import type { Element } from '../xmpp/xml';
import { Copies } from './copies';
import { contentOf, edited, eventOf, quoteOf, reacted, retracted, ticked, voted } from './changes';
import type { Address, Mention, Quote } from './model';
import { statusQuote } from './statuses';
import { lastOf, type ChatRow, type Stored } from './rows';
import type { World } from './world';

/** What else is to be done about what came; the core does it. */
export interface Duties {
  /** `group`: where it was written; then the id is the group's. */
  receipt(to: Address, id: string, group?: Address): Promise<void>;
  refused(id: string, condition: string, from: Address): Promise<void>;
  typing(chat: Address, who: Address, what: 'text' | 'voice' | 'nothing'): void;
  groupEvent(group: Address, kind: string, attrs: Readonly<Record<string, string>>): Promise<void>;
  stranger(address: Address): void;
  /** Somebody wants to come into this group, which one administers. */
  asksToJoin(group: Address): void;
  /** One is not let into this group. */
  declined(group: Address): void;
}

export interface Source {
  /** `live`: from the stream. `catch-up`: newer than all we had, from the archive. `history`: older. */
  readonly how: 'live' | 'catch-up' | 'history';
  readonly archive?: string | undefined;
  readonly delay?: number | undefined;
}

const MOST_BACK = 2000;
/** In a larger group nobody is asked who has got a message. */
const MOST_RECIPIENTS = 256;

export class Incoming {
  readonly copies: Copies;

  constructor(
    private readonly world: World,
    readonly me: () => Address,
    private readonly duties: Duties,
  ) {
    this.copies = new Copies(world, this);
  }

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

  /** The server has a message of ours. What was scheduled stands from now on where it was sent, not where it was written. */
  async left(row: ChatRow, message: Stored): Promise<Stored> {
    const { scheduled, ...rest } = message;
    const sent: Stored = { ...rest, tick: 'sent' };
    if (scheduled === undefined) {
      await this.replace(row, sent);
      return sent;
    }
    const { messages } = this.world;
    const time = Date.now();
    const seconds = sent.payload?.ephemeral ?? 0;
    await this.remove(row, message);
    const moved: Stored = ticked({
      ...sent, time, order: await messages.freeOrder(row.no, time, await messages.lastKept(row.no)), ...(seconds > 0 && { expires: time + seconds * 1000 }),
    });
    await this.insert(row, moved);
    return moved;
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
      if (received.id !== undefined) await this.duties.refused(received.id, received.error ?? 'undefined-condition', bare(received.from));
      return;
    }
    const group = received.type === 'groupchat';
    const sender = bare(received.from);
    const mine = group ? await this.isMineIn(sender, received) : sender === me;
    const chat = group ? sender : mine ? bare(received.to) : sender;
    const author = group ? (received.realJid ?? (mine ? me : received.from)) : sender;
    if (chat === '' || (!group && !chat.includes('@'))) return;
    if (received.listed) {
      if (mine && chat === me) await this.copies.listed(received.listed);
      return;
    }
    if (received.asksToJoin || received.declined) {
      if (source.how === 'history') return;
      if (received.declined) this.duties.declined(sender);
      else if (this.world.chats.get(sender)?.admin) this.duties.asksToJoin(sender);
      return;
    }
    // A group that we do not know of sends us nothing that counts.
    if (group && this.world.chats.get(chat)?.kind !== 'group' && received.event === undefined && source.how !== 'live') return;

    if (received.state !== undefined && source.how === 'live' && !mine) {
      this.duties.typing(chat, author, received.state === 'composing' ? 'text' : received.state === 'recording' ? 'voice' : 'nothing');
    }
    const payload = received.payload;
    if (received.event) {
      await this.event(chat, received, source);
    } else if (received.receipt !== undefined && !mine) {
      const time = this.timeOf(received, source);
      if (received.receiptGroup !== undefined) await this.marked(received.receiptGroup, author, received.receipt, 'delivered', time);
      else await this.delivered(chat, author, received.receipt, time);
    } else if (received.displayed !== undefined) {
      if (mine) await this.displayedElsewhere(chat, received.displayed);
      else await this.marked(chat, author, received.displayed, 'read', this.timeOf(received, source));
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

  /**
   * In a group whose addresses are hidden one knows oneself by one's nickname, which nobody else can have there, or by a message
   * that one has sent and that did not come back yet.
   */
  private async isMineIn(group: Address, received: Received): Promise<boolean> {
    if (received.realJid !== undefined) return received.realJid === this.me();
    const [row, nick] = [this.world.chats.get(group), resource(received.from)];
    if (!row || nick === '') return false;
    if (row.nick !== undefined) return row.nick === nick;
    const sent = received.originId === undefined ? undefined : await this.world.messages.find(row.no, 'm', received.originId);
    if (!sent?.mine || sent.archive !== undefined) return false;
    this.update(group, { nick });
    return true;
  }

  private timeOf(received: Received, source: Source): number {
    return Math.min(source.delay ?? received.delay ?? Date.now(), Date.now() + 60_000);
  }

  /**
   * The server's order is the order, whatever the clocks say: what comes live follows what is here (its time may be this device's,
   * or a stamp of the server's), what fills a gap follows what was before it in the archive.
   */
  private async orderOf(no: number, time: number, { how }: Source): Promise<number> {
    const { messages } = this.world;
    if (how === 'history') return messages.freeOrder(no, time);
    const order = await messages.freeOrder(no, time, how === 'live' ? await messages.lastKept(no) : this.caughtUp.get(no));
    if (how === 'catch-up') this.caughtUp.set(no, order);
    return order;
  }

  /** By chat, the place that reading the archive's news has come to. */
  readonly caughtUp = new Map<number, number>();

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
    if (now === message) return;
    await this.replace(row, now);
    await this.copies.changed(now, change);
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
      if (mine || !received.wantsReceipt || source.how === 'history') return;
      if (!group && received.id !== undefined) await this.duties.receipt(chat, received.id);
      else if (group && received.realJid !== undefined && archive !== undefined) await this.duties.receipt(received.realJid, archive, chat);
    };
    if (same) {
      if (source.how === 'live') await confirm();
      if (source.how === 'catch-up') this.caughtUp.set(row.no, same.order);
      if (archive !== undefined && same.archive !== archive) {
        const recipients = group && same.recipients === 0 ? this.membersBeside(chat) : undefined;
        const now = { ...same, archive, ...(group && { wire: archive }), ...(recipients !== undefined && { recipients }) };
        await (same.tick === 'waiting' ? this.left(row, now) : this.replace(row, now));
      }
      return;
    }
    const time = this.timeOf(received, source);
    const order = await this.orderOf(row.no, time, source);
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
      ...(mine && group && { recipients: source.how === 'history' ? 0 : this.membersBeside(chat) }),
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

  /** Who else is in a group, as far as that is known and they are not too many to be asked. */
  membersBeside(group: Address): readonly Address[] | 0 {
    const members = this.world.groups.get(group)?.members.map((member) => member.address).filter((address) => address !== this.me()) ?? [];
    return members.length > MOST_RECIPIENTS || this.world.chats.get(group)?.announces ? 0 : members;
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
    const change = ({ mentions: _, ...rest }: Stored): Stored => ({ ...rest, content: edited(rest.content, content), edited: time, ...(received.payload.mentions && { mentions: received.payload.mentions as readonly Mention[] }) });
    await this.replace(row, change(message));
    await this.copies.changed(message, change);
  }

  // ----------------------------------------------------------------------------------------------------------- ticks

  private async delivered(chat: Address, who: Address, ref: string, time: number): Promise<void> {
    const row = this.world.chats.get(chat);
    const message = row && (await this.world.messages.find(row.no, 'm', ref));
    if (message && message.marks?.[who]?.delivered === undefined) await this.mark(row, message, who, 'delivered', time);
  }

  /** XEP-0333, and receipts in groups: all of ours up to this one were taken, or shown. */
  private async marked(chat: Address, who: Address, ref: string, what: 'delivered' | 'read', time: number): Promise<void> {
    const row = this.world.chats.get(chat);
    const last = row && (await this.lookUp(row.no, row.kind === 'group', ref));
    if (!last) return;
    let seen = 0;
    for (let order = last.order + 1; seen < MOST_BACK;) {
      const page = await this.world.messages.before(row.no, order, 64);
      if (page.length === 0) return;
      for (const message of page.reverse()) {
        seen++;
        if (!message.mine || message.tick === 'failed') continue;
        // What was taken was sent, whether or not we know it yet; one before it may still wait for its file or its hour.
        if (message.tick === 'waiting' && message.id !== last.id) continue;
        // Who came later did not get it.
        if (typeof message.recipients === 'object' && !message.recipients.includes(who)) continue;
        if (message.marks?.[who]?.[what] !== undefined) return;
        await this.mark(row, message, who, what, time);
      }
      order = page.at(-1)!.order;
    }
  }

  private async mark(row: ChatRow, message: Stored, who: Address, what: 'delivered' | 'read', time: number): Promise<void> {
    const former = message.marks?.[who];
    await this.replace(row, { ...message, marks: { ...message.marks, [who]: { ...former, delivered: former?.delivered ?? time, [what]: former?.[what] ?? time } } });
    // What went to a list has its ticks there, too.
    const same = await this.copies.original(message);
    if (same && same.marks?.[who]?.[what] === undefined) await this.mark(this.world.chats.get(same.chat)!, same, who, what, time);
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
      const order = await this.orderOf(row.no, time, source);
      const ref = archive ?? received.id ?? crypto.randomUUID();
      await this.insert(row, {
        id: `${row.no}:${ref}`, chat: group, from: bare(by), mine: false, time, order, wire: ref, content: { kind: 'event', event },
        ...(archive !== undefined && { archive }),
      });
    }
    if (source.how !== 'history') await this.duties.groupEvent(group, kind, attrs);
  }
}
