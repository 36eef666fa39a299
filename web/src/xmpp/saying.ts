// Payloads as elements, and the messages that carry them: the other direction of message.ts.

import { pointsOf, type ChatState, type Envelope, type Payload } from './message';
import { NS } from './ns';
import { el, type Element } from './xml';

export interface Sent {
  readonly to: string;
  readonly type: 'chat' | 'groupchat';
  readonly id: string;
  readonly payload: Payload;
  /** XEP-0033: `to` is the server, which hands it to each of these by itself. */
  readonly bcc?: readonly string[] | undefined;
  /** In a group: who gets it is asked to tell the author, and nobody else (groups.md). */
  readonly receipts?: boolean | undefined;
}

/** What the payload is as elements; for `Envelope.wrap`. */
export function contentOf(payload: Payload): Element[] {
  const content: Element[] = [];
  let body = payload.body ?? '';
  let offset = 0;
  const fallback = (what: string, start?: number, end?: number) => content.push(
    el('fallback', NS.fallback, { for: what }, el('body', NS.fallback, start === undefined ? {} : { start, end })));
  if (payload.reply) {
    const { id, to, quote } = payload.reply;
    content.push(el('reply', NS.reply, { id, to }));
    if (quote !== '') {
      const quoted = quote.split('\n').map((line) => `> ${line}\n`).join('');
      offset = pointsOf(quoted, quoted.length);
      body = quoted + body;
      fallback(NS.reply, 0, offset);
    }
  }
  for (const mention of payload.mentions ?? []) {
    const text = payload.body ?? '';
    content.push(el('reference', NS.references, {
      type: 'mention', begin: offset + pointsOf(text, mention.start), end: offset + pointsOf(text, mention.end), uri: `xmpp:${mention.address}` }));
  }
  if (payload.file) {
    const file = payload.file;
    content.push(el('file-sharing', NS.sfs, { disposition: file.kind === 'file' ? 'attachment' : 'inline', album: file.album },
      el('file', NS.files, {},
        el('media-type', NS.files, {}, file.type), el('name', NS.files, {}, file.name), el('size', NS.files, {}, String(file.size)),
        file.width !== undefined && el('width', NS.files, {}, String(file.width)), file.height !== undefined && el('height', NS.files, {}, String(file.height)),
        file.durationMillis !== undefined && el('length', NS.files, {}, String(file.durationMillis)),
        file.thumbnail !== undefined && el('thumbnail', NS.thumbs, { uri: file.thumbnail }),
        file.kind === 'voice' && el('voice', NS.message, { wave: (file.waveform ?? []).map((value) => value.toString(16).padStart(2, '0')).join('') })),
      el('sources', NS.sfs, {}, el('url-data', NS.urlData, { target: file.url }))));
    if (file.caption === '') {
      body = file.url;
      content.push(el('x', NS.oob, {}, el('url', NS.oob, {}, file.url)));
      fallback(NS.sfs);
    } else {
      body = file.caption;
    }
  }
  if (payload.location) {
    const { latitude, longitude, accuracyMetres, label } = payload.location;
    body = `geo:${latitude},${longitude}`;
    content.push(el('geoloc', NS.geoloc, {}, el('lat', NS.geoloc, {}, String(latitude)), el('lon', NS.geoloc, {}, String(longitude)),
      accuracyMetres !== undefined && el('accuracy', NS.geoloc, {}, String(accuracyMetres)), label !== undefined && el('description', NS.geoloc, {}, label)));
    fallback(NS.geoloc);
  }
  if (payload.contacts) {
    body = payload.contacts.map((each) => `${each.name} ${each.phone ?? each.address ?? ''}`.trim()).join('\n');
    content.push(el('contacts', NS.contact, {}, payload.contacts.map((each) => el('contact', NS.contact, { name: each.name, jid: each.address, phone: each.phone }))));
    fallback(NS.contact);
  }
  if (payload.poll) {
    const { question, options, multiple } = payload.poll;
    body = [question, ...options.map((option) => `- ${option.text}`)].join('\n');
    content.push(el('poll', NS.poll, { multiple: multiple ? 'true' : undefined }, el('question', NS.poll, {}, question),
      options.map((option) => el('option', NS.poll, { id: option.id }, option.text))));
    fallback(NS.poll);
  }
  if (payload.vote) content.push(el('vote', NS.poll, { id: payload.vote.id }, payload.vote.options.map((id) => el('option', NS.poll, { id }))));
  if (payload.reactions) content.push(el('reactions', NS.reactions, { id: payload.reactions.id }, payload.reactions.emojis.map((emoji) => el('reaction', NS.reactions, {}, emoji))));
  if (payload.preview) {
    const { url, title, description, image } = payload.preview;
    content.push(el('Description', NS.rdf, { [`{${NS.rdf}}about`]: url }, el('title', NS.og, {}, title), el('url', NS.og, {}, url),
      description !== undefined && el('description', NS.og, {}, description), image !== undefined && el('image', NS.og, {}, image)));
  }
  if (payload.forwarded) content.push(el('forwarded', NS.message));
  if (payload.retracts !== undefined) {
    body = 'A message was retracted, which your app does not understand.';
    fallback(NS.retract);
  }
  return body === '' ? content : [el('body', NS.client, {}, body), ...content];
}

export async function writeMessage(sent: Sent, envelope: Envelope): Promise<Element> {
  const { payload, to, type, id } = sent;
  const content = await envelope.wrap(contentOf(payload), to);
  const silent = payload.reactions !== undefined || payload.vote !== undefined || payload.retracts !== undefined;
  return el('message', NS.client, { to, type, id }, content,
    payload.corrects !== undefined && el('replace', NS.correct, { id: payload.corrects }),
    payload.retracts !== undefined && el('retract', NS.retract, { id: payload.retracts }),
    payload.ephemeral !== undefined && el('ephemeral', NS.ephemeral, { timer: payload.ephemeral }),
    el('origin-id', NS.sid, { id }),
    sent.bcc && el('addresses', NS.address, {}, sent.bcc.map((jid) => el('address', NS.address, { type: 'bcc', jid }))),
    !silent && (type === 'chat' || sent.receipts === true) && el('request', NS.receipts),
    !silent && el('markable', NS.markers),
    silent && el('store', NS.hints));
}

/** XEP-0184, 0333: true ticks. They are kept and archived like messages, so that they reach us whenever. */
export const receipt = (to: string, id: string, stanzaId: string): Element =>
  el('message', NS.client, { to, type: 'chat', id: stanzaId }, el('received', NS.receipts, { id }), el('origin-id', NS.sid, { id: stanzaId }), el('store', NS.hints));

/**
 * To the author of a message in a group: it, and all of theirs before it, were taken by this device. It waits for the author's
 * devices, but no archive is filled with what is said by each member about each message.
 */
export const groupReceipt = (to: string, group: string, id: string, stanzaId: string): Element =>
  el('message', NS.client, { to, type: 'chat', id: stanzaId }, el('received', NS.receipts, { id }), el('group', NS.groups, { jid: group }),
    el('origin-id', NS.sid, { id: stanzaId }), el('no-permanent-store', NS.hints));

export const displayed = (to: string, type: 'chat' | 'groupchat', id: string, stanzaId: string): Element =>
  el('message', NS.client, { to, type, id: stanzaId }, el('displayed', NS.markers, { id }), el('origin-id', NS.sid, { id: stanzaId }), el('store', NS.hints));

export const chatState = (to: string, type: 'chat' | 'groupchat', state: ChatState | 'active'): Element =>
  el('message', NS.client, { to, type }, el(state === 'recording' ? 'composing' : state, NS.chatStates),
    state === 'recording' && el('recording', NS.message), el('no-store', NS.hints));
