// <message/> as plain values: what an instant message can say (XEP-0085, 0184, 0308, 0333, 0359, 0372, 0424, 0444, 0446, 0447, 0461 …),
// read from and written to elements. Ranges are in UTF-16 units here and in code points on the wire (XEP-0426).

import { bare } from './jid';
import { readListed, type ListedValue } from './lists';
import { NS } from './ns';
import { pixelsOf } from './pixels';
import type { Element } from './xml';

export interface Received {
  readonly type: 'chat' | 'groupchat' | 'normal' | 'headline' | 'error';
  readonly from: string;
  readonly to: string;
  readonly id: string | undefined;
  readonly originId: string | undefined;
  /** XEP-0359, by who gave it. */
  readonly stanzaIds: Readonly<Record<string, string>>;
  /** XEP-0203, milliseconds. */
  readonly delay: number | undefined;
  readonly payload: Payload;
  readonly wantsReceipt: boolean;
  readonly markable: boolean;
  readonly state: ChatState | undefined;
  /** XEP-0184: this message of ours was taken by a device. */
  readonly receipt: string | undefined;
  /** Of a receipt: the group that the message was written in; all of ours up to it were taken. */
  readonly receiptGroup: string | undefined;
  /** XEP-0333: all up to this one was shown. */
  readonly displayed: string | undefined;
  /** In a group whose addresses are known: who wrote. */
  readonly realJid: string | undefined;
  readonly occupant: string | undefined;
  readonly event: GroupEventValue | undefined;
  /** To a group's administrators: somebody wants to come in. */
  readonly asksToJoin: boolean;
  /** To oneself: what went to a list. */
  readonly listed: ListedValue | undefined;
  /** Of a group: one is not let in. */
  readonly declined: boolean;
  readonly invite: { readonly group: string; readonly from: string | undefined; readonly token: string | undefined } | undefined;
  readonly error: string | undefined;
}

export type ChatState = 'composing' | 'recording' | 'paused';

/** What a message says, apart from how it travels: this is what end-to-end encryption will cover. */
export interface Payload {
  readonly body?: string;
  /** Instead of the message with this id. */
  readonly corrects?: string;
  readonly retracts?: string;
  readonly moderated?: { readonly id: string; readonly by: string | undefined };
  readonly reactions?: { readonly id: string; readonly emojis: readonly string[] };
  readonly reply?: { readonly id: string; readonly to: string | undefined; readonly quote: string };
  readonly mentions?: readonly { readonly start: number; readonly end: number; readonly address: string }[];
  readonly file?: FileValue;
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly accuracyMetres?: number; readonly label?: string };
  readonly contacts?: readonly { readonly name: string; readonly address?: string; readonly phone?: string }[];
  readonly poll?: { readonly question: string; readonly multiple: boolean; readonly options: readonly { readonly id: string; readonly text: string }[] };
  readonly vote?: { readonly id: string; readonly options: readonly string[] };
  /** Width and height are the image's own, in pixels. */
  readonly preview?: { readonly url: string; readonly title: string; readonly description?: string; readonly image?: string; readonly width?: number; readonly height?: number };
  readonly forwarded?: boolean;
  /** XEP-0466: seconds. */
  readonly ephemeral?: number;
  /** Encrypted with something that is not understood here. */
  readonly encrypted?: boolean;
}

export interface FileValue {
  readonly url: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly kind: 'image' | 'video' | 'audio' | 'voice' | 'file';
  readonly width?: number;
  readonly height?: number;
  readonly durationMillis?: number;
  readonly waveform?: readonly number[];
  readonly thumbnail?: string;
  readonly album?: string;
  readonly caption: string;
}

export interface GroupEventValue {
  readonly kind: string;
  readonly by: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** Where an outgoing payload is wrapped and an incoming one unwrapped: the place for OMEMO. */
export interface Envelope {
  wrap(content: readonly Element[], to: string): Promise<readonly Element[]> | readonly Element[];
  /** The message with its content in the clear, or the same if there was nothing to unwrap. */
  unwrap(message: Element): Promise<Element> | Element;
}
export const plain: Envelope = { wrap: (content) => content, unwrap: (message) => message };

// ---------------------------------------------------------------------------------------------------------- code points

/** UTF-16 offset of a code point's number. */
export function unitsOf(text: string, points: number): number {
  let units = 0;
  for (let i = 0; i < points && units < text.length; i++) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}
export function pointsOf(text: string, units: number): number {
  let points = 0;
  for (let at = 0; at < units && at < text.length; points++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return points;
}

// -------------------------------------------------------------------------------------------------------------- reading

const MOST_TEXT = 65_536;
const MOST_EMOJIS = 16;

export function readMessage(message: Element): Received {
  const from = message.attr('from') ?? '';
  const stanzaIds: Record<string, string> = Object.create(null);
  for (const each of message.all('stanza-id', NS.sid)) {
    const [by, id] = [each.attr('by'), each.attr('id')];
    if (by !== undefined && id !== undefined) stanzaIds[by] ??= id;
  }
  const type = message.attr('type') ?? 'normal';
  const item = message.child('x', NS.mucUser)?.child('item');
  const event = message.child('event', NS.groups);
  return {
    type: type === 'chat' || type === 'groupchat' || type === 'headline' || type === 'error' ? type : 'normal',
    from,
    to: message.attr('to') ?? '',
    id: message.attr('id'),
    originId: message.child('origin-id', NS.sid)?.attr('id'),
    stanzaIds,
    delay: timeOf(message.child('delay', NS.delay)?.attr('stamp')),
    payload: readPayload(message),
    wantsReceipt: message.child('request', NS.receipts) !== undefined,
    markable: message.child('markable', NS.markers) !== undefined,
    state: stateOf(message),
    receipt: message.child('received', NS.receipts)?.attr('id'),
    receiptGroup: bareOf(message.child('received', NS.receipts) && message.child('group', NS.groups)?.attr('jid')),
    asksToJoin: asksToJoin(message),
    listed: readListed(message),
    declined: message.child('declined', NS.groups) !== undefined,
    displayed: message.child('displayed', NS.markers)?.attr('id'),
    realJid: item?.attr('jid') !== undefined ? bare(item.attr('jid')!) : undefined,
    occupant: message.child('occupant-id', NS.occupant)?.attr('id'),
    event: event && { kind: event.attr('kind') ?? '', by: event.attr('by') ?? '', attrs: event.attrs },
    invite: inviteOf(message),
    error: type === 'error' ? (message.child('error', NS.client)?.elements().find((child) => child.ns === NS.stanzas)?.name ?? 'undefined-condition') : undefined,
  };
}

/** XEP-0045 §9.9. */
function asksToJoin(message: Element): boolean {
  return message.all('x', NS.data).some((each) => each.attr('type') === 'form'
    && each.all('field').some((field) => field.attr('var') === 'FORM_TYPE' && field.childText('value') === NS.mucRegister));
}

const bareOf = (jid: string | undefined) => (jid === undefined ? undefined : bare(jid));

export function timeOf(stamp: string | undefined): number | undefined {
  if (stamp === undefined) return undefined;
  const time = Date.parse(stamp);
  return Number.isFinite(time) ? time : undefined;
}

function stateOf(message: Element): ChatState | undefined {
  const state = message.elements().find((child) => child.ns === NS.chatStates);
  if (!state) return undefined;
  if (state.name !== 'composing') return 'paused';
  return message.child('recording', NS.message) ? 'recording' : 'composing';
}

function inviteOf(message: Element): Received['invite'] {
  const direct = message.child('x', NS.conference);
  const group = direct?.attr('jid');
  if (direct && group !== undefined) return { group: bare(group), from: message.attr('from'), token: direct.attr('token') };
  const mediated = message.child('x', NS.mucUser)?.child('invite');
  return mediated ? { group: bare(message.attr('from') ?? ''), from: mediated.attr('from'), token: undefined } : undefined;
}

function readPayload(message: Element): Payload {
  const raw = message.childText('body', NS.client)?.slice(0, MOST_TEXT);
  const file = readFile(message);
  // What is in the body only for those who do not know better (XEP-0428).
  const cuts: [number, number][] = [];
  let whole = false;
  let replyQuote = '';
  for (const fallback of message.all('fallback', NS.fallback)) {
    const what = fallback.attr('for') ?? '';
    const understood = what === NS.reply || what === NS.sfs || what === NS.oob || what === NS.reactions || what === NS.retract || what === NS.geoloc || what === NS.poll || what === NS.contact;
    if (!understood || raw === undefined) continue;
    const body = fallback.child('body');
    const [start, end] = [body?.attr('start'), body?.attr('end')];
    if (!body || start === undefined || end === undefined) {
      whole = true;
      continue;
    }
    const range: [number, number] = [unitsOf(raw, Number(start) || 0), unitsOf(raw, Number(end) || 0)];
    if (what === NS.reply) replyQuote = raw.slice(...range).replace(/^> ?/gm, '').trim();
    cuts.push(range);
  }
  let body = whole ? undefined : raw;
  let shift = (at: number) => at;
  if (body !== undefined && !whole && cuts.length > 0) {
    cuts.sort((one, two) => two[0] - one[0]);
    for (const [start, end] of cuts) body = body.slice(0, start) + body.slice(Math.max(start, end));
    const applied = [...cuts].reverse();
    shift = (at) => at - applied.reduce((sum, [start, end]) => sum + (at >= end ? Math.max(0, end - start) : Math.max(0, Math.min(at, end) - start)), 0);
  }
  const mentions = body === undefined ? [] : message.all('reference', NS.references).slice(0, 200).flatMap((reference) => {
    if (reference.attr('type') !== 'mention') return [];
    const uri = reference.attr('uri') ?? '';
    const [begin, end] = [Number(reference.attr('begin')), Number(reference.attr('end'))];
    if (!uri.startsWith('xmpp:') || !(begin >= 0) || !(end > begin)) return [];
    const [from, to] = [shift(unitsOf(raw!, begin)), shift(unitsOf(raw!, end))];
    return to > from && to <= body!.length ? [{ start: from, end: to, address: decodeSafely(uri.slice(5).split('?')[0]!) }] : [];
  });
  const reply = message.child('reply', NS.reply);
  const replyId = reply?.attr('id');
  const reactions = message.child('reactions', NS.reactions);
  const reactionsId = reactions?.attr('id');
  const retract = message.child('retract', NS.retract);
  const retractId = retract?.attr('id');
  const moderated = retract?.child('moderated', NS.moderate);
  const corrects = message.child('replace', NS.correct)?.attr('id');
  const ephemeral = Number(message.child('ephemeral', NS.ephemeral)?.attr('timer'));
  const location = readLocation(message);
  const poll = readPoll(message);
  const vote = message.child('vote', NS.poll);
  const contacts = message.child('contacts', NS.contact)?.all('contact').slice(0, 50).map((each) => ({
    name: (each.attr('name') ?? each.attr('jid') ?? each.attr('phone') ?? '').slice(0, 200),
    ...(each.attr('jid') !== undefined && { address: each.attr('jid')! }),
    ...(each.attr('phone') !== undefined && { phone: each.attr('phone')! }),
  }));
  const preview = readPreview(message);
  const encrypted = message.elements().some((child) => child.name === 'encrypted' && child.ns.includes('omemo') || child.ns === 'eu.siacs.conversations.axolotl' || child.name === 'openpgp');
  return {
    ...(body !== undefined && !file && { body }),
    ...(corrects !== undefined && { corrects }),
    ...(retractId !== undefined && !moderated && { retracts: retractId }),
    ...(retractId !== undefined && moderated && { moderated: { id: retractId, by: moderated.attr('by') } }),
    ...(reactionsId !== undefined && {
      reactions: { id: reactionsId, emojis: [...new Set(reactions!.all('reaction').map((each) => each.text.trim()).filter((emoji) => emoji !== '' && emoji.length <= 40))].slice(0, MOST_EMOJIS) },
    }),
    ...(replyId !== undefined && { reply: { id: replyId, to: reply!.attr('to'), quote: replyQuote.slice(0, 300) } }),
    ...(mentions.length > 0 && { mentions }),
    ...(file && { file: { ...file, caption: body !== undefined && body.trim() !== file.url ? body : '' } }),
    ...(location && { location }),
    ...(contacts && contacts.length > 0 && { contacts }),
    ...(poll && { poll }),
    ...(vote?.attr('id') !== undefined && { vote: { id: vote!.attr('id')!, options: vote!.all('option').slice(0, 20).map((each) => each.attr('id') ?? '') } }),
    ...(preview && { preview }),
    ...(message.child('forwarded', NS.message) && { forwarded: true }),
    ...(ephemeral > 0 && Number.isFinite(ephemeral) && { ephemeral: Math.min(ephemeral, 31_536_000) }),
    ...(encrypted && { encrypted: true }),
  };
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** XEP-0447 with XEP-0446, or just XEP-0066 whose URL is the whole body. */
function readFile(message: Element): FileValue | undefined {
  const sharing = message.child('file-sharing', NS.sfs);
  if (sharing) {
    const file = sharing.child('file', NS.files);
    const url = sharing.child('sources')?.elements().map((source) => source.child('url-data', NS.urlData)?.attr('target') ?? source.attr('target'))
      .find((target) => target !== undefined && isWebUrl(target));
    if (file && url !== undefined) {
      const number = (name: string) => positive(file.childText(name));
      const type = (file.childText('media-type') ?? 'application/octet-stream').slice(0, 100);
      const voice = file.child('voice', NS.message);
      const [width, height, duration] = [number('width'), number('height'), number('length')];
      const thumbnail = file.child('thumbnail', NS.thumbs)?.attr('uri');
      const album = sharing.attr('album');
      return {
        url, type, name: fileName(file.childText('name') ?? nameIn(url)), size: number('size') ?? 0, caption: '',
        kind: voice ? 'voice' : kindOf(type),
        ...(width !== undefined && { width }), ...(height !== undefined && { height }),
        ...(duration !== undefined && { durationMillis: duration }),
        ...(voice && { waveform: waveformOf(voice.attr('wave') ?? '') }),
        ...(thumbnail !== undefined && isSmallImage(thumbnail) && { thumbnail }),
        ...(album !== undefined && { album: album.slice(0, 64) }),
      };
    }
  }
  const url = message.child('x', NS.oob)?.childText('url');
  if (url === undefined || !isWebUrl(url) || message.childText('body', NS.client)?.trim() !== url) return undefined;
  const name = fileName(nameIn(url));
  const type = typeByName(name);
  return { url, name, type, size: 0, kind: kindOf(type), caption: '' };
}

export function isWebUrl(url: string): boolean {
  return url.length < 4096 && /^https?:\/\//i.test(url) && URL.canParse(url);
}

export function isSmallImage(uri: string): boolean {
  return uri.length <= 16_384 && /^data:image\/(?:jpeg|png|webp|gif);base64,[A-Za-z0-9+/=]+$/.test(uri) && pixelsOf(uri) !== undefined;
}

export function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 && value < 1e15 ? Math.round(value) : undefined;
}

export function nameIn(url: string): string {
  return decodeSafely(URL.parse(url)?.pathname.split('/').pop() ?? '');
}

/** A name without folders or control and direction characters that would make it look like another. */
export function fileName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\\/:*?"<>|]/g, '_').replace(/^\.+/, '').slice(0, 200) || 'file';
}

export function kindOf(type: string): FileValue['kind'] {
  // SVG can hold scripts: a file, not a picture.
  if (type.startsWith('image/') && !type.includes('svg')) return 'image';
  if (type.startsWith('video/')) return 'video';
  return type.startsWith('audio/') ? 'audio' : 'file';
}

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', mp4: 'video/mp4', webm: 'video/webm',
  mov: 'video/quicktime', mp3: 'audio/mpeg', ogg: 'audio/ogg', opus: 'audio/ogg', m4a: 'audio/mp4', wav: 'audio/wav', pdf: 'application/pdf',
};
function typeByName(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(TYPES, extension) ? TYPES[extension]! : 'application/octet-stream';
}

function waveformOf(hex: string): number[] {
  return (hex.match(/../g) ?? []).slice(0, 64).map((pair) => Math.min(100, parseInt(pair, 16) || 0));
}

function readLocation(message: Element): Payload['location'] {
  const geoloc = message.child('geoloc', NS.geoloc);
  let [latitude, longitude] = [Number(geoloc?.childText('lat') ?? NaN), Number(geoloc?.childText('lon') ?? NaN)];
  if (!geoloc) {
    const uri = /^geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)/.exec(message.childText('body', NS.client)?.trim() ?? '');
    if (uri) [latitude, longitude] = [Number(uri[1]), Number(uri[2])];
  }
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  const accuracy = positive(geoloc?.childText('accuracy'));
  const label = geoloc?.childText('description');
  return { latitude, longitude, ...(accuracy !== undefined && { accuracyMetres: accuracy }), ...(label && { label: label.slice(0, 200) }) };
}

function readPoll(message: Element): Payload['poll'] {
  const poll = message.child('poll', NS.poll);
  const question = poll?.childText('question');
  if (!poll || question === undefined) return undefined;
  const seen = new Set<string>();
  const options = poll.all('option').slice(0, 20).flatMap((option) => {
    const id = option.attr('id') ?? '';
    if (id === '' || seen.has(id)) return [];
    seen.add(id);
    return [{ id, text: option.text.slice(0, 200) }];
  });
  return options.length === 0 ? undefined : { question: question.slice(0, 500), options, multiple: poll.attr('multiple') === 'true' };
}

/** XEP-0511: what the sender found behind the link. */
function readPreview(message: Element): Payload['preview'] {
  const description = message.child('Description', NS.rdf);
  const url = description?.attr(`{${NS.rdf}}about`) ?? description?.childText('url', NS.og);
  const title = description?.childText('title', NS.og);
  if (!description || url === undefined || title === undefined || !isWebUrl(url)) return undefined;
  const text = description.childText('description', NS.og);
  // Of several forms the one that came along: what would have to be fetched tells somebody who reads this.
  const image = description.all('image', NS.og).slice(0, 8).map((each) => each.text).find(isSmallImage);
  return { url, title: title.slice(0, 300), ...(text && { description: text.slice(0, 500) }), ...(image !== undefined && { image, ...pixelsOf(image) }) };
}

/** XEP-0280, 0297: the message within a carbon or an archive's result, if it is one and from who may send such. */
export function forwardedIn(wrapper: Element): { message: Element; delay: number | undefined } | undefined {
  const forwarded = wrapper.child('forwarded', NS.forward);
  const message = forwarded?.child('message', NS.client);
  return message && { message, delay: timeOf(forwarded?.child('delay', NS.delay)?.attr('stamp')) };
}
