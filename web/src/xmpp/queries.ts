// What one asks the server, as calls with plain values: roster, archive, cards, blocking, uploads, linked devices.
// Every call fails with an IqError.

import { errorOf, type Client } from './client';
import { NS } from './ns';
import { base64, unbase64 } from './scram';
import { el, type Attributes, type Element } from './xml';
import { form, formField } from './forms';
import { forwardedIn, timeOf } from './message';
import { bare, domain } from './jid';
import { readFlags, type ChatFlags } from './flags';
import { readLists } from './lists';
import { displayedItems, PrivateNodes, seenItems, type SeenItem } from './nodes';
import { readStoriesEvent, readViewers, type StoriesEvent, type Viewer } from './stories';

export interface RosterItem {
  readonly address: string;
  readonly name: string;
  readonly subscription: string;
}

export interface ArchiveResult {
  readonly id: string;
  readonly message: Element;
  readonly delay: number | undefined;
}
export interface ArchivePage {
  readonly results: readonly ArchiveResult[];
  readonly complete: boolean;
}

export interface Card {
  readonly name: string;
  readonly about: string;
  readonly photo: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string } | undefined;
}

/** Who sees something of one (privacy.md). */
export interface Choice {
  readonly who: string;
  readonly listed: readonly string[];
}

/** What the server tells by itself. */
export interface Pushed {
  readonly roster?: RosterItem[];
  readonly blocked?: string[];
  readonly unblocked?: string[];
  readonly viewers?: { readonly id: string; readonly viewers: readonly Viewer[] };
  readonly privacy?: Readonly<Record<string, Choice>>;
}

export class Queries extends PrivateNodes {
  private readonly collectors = new Map<string, ArchiveResult[]>();
  private count = 0;

  constructor(
    client: Client,
    private readonly me: () => string,
  ) {
    super(client);
  }

  /** Whether the message was a result of a query under way. */
  collect(message: Element): boolean {
    const result = message.child('result', NS.mam);
    if (!result) return false;
    const collector = this.collectors.get(result.attr('queryid') ?? '');
    const inner = forwardedIn(result);
    const id = result.attr('id');
    if (collector && inner && id !== undefined && collector.length < 1000) collector.push({ id, message: inner.message, delay: inner.delay });
    return true;
  }

  /** One page of an archive: the account's own, or that of the group `of`. */
  async archive(asked: { of?: string; with?: string; before?: string; after?: string; max?: number }): Promise<ArchivePage> {
    const queryid = `q${++this.count}`;
    const results: ArchiveResult[] = [];
    this.collectors.set(queryid, results);
    try {
      const answer = await this.client.iq('set', asked.of, el('query', NS.mam, { queryid },
        form(NS.mam, ...(asked.with !== undefined ? [formField('with', asked.with)] : [])),
        el('set', NS.rsm, {}, el('max', NS.rsm, {}, String(asked.max ?? 100)),
          asked.after !== undefined && el('after', NS.rsm, {}, asked.after),
          asked.before !== undefined && el('before', NS.rsm, {}, asked.before))));
      return { results, complete: answer.child('fin', NS.mam)?.attr('complete') === 'true' };
    } finally {
      this.collectors.delete(queryid);
    }
  }

  // ---------------------------------------------------------------------------------------------------------- roster

  async roster(): Promise<RosterItem[]> {
    const answer = await this.client.iq('get', undefined, el('query', NS.roster));
    return rosterItems(answer.child('query', NS.roster));
  }

  async setContact(address: string, name: string): Promise<void> {
    await this.client.iq('set', undefined, el('query', NS.roster, {}, el('item', NS.roster, { jid: address, name })));
  }

  async removeContact(address: string): Promise<void> {
    await this.client.iq('set', undefined, el('query', NS.roster, {}, el('item', NS.roster, { jid: address, subscription: 'remove' })));
  }

  presence(attrs: Attributes = {}, ...children: Element[]): void {
    this.client.send(el('presence', NS.client, attrs, children));
  }

  async blocked(): Promise<string[]> {
    const answer = await this.client.iq('get', undefined, el('blocklist', NS.blocking));
    return answer.child('blocklist', NS.blocking)?.all('item').map((item) => item.attr('jid') ?? '').filter(Boolean) ?? [];
  }

  async block(address: string, reason?: 'spam' | 'abuse', text?: string): Promise<void> {
    await this.client.iq('set', undefined, el('block', NS.blocking, {}, el('item', NS.blocking, { jid: address },
      reason && el('report', NS.reporting, { reason: `urn:xmpp:reporting:${reason}` }, text !== undefined && el('text', NS.reporting, {}, text)))));
  }

  async unblock(address: string): Promise<void> {
    await this.client.iq('set', undefined, el('unblock', NS.blocking, {}, el('item', NS.blocking, { jid: address })));
  }

  /** XEP-0012: seconds since somebody was there, 0 for now. */
  async lastActivity(address: string): Promise<number> {
    const answer = await this.client.iq('get', address, el('query', NS.last));
    return Math.max(0, Number(answer.child('query', NS.last)?.attr('seconds')) || 0);
  }

  // ----------------------------------------------------------------------------------------------------------- cards

  /** XEP-0054; null: there is no card, or none to be seen. */
  async card(address: string | undefined): Promise<Card | null> {
    const answer = await this.client.iq('get', address, el('vCard', NS.vcard));
    const card = answer.child('vCard', NS.vcard);
    if (!card || card.children.length === 0) return null;
    const photo = card.child('PHOTO');
    const data = photo?.childText('BINVAL')?.replace(/\s+/g, '');
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    try {
      bytes = data ? unbase64(data) : undefined;
    } catch { /* not a photo */ }
    return {
      name: (card.childText('FN') || card.childText('NICKNAME') || '').slice(0, 100),
      about: (card.childText('DESC') ?? card.childText('NOTE') ?? '').slice(0, 500),
      photo: bytes && bytes.length > 0 ? { bytes, type: photo?.childText('TYPE') ?? 'image/png' } : undefined,
    };
  }

  async setCard(address: string | undefined, card: Card): Promise<void> {
    await this.client.iq('set', address, el('vCard', NS.vcard, {},
      card.name !== '' && [el('FN', NS.vcard, {}, card.name), el('NICKNAME', NS.vcard, {}, card.name)],
      card.about !== '' && el('DESC', NS.vcard, {}, card.about),
      card.photo && el('PHOTO', NS.vcard, {}, el('TYPE', NS.vcard, {}, card.photo.type), el('BINVAL', NS.vcard, {}, base64(card.photo.bytes)))));
  }

  // ---------------------------------------------------------------------------------------------------------- files

  async slot(name: string, size: number, type: string, purpose: 'message' | 'profile' | { readonly until: number } = 'message'): Promise<{ put: string; get: string; headers: [string, string][] }> {
    const answer = await this.client.iq('get', `upload.${domain(this.me())}`, el('request', NS.upload, { filename: name, size, 'content-type': type },
      typeof purpose === 'string' ? el(purpose, NS.purpose) : el('ephemeral', NS.purpose, { 'expire-before': new Date(purpose.until).toISOString() })));
    const slot = answer.child('slot', NS.upload);
    const put = slot?.child('put');
    const [to, from] = [put?.attr('url'), slot?.child('get')?.attr('url')];
    if (to === undefined || from === undefined) throw errorOf(answer);
    return { put: to, get: from, headers: put!.all('header').map((header) => [header.attr('name') ?? '', header.text]) };
  }

  /** How large a file may be (0: the server does not say), and what the URLs of its files begin with. */
  async uploadTerms(): Promise<{ mostFileBytes: number; mediaBase: string }> {
    const answer = await this.client.iq('get', `upload.${domain(this.me())}`, el('query', NS.disco));
    const fields = answer.child('query', NS.disco)?.all('x', NS.data).flatMap((each) => each.all('field'));
    const said = (name: string) => fields?.find((field) => field.attr('var') === name)?.childText('value') ?? '';
    return { mostFileBytes: Number(said('max-file-size')) || 0, mediaBase: said(`{${NS.media}}base`) };
  }

  async usedAtServer(): Promise<{ used: number; allowed: number }> {
    const answer = await this.client.iq('get', `upload.${domain(this.me())}`, el('list', NS.media));
    const list = answer.child('list', NS.media);
    return { used: Number(list?.attr('used')) || 0, allowed: Number(list?.attr('allowed')) || 0 };
  }

  // -------------------------------------------------------------------------------------------------- linked devices

  async lookAtLink(code: string): Promise<{ name: string; from: string }> {
    const look = (await this.client.iq('get', undefined, el('look', NS.links, { code }))).child('look', NS.links);
    return { name: look?.attr('name') ?? '', from: look?.attr('from') ?? '' };
  }

  async approveLink(code: string): Promise<void> {
    await this.client.iq('set', undefined, el('approve', NS.links, { code }));
  }

  /** What a web page says of itself (docs/protocol/previews.md); one's own server looks at it. */
  async preview(url: string): Promise<{ title: string; description?: string; pictured: boolean }> {
    const preview = (await this.client.iq('get', undefined, el('preview', NS.previews, { url }))).child('preview', NS.previews);
    const [title, description] = [preview?.childText('title') ?? '', preview?.childText('description')];
    return { title: title.slice(0, 300), ...(description && { description: description.slice(0, 500) }), pictured: preview?.child('picture') !== undefined };
  }

  /** The page's picture, in full. */
  async picture(url: string): Promise<Blob> {
    const picture = (await this.client.iq('get', undefined, el('picture', NS.previews, { url }))).child('picture', NS.previews);
    return new Blob([Uint8Array.from(atob(picture?.text ?? ''), (letter) => letter.charCodeAt(0))], { type: picture?.attr('type') ?? '' });
  }

  async linked(): Promise<{ id: string; name: string; linked: number }[]> {
    const list = (await this.client.iq('get', undefined, el('list', NS.links))).child('list', NS.links);
    return list?.all('device').map((device) => ({ id: device.attr('device') ?? '', name: device.attr('name') ?? '', linked: timeOf(device.attr('linked')) ?? 0 })) ?? [];
  }

  async unlink(device: string | undefined): Promise<void> {
    await this.client.iq('set', undefined, el('revoke', NS.links, { device }));
  }

  async deleteAccount(): Promise<void> {
    await this.client.iq('set', undefined, el('query', NS.register, {}, el('remove', NS.register)));
  }

  // ----------------------------------------------------------------------------------------------------------- people

  /** Which of these 5-digit buckets have accounts: their hashes (contacts.md). */
  async discover(buckets: readonly string[]): Promise<string[]> {
    const answer = await this.client.iq('set', undefined, el('ask', NS.contacts, {}, buckets.map((bucket) => el('bucket', NS.contacts, {}, bucket))));
    return answer.child('found', NS.contacts)?.all('hash').map((hash) => hash.text) ?? [];
  }

  /** privacy.md. */
  async privacy(): Promise<Record<string, Choice>> {
    const answer = await this.client.iq('get', undefined, el('privacy', NS.privacy));
    return readChoices(answer.child('privacy', NS.privacy));
  }

  async setPrivacy(choices: Readonly<Record<string, Choice>>): Promise<void> {
    await this.client.iq('set', undefined, el('privacy', NS.privacy, {},
      Object.entries(choices).map(([what, { who, listed }]) => el('show', NS.privacy, { what, who }, listed.map((jid) => el('contact', NS.privacy, { jid }))))));
  }

  /** Whether others find one by one's number (contacts.md). */
  async discoverable(): Promise<boolean> {
    return (await this.client.iq('get', undefined, el('discoverable', NS.contacts))).child('discoverable', NS.contacts)?.attr('by') !== 'nobody';
  }

  async setDiscoverable(on: boolean): Promise<void> {
    await this.client.iq('set', undefined, el('discoverable', NS.contacts, { by: on ? 'everyone' : 'nobody' }));
  }

  /** XEP-0055: who is called so and wants to be found by name (contacts.md). */
  async called(name: string): Promise<{ address: string; name: string }[]> {
    const [first = '', ...rest] = name.split(/\s+/).slice(0, 4);
    const ask = async (fields: Readonly<Record<string, string>>) => {
      const answer = await this.client.iq('set', `search.${domain(this.me())}`, el('query', NS.search, {}, Object.entries(fields).map(([field, value]) => el(field, NS.search, {}, value))));
      return answer.child('query', NS.search)?.all('item').slice(0, 50).map((item) => {
        const whole = `${item.childText('first') ?? ''} ${item.childText('last') ?? ''}`.trim();
        return { address: bare(item.attr('jid') ?? ''), name: (item.childText('nick') || whole).slice(0, 100) };
      }).filter((each) => each.address.includes('@')) ?? [];
    };
    // One word may be any of the names; several are a first and a last one, or the whole of what somebody calls themselves.
    const last = rest.join(' ');
    const found = await Promise.all(last === '' ? [ask({ nick: first }), ask({ first }), ask({ last: first })] : [ask({ nick: name }), ask({ first, last })]);
    return [...new Map(found.flat().map((each) => [each.address, each])).values()];
  }

  /** Whether others find one by one's name. */
  async findable(): Promise<boolean> {
    return (await this.client.iq('get', undefined, el('findable', NS.findable))).child('findable', NS.findable)?.attr('by') === 'everyone';
  }

  async setFindable(on: boolean): Promise<void> {
    await this.client.iq('set', undefined, el('findable', NS.findable, { by: on ? 'everyone' : 'nobody' }));
  }

  async pushKey(): Promise<string> {
    return (await this.client.iq('get', undefined, el('key', NS.push))).childText('key', NS.push) ?? '';
  }

  async subscribePush(endpoint: string, p256dh: string, auth: string): Promise<void> {
    await this.client.iq('set', undefined, el('subscribe', NS.push, { endpoint, p256dh, auth }));
  }

  /** XEP-0030: what one's own account can do. */
  async features(): Promise<string[]> {
    const answer = await this.client.iq('get', this.me(), el('query', NS.disco));
    return answer.child('query', NS.disco)?.all('feature').map((feature) => feature.attr('var') ?? '') ?? [];
  }

  // ---------------------------------------------------------------------------------------------- what others ask us

  /** What a push of the server says, or nothing; the answer has been given. */
  push(iq: Element): Pushed | undefined {
    const type = iq.attr('type');
    if (type !== 'get' && type !== 'set') return undefined;
    const from = iq.attr('from');
    const trusted = from === undefined || bare(from) === this.me();
    const roster = iq.child('query', NS.roster);
    const block = iq.child('block', NS.blocking);
    const unblock = iq.child('unblock', NS.blocking);
    const viewers = iq.child('viewers', NS.status);
    const privacy = iq.child('privacy', NS.privacy);
    const disco = iq.child('query', NS.disco);
    const reply = (...children: Element[]) => this.client.send(el('iq', NS.client, { type: 'result', id: iq.attr('id'), to: from }, children));
    if (type === 'set' && trusted && (roster || block || unblock || viewers || privacy)) {
      reply();
      const items = (list: Element | undefined) => list?.all('item').map((item) => item.attr('jid') ?? '').filter(Boolean);
      return {
        ...(roster && { roster: rosterItems(roster) }), ...(block && { blocked: items(block)! }), ...(unblock && { unblocked: items(unblock)! }),
        ...(viewers && { viewers: readViewers(viewers) }), ...(privacy && { privacy: readChoices(privacy) }),
      };
    }
    if (type === 'get' && disco) {
      reply(el('query', NS.disco, { node: disco.attr('node') }, el('identity', NS.disco, { category: 'client', type: 'web', name: 'Kith' }),
        FEATURES.map((feature) => el('feature', NS.disco, { var: feature }))));
    } else if (type === 'get' && iq.child('ping', NS.ping)) {
      reply();
    } else {
      this.client.send(el('iq', NS.client, { type: 'error', id: iq.attr('id'), to: from },
        el('error', NS.client, { type: 'cancel' }, el('service-unavailable', NS.stanzas))));
    }
    return {};
  }

  /** XEP-0115: what we understand, so that the server knows what to notify us of. */
  async capabilities(): Promise<Element> {
    const text = `client/web//Kith<${FEATURES.map((feature) => `${feature}<`).join('')}`;
    const ver = base64(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))));
    return el('c', NS.caps, { hash: 'sha-1', node: 'https://kith.im/web', ver });
  }
}

export const FEATURES = [
  NS.caps, NS.disco, NS.chatStates, NS.ping, NS.receipts, NS.markers, NS.correct, NS.retract, NS.reactions, NS.reply, NS.sfs, NS.conference,
  'urn:xmpp:pubsub-social-feed:1', NS.stories, `${NS.stories}+notify`, `${NS.mds}+notify`, `${NS.chats}+notify`, `${NS.lists}+notify`, `${NS.statusSeen}+notify`, `${NS.avatarMeta}+notify`,
].sort();

function readChoices(privacy: Element | undefined): Record<string, Choice> {
  const choices: Record<string, Choice> = Object.create(null);
  for (const show of privacy?.all('show') ?? []) {
    choices[show.attr('what') ?? ''] = { who: show.attr('who') ?? '', listed: show.all('contact').flatMap((each) => each.attr('jid') ?? []) };
  }
  return choices;
}

function rosterItems(query: Element | undefined): RosterItem[] {
  return query?.all('item').map((item) => ({ address: item.attr('jid') ?? '', name: item.attr('name') ?? '', subscription: item.attr('subscription') ?? 'none' }))
    .filter((item) => item.address !== '') ?? [];
}

/** What a PEP event (XEP-0163) says that we asked to be told. */
export function readEvent(message: Element): { displayed?: { chat: string; id: string }[]; avatar?: string; stories?: StoriesEvent; flags?: ChatFlags[]; lists?: ReturnType<typeof readLists>; seen?: SeenItem[] } | undefined {
  const event = message.child('event', NS.pubsubEvent);
  if (!event) return undefined;
  const stories = readStoriesEvent(event);
  if (stories) return { stories };
  const items = event.child('items');
  if (!items) return {};
  if (items.attr('node') === NS.mds) return { displayed: displayedItems(items) };
  if (items.attr('node') === NS.statusSeen) return { seen: seenItems(items) };
  if (items.attr('node') === NS.lists) return { lists: readLists(items) };
  if (items.attr('node') === NS.chats) return { flags: readFlags(items) };
  if (items.attr('node') === NS.avatarMeta) {
    const info = items.child('item')?.child('metadata', NS.avatarMeta)?.child('info');
    return { avatar: info?.attr('id') ?? '' };
  }
  return {};
}

/** XEP-0153: the photo's hash in somebody's presence; undefined: it does not say. */
export function photoIn(presence: Element): string | undefined {
  const photo = presence.child('x', NS.vcardUpdate)?.child('photo');
  return photo?.text.trim();
}

export async function sha1(bytes: BufferSource): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-1', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function contactHash(domainName: string, number: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`kith-contacts:${domainName}:${number}`));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, 32);
}
