// What messages and changes to them are as values: pure.

import { bare } from '../xmpp/jid';
import type { Payload } from '../xmpp/message';
import type { Outgoing } from './api';
import type { Address, Content, GroupEvent, Message, PollOption, Quote, Reaction } from './model';
import { preview, tickOf, wordsOf, type Stored } from './rows';

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

export function edited(former: Content, now: Content): Content {
  return 'caption' in former && now.kind === 'text' ? { ...former, caption: now.text } : now;
}

/** What is to be sent of it. */
export function outgoingPayload(out: Outgoing, quoted: Stored | undefined, inGroup: boolean): Payload {
  const { text, mentions, preview, location, contacts, poll } = out;
  return {
    ...(text !== undefined && { body: text }),
    ...(mentions && mentions.length > 0 && { mentions }),
    ...(quoted && { reply: { id: inGroup ? (quoted.archive ?? quoted.wire) : quoted.wire, to: quoted.from, quote: wordsOf(quoted.content).slice(0, 300) } }),
    ...(preview && { preview }),
    ...(location && { location }),
    ...(contacts && { contacts }),
    ...(poll && { poll: { question: poll.question, multiple: poll.multiple, options: poll.options.map((text, i) => ({ id: String(i + 1), text })) } }),
  };
}

export function quoteOf(message: Message): Quote {
  const { content } = message;
  return {
    id: message.id, from: message.from, text: preview(content), kind: content.kind,
    ...(message.fromName !== undefined && { fromName: message.fromName }),
    ...('thumbnail' in content && content.thumbnail !== undefined && { thumbnail: content.thumbnail }),
  };
}

export function ticked(message: Stored): Stored {
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

export function eventOf(kind: string, by: Address, attrs: Readonly<Record<string, string>>): GroupEvent | undefined {
  const who = attrs.jid !== undefined ? [bare(attrs.jid)] : [];
  switch (kind) {
    case 'created': return { type: 'created', by, name: attrs.name ?? '' };
    // In a community's channel nobody adds: one is in it by being in one of its groups.
    case 'added': return by === '' || who[0] === by ? { type: 'joined', who } : { type: 'added', by, who };
    case 'removed': return { type: 'removed', by, who };
    case 'left': return { type: 'left', who };
    case 'affiliation': return { type: attrs.affiliation === 'member' ? 'demoted' : 'promoted', by, who };
    case 'name': return { type: 'renamed', by, name: attrs.value ?? '' };
    case 'description': return { type: 'described', by };
    case 'picture': return { type: 'photo', by };
    // What nobody did is the group's own matter: which community it is in.
    case 'setting': return by === '' || attrs.var === 'muc#roomconfig_pubsub' ? undefined : { type: 'permissions', by };
    case 'group-added': case 'group-removed': return { type: kind, group: bare(attrs.group ?? '') };
    default: return undefined;
  }
}
