// What one asks groups (docs/protocol/groups.md), as calls with plain values. Every call fails with an IqError.

import type { Client } from './client';
import { bare } from './jid';
import { form, formField } from './forms';
import { timeOf } from './message';
import { NS } from './ns';
import { el } from './xml';

export interface GroupItem {
  readonly address: string;
  readonly name: string;
  readonly nick: string;
  readonly affiliation: string;
  readonly picture: string;
  readonly last: string;
}

export interface WaitingItem {
  readonly address: string;
  readonly nick: string;
  readonly since: number | undefined;
}

const ROOM_FORM = 'http://jabber.org/protocol/muc#roomconfig';
/** Where the groups of a community are listed (XEP-0503). */
const COMMUNITY_NODE = 'groups';
const MOST_GROUPS = 50;
const MOST_WAITING = 200;

/** The announcement channel that a group's settings name. */
export function communityIn(pubsub: string | undefined): string | undefined {
  const found = /^xmpp:([^?]+)\?;node=groups$/.exec(pubsub ?? '')?.[1];
  return found === undefined ? undefined : bare(found);
}

export class Rooms {
  constructor(private readonly line: Pick<Client, 'iq'>) {}

  /** Those one is in. */
  async mine(): Promise<GroupItem[]> {
    const answer = await this.line.iq('get', undefined, el('groups', NS.groups));
    return answer.child('groups', NS.groups)?.all('group').map((group) => ({
      address: group.attr('jid') ?? '', name: group.attr('name') ?? '', nick: group.attr('nick') ?? '', affiliation: group.attr('affiliation') ?? 'member',
      picture: group.attr('picture') ?? '', last: group.attr('last') ?? '',
    })).filter((group) => group.address !== '') ?? [];
  }

  async create(address: string, name: string, members: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const fields = Object.entries(settings).map(([key, value]) => formField(key, value));
    await this.line.iq('set', address, el('create', NS.groups, {}, el('name', NS.groups, {}, name), members.map((jid) => el('member', NS.groups, { jid })),
      fields.length > 0 && form(ROOM_FORM, ...fields)));
  }

  async destroy(group: string): Promise<void> {
    await this.line.iq('set', group, el('query', NS.mucOwner, {}, el('destroy', NS.mucOwner)));
  }

  async members(group: string): Promise<{ address: string; nick: string; affiliation: string }[]> {
    const lists = await Promise.all(['owner', 'admin', 'member'].map(async (affiliation) => {
      const answer = await this.line.iq('get', group, el('query', NS.mucAdmin, {}, el('item', NS.mucAdmin, { affiliation })));
      return answer.child('query', NS.mucAdmin)?.all('item').map((item) => ({ address: bare(item.attr('jid') ?? ''), nick: item.attr('nick') ?? '', affiliation })) ?? [];
    }));
    return lists.flat().filter((member) => member.address !== '');
  }

  async setAffiliations(group: string, affiliation: string, members: readonly string[]): Promise<void> {
    await this.line.iq('set', group, el('query', NS.mucAdmin, {}, members.map((jid) => el('item', NS.mucAdmin, { jid, affiliation }))));
  }

  /** Settings, as XEP-0030 tells them to who is in it. */
  async info(group: string): Promise<Record<string, string>> {
    const answer = await this.line.iq('get', group, el('query', NS.disco));
    const query = answer.child('query', NS.disco);
    const info: Record<string, string> = Object.create(null);
    for (const field of query?.all('x', NS.data).flatMap((each) => each.all('field')) ?? []) info[field.attr('var') ?? ''] = field.childText('value') ?? '';
    info.name = query?.child('identity')?.attr('name') ?? '';
    return info;
  }

  async configure(group: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await this.line.iq('set', group, el('query', NS.mucOwner, {}, form(ROOM_FORM, ...Object.entries(fields).map(([name, value]) => formField(name, value)))));
  }

  async leave(group: string): Promise<void> {
    await this.line.iq('set', group, el('query', NS.register, {}, el('remove', NS.register)));
  }

  // ------------------------------------------------------------------------------------------------ how one comes in

  async inviteToken(group: string): Promise<string> {
    return (await this.line.iq('set', group, el('request', NS.mucInvite))).childText('token', NS.mucInvite)?.trim() ?? '';
  }

  /** Those that are good and that one may revoke. */
  async inviteTokens(group: string): Promise<string[]> {
    const tokens = (await this.line.iq('get', group, el('tokens', NS.mucInvite))).child('tokens', NS.mucInvite);
    return tokens?.all('token').map((token) => token.text.trim()).filter(Boolean) ?? [];
  }

  async revokeToken(group: string, token: string): Promise<void> {
    await this.line.iq('set', group, el('revoke', NS.mucInvite, {}, token));
  }

  /** What a link leads to. */
  async look(group: string, token: string | undefined): Promise<{ name: string; members: number }> {
    const found = (await this.line.iq('get', group, el('join', NS.groups, { token }))).child('group', NS.groups);
    return { name: (found?.attr('name') ?? '').slice(0, 100), members: Number(found?.attr('members')) || 0 };
  }

  async join(group: string, token: string | undefined, nick: string): Promise<'joined' | 'pending'> {
    const answer = await this.line.iq('set', group, el('join', NS.groups, { token, nick }));
    return answer.child('pending', NS.groups) ? 'pending' : 'joined';
  }

  /** Into a group of a community that one is in: asked of the community's channel, without a link. */
  async joinFrom(channel: string, group: string, nick: string): Promise<'joined' | 'pending'> {
    const answer = await this.line.iq('set', channel, el('join', NS.groups, { group, nick }));
    return answer.child('pending', NS.groups) ? 'pending' : 'joined';
  }

  /** Who waits to be let in, for administrators: who waits longest is first. */
  async waiting(group: string): Promise<WaitingItem[]> {
    const answer = await this.line.iq('get', group, el('requests', NS.groups));
    return answer.child('requests', NS.groups)?.all('request').slice(0, MOST_WAITING).map((each) => ({
      address: bare(each.attr('jid') ?? ''), nick: (each.attr('nick') ?? '').slice(0, 100), since: timeOf(each.attr('since')),
    })).filter((each) => each.address.includes('@')) ?? [];
  }

  async answer(group: string, person: string, allow: boolean): Promise<void> {
    await this.line.iq('set', group, el('answer', NS.groups, { jid: person, allow: allow ? 1 : 0 }));
  }

  // ----------------------------------------------------------------------------------------------------- communities

  /** The groups of a community, asked of its channel. */
  async groupsOf(channel: string): Promise<{ address: string; name: string }[]> {
    const answer = await this.line.iq('get', channel, el('pubsub', NS.pubsub, {}, el('items', NS.pubsub, { node: COMMUNITY_NODE })));
    return answer.child('pubsub', NS.pubsub)?.child('items')?.all('item').slice(0, MOST_GROUPS).map((item) => ({
      address: bare(item.attr('id') ?? ''), name: (item.child('conference', NS.bookmarks)?.attr('name') ?? '').slice(0, 100),
    })).filter((each) => each.address.includes('@')) ?? [];
  }

  async include(channel: string, group: string): Promise<void> {
    await this.line.iq('set', channel, el('include', NS.groups, { group }));
  }

  /** Asked of the channel; of the group itself when `group` is left out. */
  async exclude(at: string, group?: string): Promise<void> {
    await this.line.iq('set', at, el('exclude', NS.groups, { group }));
  }
}
