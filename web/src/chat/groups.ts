// Groups with lasting membership (docs/protocol/groups.md): the list, their details, and what one does to them.

import { domain } from '../xmpp/jid';
import { sha1 } from '../xmpp/queries';
import type { Core } from './core';
import { KithError, type Address, type Group, type GroupPermissions, type Member, type Role } from './model';

const KEY = '{urn:kith:groups:0}';

function roleOf(affiliation: string): Role {
  return affiliation === 'owner' || affiliation === 'admin' || affiliation === 'member' ? affiliation : 'none';
}

export class Groups {
  constructor(private readonly core: Core) {}

  /** The account's groups, and what of their archives is not here. */
  async refresh(): Promise<void> {
    const { core } = this;
    const items = await core.queries.groups();
    const before = new Map<Address, string | undefined>();
    await core.run(async () => {
      for (const item of items) {
        const row = core.incoming.ensure(item.address, 'group');
        before.set(item.address, row.newest);
        core.incoming.update(item.address, {
          name: item.name, picture: item.picture, member: true, admin: item.affiliation === 'owner' || item.affiliation === 'admin',
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
    if (kind === 'name') core.incoming.update(group, { name: attrs.value ?? '' });
    if (kind === 'picture') core.incoming.update(group, { picture: attrs.hash ?? '' });
    if ((kind === 'removed' || kind === 'left') && who === core.me) core.incoming.update(group, { member: false });
    if (kind === 'destroyed') core.incoming.update(group, { member: false });
    if (kind === 'added' && who === core.me) core.incoming.update(group, { member: true, ...(attrs.name !== undefined && { name: attrs.name }) });
    if (kind === 'affiliation' && who === core.me) core.incoming.update(group, { admin: attrs.affiliation === 'owner' || attrs.affiliation === 'admin' });
    if (kind === 'created') core.incoming.update(group, { member: true, ...(attrs.name !== undefined && { name: attrs.name }) });
    if (kind === 'setting' && attrs.var === `${KEY}post`) core.incoming.update(group, { adminsWrite: attrs.value === 'admins' });
    if (core.world.groups.has(group)) void this.fetch(group).catch(() => {});
    if (kind === 'picture' && attrs.hash) void this.fetchPicture(group, attrs.hash).catch(() => {});
  }

  /** Members and settings, for who looks at them. */
  async fetch(group: Address): Promise<Group> {
    const { core } = this;
    const [info, list] = await Promise.all([core.queries.groupInfo(group), core.queries.members(group)]);
    const members: Member[] = list.map((member) => {
      const person = core.world.personOf(member.address);
      const named = core.world.people.get(member.address);
      return { ...person, role: roleOf(member.affiliation), ...(!named?.given && !named?.own && member.nick !== '' && member.address !== core.me && { name: member.nick }) };
    });
    const me = members.find((member) => member.address === core.me)?.role ?? 'none';
    const row = core.world.chats.get(group);
    const details: Group = {
      address: group, name: info['muc#roomconfig_roomname'] || info.name || row?.name || group, description: info['muc#roominfo_description'] ?? info['muc#roomconfig_roomdesc'] ?? '',
      members, me,
      permissions: {
        write: info[`${KEY}post`] === 'admins' ? 'admins' : 'all',
        change: info[`${KEY}edit`] === 'admins' ? 'admins' : 'all',
        add: info['muc#roomconfig_allowinvites'] === '0' ? 'admins' : 'all',
        approve: info[`${KEY}approve`] === '1',
      },
      ...(row?.picture && { photo: { owner: group, id: row.picture } }),
    };
    await core.run(async () => {
      const groups = new Map(core.world.groups);
      groups.set(group, details);
      core.incoming.update(group, { name: details.name, adminsWrite: details.permissions.write === 'admins', admin: me === 'owner' || me === 'admin' });
      core.world.stage({ kept: { groups: [...groups.values()] } });
    });
    for (const member of members) core.profiles.look(member.address);
    return details;
  }

  async create(name: string, members: readonly Address[], photo: Blob | undefined): Promise<Address> {
    const { core } = this;
    const address = `${crypto.randomUUID()}@groups.${core.domain}`;
    await core.queries.createGroup(address, name, members);
    await core.run(async () => {
      core.incoming.ensure(address, 'group');
      core.incoming.update(address, { name, member: true, admin: true });
    });
    if (photo) await this.change(address, { photo });
    return address;
  }

  async setAffiliation(group: Address, members: readonly Address[], affiliation: string): Promise<void> {
    await this.core.queries.setAffiliations(group, affiliation, members);
    void this.fetch(group).catch(() => {});
  }

  async change(group: Address, change: { name?: string; description?: string; photo?: Blob | null; permissions?: GroupPermissions }): Promise<void> {
    const { queries } = this.core;
    const fields: Record<string, string> = {};
    if (change.name !== undefined) fields['muc#roomconfig_roomname'] = change.name;
    if (change.description !== undefined) fields['muc#roomconfig_roomdesc'] = change.description;
    if (change.permissions) {
      fields[`${KEY}post`] = change.permissions.write === 'admins' ? 'admins' : 'members';
      fields[`${KEY}edit`] = change.permissions.change === 'admins' ? 'admins' : 'members';
      fields[`${KEY}approve`] = change.permissions.approve ? '1' : '0';
      fields['muc#roomconfig_allowinvites'] = change.permissions.add === 'all' ? '1' : '0';
    }
    if (Object.keys(fields).length > 0) await queries.configureGroup(group, fields);
    if (change.photo !== undefined) {
      const photo = change.photo && { bytes: new Uint8Array(await change.photo.arrayBuffer()), type: change.photo.type || 'image/jpeg' };
      await queries.setCard(group, { name: '', about: '', photo: photo ?? undefined });
    }
    void this.fetch(group).catch(() => {});
  }

  async leave(group: Address): Promise<void> {
    await this.core.queries.leaveGroup(group);
    await this.core.run(async () => void this.core.incoming.update(group, { member: false }));
  }

  /** `https://server/#join/ADDRESS/TOKEN`: opens in the app of who follows it. */
  async link(group: Address): Promise<string> {
    const token = await this.core.queries.inviteToken(group);
    const link = `${this.core.settings.httpUrl}/#join/${encodeURIComponent(group)}/${encodeURIComponent(token)}`;
    const details = this.core.world.groups.get(group);
    if (details) await this.core.run(async () => {
      const groups = new Map(this.core.world.groups);
      groups.set(group, { ...details, inviteLink: link });
      this.core.world.stage({ kept: { groups: [...groups.values()] } });
    });
    return link;
  }

  parse(link: string): { group: Address; token: string | undefined } {
    const found = /#join\/([^/]+)\/([^/?]+)/.exec(link) ?? /^xmpp:([^?]+)\?join(?:;token=(.+))?$/.exec(link);
    if (!found) throw new KithError({ code: 'bad-invitation' });
    return { group: decodeURIComponent(found[1]!), token: found[2] === undefined ? undefined : decodeURIComponent(found[2]) };
  }

  async lookAt(link: string): Promise<{ address: Address; name: string; members: number }> {
    const { group } = this.parse(link);
    const info = await this.core.queries.groupInfo(group);
    return { address: group, name: info['muc#roomconfig_roomname'] || info.name || domain(group), members: Number(info['muc#roominfo_occupants']) || 0 };
  }

  async join(link: string): Promise<Address> {
    const { group, token } = this.parse(link);
    const answer = await this.core.queries.joinGroup(group, token, this.core.world.kept.profile?.name || this.core.name);
    if (answer === 'joined') await this.core.run(async () => {
      this.core.incoming.ensure(group, 'group');
      this.core.incoming.update(group, { member: true });
    });
    await this.refresh();
    return group;
  }
}
