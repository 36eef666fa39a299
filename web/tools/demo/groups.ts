// Groups, communities and lists of the made-up world.

import { signal, type Signal } from '@preact/signals-core';
import type { Address, BroadcastList, Chat, Group, Kith, Person } from '../../src/chat';
import type { World, WorldChat } from './world';

export interface Parts {
  world(): World;
  readonly people: ReadonlyMap<Address, Person>;
  readonly list: Signal<readonly Chat[]>;
  chatOf(address: Address): WorldChat | undefined;
  begin(chat: Chat, members: readonly Person[]): void;
  change(id: Address, change: Partial<Chat>): void;
  number(): number;
}

/** Groups of a community that one is not in. */
const NEIGHBOURS = [{ address: 'chess@groups.kith.example', name: 'Chess in the park' }, { address: 'bees@groups.kith.example', name: 'Beekeepers' }];

export function demoGroups(parts: Parts): Kith['groups'] {
  const cells = new Map<Address, Signal<Group | undefined>>();
  const lists = new Map<Address, Signal<BroadcastList | undefined>>();
  const asked = signal<readonly Address[]>([NEIGHBOURS[1]!.address]);
  const cell = (address: Address) => {
    let found = cells.get(address);
    if (!found) cells.set(address, (found = signal(made(address))));
    return found;
  };
  const listCell = (address: Address) => {
    let found = lists.get(address);
    if (!found) lists.set(address, (found = signal<BroadcastList | undefined>(undefined)));
    return found;
  };
  const edit = (address: Address, change: (group: Group) => Group) => {
    const group = cell(address);
    if (group.value) group.value = change(group.value);
  };
  const made = (address: Address): Group | undefined => {
    const each = parts.chatOf(address);
    if (each?.chat.kind !== 'group') return undefined;
    const { announces = false, asking = 0 } = each.chat;
    return {
      address, name: each.chat.name, description: announces ? 'All that goes on in our village' : 'What we talk about here', created: Date.now() - 1e10,
      me: announces ? 'owner' : 'admin', announces,
      members: [{ ...parts.world().me, role: announces ? 'owner' : 'admin' }, ...each.members.map((member, i) => ({ ...member, role: i === 0 ? 'owner' as const : 'member' as const }))],
      permissions: { write: announces ? 'admins' : 'all', change: 'admins', add: 'all', approve: asking > 0, free: false },
      requests: parts.world().people.slice(20, 20 + asking).map((person, i) => ({ ...person, since: Date.now() - (i + 1) * 4e6 })),
      groups: announces ? [...parts.list.value.filter((chat) => chat.kind === 'group' && !chat.announces).slice(0, 4).map((chat) => ({ address: chat.id, name: chat.name })), ...NEIGHBOURS] : [],
      ...(!announces && { inviteLink: 'https://kith.example/#join/robins%40groups.kith.example/abcd-efgh' }),
      ...(each.chat.photo && { photo: each.chat.photo }),
    };
  };
  const chatOf = (id: Address, kind: Chat['kind'], name: string, more: Partial<Chat> = {}): Chat => ({
    id, kind, name, time: Date.now(), unread: 0, unreadMentions: 0, markedUnread: false, typing: [], archived: false, blocked: false, mayWrite: true, ...more,
  });
  const known = (addresses: readonly Address[]) => addresses.map((address) => parts.people.get(address)!).filter(Boolean);
  return {
    group: cell,
    create: async (name, members) => {
      const id = `new${parts.number()}@groups.kith.example`;
      parts.begin(chatOf(id, 'group', name, { member: true, admin: true }), known(members));
      return id;
    },
    add: async (address, members) => edit(address, (group) => ({ ...group, members: [...group.members, ...known(members).map((member) => ({ ...member, role: 'member' as const }))] })),
    removeMember: async (address, member) => edit(address, (group) => ({ ...group, members: group.members.filter((each) => each.address !== member) })),
    setRole: async (address, member, role) => edit(address, (group) => ({ ...group, members: group.members.map((each) => (each.address === member ? { ...each, role } : each)) })),
    change: async (address, change) => {
      const { photo: _, ...rest } = change;
      edit(address, (group) => ({ ...group, ...rest }));
      if (change.name) parts.change(address, { name: change.name });
    },
    resetLink: async () => 'https://kith.example/#join/robins%40groups.kith.example/new-link',
    lookAtInvite: async () => ({ address: 'g@groups.kith.example', name: 'Sunday hike', members: 12 }),
    join: async () => ({ address: parts.list.value.find((chat) => chat.kind === 'group')!.id, pending: false }),
    joinFrom: async (_, group) => {
      asked.value = [...asked.value, group];
      return true;
    },
    asked,
    answer: async (address, person) => {
      edit(address, (group) => ({ ...group, requests: group.requests.filter((each) => each.address !== person) }));
      const left = cell(address).value?.requests.length ?? 0;
      parts.change(address, { asking: left } as Partial<Chat>);
    },
    leave: async (address) => parts.change(address, { member: false, mayWrite: false }),
    destroy: async (address) => parts.change(address, { member: false, mayWrite: false }),
    createCommunity: async (name) => {
      const id = `new${parts.number()}@groups.kith.example`;
      parts.begin(chatOf(id, 'group', name, { member: true, admin: true, announces: true }), []);
      return id;
    },
    include: async (channel, group) => edit(channel, (it) => ({ ...it, groups: [...it.groups, { address: group, name: parts.chatOf(group)!.chat.name }] })),
    exclude: async (channel, group) => edit(channel, (it) => ({ ...it, groups: it.groups.filter((each) => each.address !== group) })),
    list: listCell,
    createList: async (name, members) => {
      const address = `list${parts.number()}@lists.invalid`;
      listCell(address).value = { address, name, members };
      parts.begin(chatOf(address, 'broadcast', name), known(members));
      return address;
    },
    changeList: async (address, change) => {
      const now = listCell(address);
      if (now.value) now.value = { ...now.value, ...change };
      if (change.name) parts.change(address, { name: change.name });
    },
    removeList: async (address) => { parts.list.value = parts.list.value.filter((chat) => chat.id !== address); },
  };
}
