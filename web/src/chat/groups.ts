// Groups with lasting membership (docs/protocol/groups.md): the list, their details, and what one does to them.

import { bare, domain } from '../xmpp/jid';
import { IqError } from '../xmpp/client';
import { sha1 } from '../xmpp/queries';
import { communityIn } from '../xmpp/rooms';
import type { Core } from './core';
import { KithError, type Address, type Group, type GroupPermissions, type JoinRequest, type Member, type Role } from './model';
import type { ChatRow } from './rows';

const KEY = '{urn:kith:groups:0}';
const isAdmin = (role: string) => role === 'owner' || role === 'admin';

function roleOf(affiliation: string): Role {
  return affiliation === 'owner' || affiliation === 'admin' || affiliation === 'member' ? affiliation : 'none';
}

export interface GroupChange {
  readonly name?: string;
  readonly description?: string;
  readonly photo?: Blob | null;
  readonly permissions?: GroupPermissions;
}

const MOST_ASKED = 50;
const asking = (requests: readonly JoinRequest[]) => ({ asking: requests.length > 0 ? requests.length : undefined }) as Partial<ChatRow>;

export class Groups {
  /** Who wanted to come into which group and got an answer here. */
  private readonly answered: { readonly group: Address; readonly person: Address }[] = [];

  constructor(private readonly core: Core) {}

  /** The account's groups, and what of their archives is not here. */
  async refresh(): Promise<void> {
    const { core } = this;
    const items = await core.rooms.mine();
    const before = new Map<Address, string | undefined>();
    await core.run(async () => {
      for (const item of items) {
        const row = core.incoming.ensure(item.address, 'group');
        before.set(item.address, row.newest);
        core.incoming.update(item.address, {
          name: item.name, picture: item.picture, member: true, admin: isAdmin(item.affiliation), ...(item.nick !== '' && { nick: item.nick }),
          ...(item.last !== '' && { newest: item.last }),
        });
      }
      const mine = new Set(items.map((item) => item.address));
      for (const row of core.world.chats.values()) if (row.kind === 'group' && row.member !== false && !mine.has(row.id)) core.incoming.update(row.id, { member: false });
    });
    for (const item of items) {
      // Messages wait at the server; only a group that is new on this device has a past to fetch.
      if (before.get(item.address) === undefined && item.last !== '') await core.sync.older(item.address).catch(() => {});
      if (item.picture !== '') await this.fetchPicture(item.address, item.picture).catch(() => {});
      // Whether it is a community's channel is not in the list; who asked to come in meanwhile, neither.
      if (core.world.chats.get(item.address)?.announces === undefined) await this.fetch(item.address).catch(() => {});
      else if (isAdmin(item.affiliation)) await this.refreshRequests(item.address).catch(() => {});
    }
  }

  private async fetchPicture(group: Address, hash: string): Promise<void> {
    const { db } = this.core.world;
    if (await db.get('files', `photo:${hash}`)) return;
    const card = await this.core.queries.card(group);
    if (card?.photo) await db.write([{ store: 'files', key: `photo:${await sha1(card.photo.bytes)}`, value: await db.sealBytes(card.photo.bytes) }]);
  }

  /** Something happened to a group. Staged; what needs the server is fetched behind it. */
  async event(group: Address, kind: string, attrs: Readonly<Record<string, string>>): Promise<void> {
    const { core } = this;
    const who = attrs.jid;
    const known = core.world.groups.get(group);
    if (known && who !== undefined) this.peopleChanged(known, kind, bare(who), attrs);
    if (who === core.me && attrs.nick !== undefined && (kind === 'added' || kind === 'nick')) core.incoming.update(group, { nick: attrs.nick });
    if (kind === 'added' && who === core.me) this.notAsking(group);
    if (kind === 'name') core.incoming.update(group, { name: attrs.value ?? '' });
    if (kind === 'picture') core.incoming.update(group, { picture: attrs.hash ?? '' });
    if ((kind === 'removed' || kind === 'left') && who === core.me) core.incoming.update(group, { member: false });
    if (kind === 'destroyed') core.incoming.update(group, { member: false });
    if (kind === 'added' && who === core.me) core.incoming.update(group, { member: true, ...(attrs.name !== undefined && { name: attrs.name }) });
    if (kind === 'affiliation' && who === core.me) core.incoming.update(group, { admin: isAdmin(attrs.affiliation ?? '') });
    if (kind === 'created') core.incoming.update(group, { member: true, ...(attrs.name !== undefined && { name: attrs.name }) });
    if (kind === 'setting' && attrs.var === `${KEY}post`) core.incoming.update(group, { adminsWrite: attrs.value === 'admins' });
    if (core.world.groups.has(group) || (kind === 'added' && who === core.me)) void this.fetch(group).catch(() => {});
    if (kind === 'picture' && attrs.hash) void this.fetchPicture(group, attrs.hash).catch(() => {});
  }

  /** At once, for the ticks of what is written next; all of it is fetched behind that. */
  private peopleChanged(group: Group, kind: string, who: Address, attrs: Readonly<Record<string, string>>): void {
    if (kind !== 'added' && kind !== 'removed' && kind !== 'left') return;
    const others = group.members.filter((member) => member.address !== who);
    const members = kind === 'added' ? [...others, { ...this.core.world.personOf(who), role: roleOf(attrs.affiliation ?? 'member') }] : others;
    this.stage({ ...group, members });
  }

  private stage(details: Group): void {
    const { world } = this.core;
    const groups = new Map(world.groups);
    groups.set(details.address, details);
    world.stage({ kept: { groups: [...groups.values()] } });
  }

  /** Members and settings, for who looks at them. */
  async fetch(group: Address): Promise<Group> {
    const { core } = this;
    const info = await core.rooms.info(group);
    const announces = info[`${KEY}announces`] === '1';
    // Of a channel one sees no members but oneself, unless one administers it.
    const list = await core.rooms.members(group).catch((fault: unknown) => {
      if (announces && fault instanceof IqError && fault.condition === 'forbidden') return [];
      throw fault;
    });
    const inside = announces ? await core.rooms.groupsOf(group).catch(() => []) : [];
    const members: Member[] = list.map((member) => {
      const person = core.world.personOf(member.address);
      const named = core.world.people.get(member.address);
      return { ...person, role: roleOf(member.affiliation), ...(!named?.given && !named?.own && member.nick !== '' && member.address !== core.me && { name: member.nick }), ...(named?.given && !named.own && member.nick !== '' && { publicName: member.nick }) };
    });
    const row = core.world.chats.get(group);
    const unlisted: Role = announces && row?.member !== false ? (row?.admin ? 'admin' : 'member') : 'none';
    const me = members.find((member) => member.address === core.me)?.role ?? unlisted;
    const before = this.answered.length;
    const fetched = isAdmin(me) ? await this.waiting(group).catch(() => []) : [];
    const community = communityIn(info['muc#roomconfig_pubsub']);
    const mayAdd = isAdmin(me) || (me === 'member' && info['muc#roomconfig_allowinvites'] !== '0');
    const token = mayAdd && !announces ? (await core.rooms.inviteTokens(group).catch(() => []))[0] : undefined;
    const details: Omit<Group, 'requests'> = {
      address: group, name: info['muc#roomconfig_roomname'] || info.name || row?.name || group, description: info['muc#roominfo_description'] ?? info['muc#roomconfig_roomdesc'] ?? '',
      members, me,
      permissions: {
        write: info[`${KEY}post`] === 'admins' ? 'admins' : 'all',
        change: info[`${KEY}edit`] === 'admins' ? 'admins' : 'all',
        add: info['muc#roomconfig_allowinvites'] === '0' ? 'admins' : 'all',
        approve: info[`${KEY}approve`] === '1',
        free: info[`${KEY}community`] === 'join',
      },
      announces, groups: inside,
      ...(community !== undefined && { community }),
      ...(token !== undefined && { inviteLink: this.linkOf(group, token) }),
      ...(row?.picture && { photo: { owner: group, id: row.picture } }),
    };
    const staged = await core.run(async () => {
      const requests = this.unanswered(group, fetched, before);
      core.incoming.update(group, {
        name: details.name, adminsWrite: details.permissions.write === 'admins', admin: isAdmin(me), announces, ...asking(requests),
      });
      const now = { ...details, requests };
      this.stage(now);
      return now;
    });
    for (const member of members) core.profiles.look(member.address);
    return staged;
  }

  // ----------------------------------------------------------------------------------------------- who wants to come in

  private async waiting(group: Address): Promise<JoinRequest[]> {
    const { core } = this;
    const items = await core.rooms.waiting(group);
    return items.map(({ address, nick, since }) => {
      const named = core.world.people.get(address);
      return { ...core.world.personOf(address), ...(!named?.given && !named?.own && nick !== '' && { name: nick }), ...(since !== undefined && { since }) };
    });
  }

  async refreshRequests(group: Address): Promise<void> {
    const before = this.answered.length;
    const requests = await this.waiting(group);
    await this.core.run(async () => this.stageRequests(group, this.unanswered(group, requests, before)));
    for (const { address } of requests) this.core.profiles.look(address);
  }

  /** What was asked for before somebody got an answer may tell of them still; `before`: how many had got one by then. */
  private unanswered(group: Address, fetched: readonly JoinRequest[], before: number): readonly JoinRequest[] {
    const since = this.answered.slice(before).filter((each) => each.group === group);
    return fetched.filter(({ address }) => !since.some(({ person }) => person === address));
  }

  private stageRequests(group: Address, requests: readonly JoinRequest[]): void {
    const known = this.core.world.groups.get(group);
    if (known) this.stage({ ...known, requests });
    this.core.incoming.update(group, asking(requests));
  }

  /** An answer that another administrator gave before is as good. */
  async answer(group: Address, person: Address, allow: boolean): Promise<void> {
    const { core } = this;
    await core.rooms.answer(group, person, allow).catch((fault: unknown) => {
      if (!(fault instanceof IqError && fault.condition === 'item-not-found')) throw fault;
    });
    this.answered.push({ group, person });
    await core.run(async () => this.stageRequests(group, (core.world.groups.get(group)?.requests ?? []).filter((each) => each.address !== person)));
  }

  private notAsking(group: Address): void {
    const { world } = this.core;
    if (world.kept.asked?.some((each) => each.address === group)) world.stage({ kept: { asked: world.kept.asked.filter((each) => each.address !== group) } });
  }

  /** Heard of a group that one asked to be let into; of others it is nothing. */
  declined(group: Address): void {
    const { world } = this.core;
    const asked = world.kept.asked?.find((each) => each.address === group);
    if (!asked) return;
    this.notAsking(group);
    world.notify({ type: 'declined', name: asked.name });
  }

  // -------------------------------------------------------------------------------------------------- what one does

  create(name: string, members: readonly Address[], photo: Blob | undefined): Promise<Address> {
    return this.found(name, members, photo, {});
  }

  private async found(name: string, members: readonly Address[], photo: Blob | undefined, settings: Readonly<Record<string, string>>): Promise<Address> {
    const { core } = this;
    const address = `${crypto.randomUUID()}@groups.${core.domain}`;
    await core.rooms.create(address, name, members, settings);
    await core.run(async () => {
      core.incoming.ensure(address, 'group');
      core.incoming.update(address, { name, member: true, admin: true });
    });
    void this.fetch(address).catch(() => {});
    if (photo) await this.change(address, { photo });
    return address;
  }

  /** A community is its announcement channel, and the groups that are put into it. */
  async createCommunity(name: string, groups: readonly Address[], photo: Blob | undefined): Promise<Address> {
    const channel = await this.found(name, [], photo, { [`${KEY}announces`]: '1' });
    for (const group of groups) await this.core.rooms.include(channel, group);
    await this.fetch(channel);
    return channel;
  }

  async include(channel: Address, group: Address): Promise<void> {
    await this.core.rooms.include(channel, group);
    await Promise.all([this.fetch(channel), this.fetch(group)]);
  }

  /** By who administers the channel, or just the group. */
  async exclude(channel: Address, group: Address): Promise<void> {
    const { core } = this;
    if (core.world.chats.get(channel)?.admin) await core.rooms.exclude(channel, group);
    else await core.rooms.exclude(group);
    await Promise.all([this.fetch(channel), this.fetch(group)].map((each) => each.catch(() => {})));
  }

  /** Ends a group, or a community: its groups stay. */
  async destroy(group: Address): Promise<void> {
    await this.core.rooms.destroy(group);
    await this.core.run(async () => void this.core.incoming.update(group, { member: false }));
  }

  async setAffiliation(group: Address, members: readonly Address[], affiliation: string): Promise<void> {
    await this.core.rooms.setAffiliations(group, affiliation, members);
    void this.fetch(group).catch(() => {});
  }

  async change(group: Address, change: GroupChange): Promise<void> {
    const { queries, rooms } = this.core;
    const fields: Record<string, string> = {};
    if (change.name !== undefined) fields['muc#roomconfig_roomname'] = change.name;
    if (change.description !== undefined) fields['muc#roomconfig_roomdesc'] = change.description;
    if (change.permissions) {
      fields[`${KEY}post`] = change.permissions.write === 'admins' ? 'admins' : 'members';
      fields[`${KEY}edit`] = change.permissions.change === 'admins' ? 'admins' : 'members';
      fields[`${KEY}approve`] = change.permissions.approve ? '1' : '0';
      // Of a group in no community, servers that do not know of it are not asked.
      if (this.core.world.groups.get(group)?.community !== undefined) fields[`${KEY}community`] = change.permissions.free ? 'join' : 'ask';
      fields['muc#roomconfig_allowinvites'] = change.permissions.add === 'all' ? '1' : '0';
    }
    if (Object.keys(fields).length > 0) await rooms.configure(group, fields);
    if (change.photo !== undefined) {
      const photo = change.photo && { bytes: new Uint8Array(await change.photo.arrayBuffer()), type: change.photo.type || 'image/jpeg' };
      await queries.setCard(group, { name: '', about: '', photo: photo ?? undefined });
    }
    void this.fetch(group).catch(() => {});
  }

  async leave(group: Address): Promise<void> {
    await this.core.rooms.leave(group);
    await this.core.run(async () => void this.core.incoming.update(group, { member: false }));
  }

  /** `https://server/#join/ADDRESS/TOKEN`: opens in the app of who follows it. */
  private linkOf(group: Address, token: string): string {
    return `${this.core.settings.httpUrl}/#join/${encodeURIComponent(group)}/${encodeURIComponent(token)}`;
  }

  /** Those before it are void. */
  async link(group: Address): Promise<string> {
    const { rooms } = this.core;
    const former = await rooms.inviteTokens(group);
    const link = this.linkOf(group, await rooms.inviteToken(group));
    for (const token of former) await rooms.revokeToken(group, token);
    const details = this.core.world.groups.get(group);
    if (details) await this.core.run(async () => this.stage({ ...details, inviteLink: link }));
    return link;
  }

  parse(link: string): { group: Address; token: string | undefined } {
    const found = /#join\/([^/]+)\/([^/?]+)/.exec(link) ?? /^xmpp:([^?]+)\?join(?:;token=(.+))?$/.exec(link);
    if (!found) throw new KithError({ code: 'bad-invitation' });
    return { group: decodeURIComponent(found[1]!), token: found[2] === undefined ? undefined : decodeURIComponent(found[2]) };
  }

  async lookAt(link: string): Promise<{ address: Address; name: string; members: number }> {
    const { group, token } = this.parse(link);
    const { name, members } = await this.core.rooms.look(group, token);
    return { address: group, name: name || domain(group), members };
  }

  /** `pending`: the administrators were asked. */
  async join(link: string, name: string): Promise<{ address: Address; pending: boolean }> {
    const { core } = this;
    const { group, token } = this.parse(link);
    return { address: group, pending: await this.came(group, name, await core.rooms.join(group, token, this.nick())) };
  }

  /** From a community that one is in, as the group says: `pending` as above. */
  async joinFrom(channel: Address, group: Address, name: string): Promise<boolean> {
    return this.came(group, name, await this.core.rooms.joinFrom(channel, group, this.nick()));
  }

  private nick(): string {
    return this.core.world.kept.profile?.name || this.core.name;
  }

  private async came(group: Address, name: string, answer: 'joined' | 'pending'): Promise<boolean> {
    const { core } = this;
    if (answer === 'pending') {
      const others = (core.world.kept.asked ?? []).filter((each) => each.address !== group).slice(-MOST_ASKED);
      await core.run(async () => core.world.stage({ kept: { asked: [...others, { address: group, name }] } }));
      return true;
    }
    await core.run(async () => {
      core.incoming.ensure(group, 'group');
      core.incoming.update(group, { member: true });
    });
    await this.refresh();
    return false;
  }
}

/** What tabs ask for. */
export function groupCommands({ groups, lists }: Core) {
  return {
    fetchGroup: (group: Address) => groups.fetch(group),
    createGroup: (name: string, members: readonly Address[], photo?: Blob) => groups.create(name, members, photo),
    addMembers: (group: Address, members: readonly Address[]) => groups.setAffiliation(group, members, 'member'),
    removeMember: (group: Address, member: Address) => groups.setAffiliation(group, [member], 'none'),
    setRole: (group: Address, member: Address, role: Role) => groups.setAffiliation(group, [member], role),
    changeGroup: (group: Address, change: GroupChange) => groups.change(group, change),
    groupLink: (group: Address) => groups.link(group),
    lookAtInvite: (link: string) => groups.lookAt(link),
    joinGroup: (link: string, name: string) => groups.join(link, name),
    joinFromCommunity: (channel: Address, group: Address, name: string) => groups.joinFrom(channel, group, name),
    answerRequest: (group: Address, person: Address, allow: boolean) => groups.answer(group, person, allow),
    leaveGroup: (group: Address) => groups.leave(group),
    destroyGroup: (group: Address) => groups.destroy(group),
    createCommunity: (name: string, members: readonly Address[], photo?: Blob) => groups.createCommunity(name, members, photo),
    includeGroup: (channel: Address, group: Address) => groups.include(channel, group),
    excludeGroup: (channel: Address, group: Address) => groups.exclude(channel, group),
    createList: (id: string, name: string, members: readonly Address[]) => lists.create(id, name, members),
    changeList: (address: Address, change: { name?: string; members?: readonly Address[] }) => lists.change(address, change),
    removeList: (address: Address) => lists.remove(address),
  };
}
