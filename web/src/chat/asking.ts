// What a tab asks the leading one about groups and lists.

import type { GroupsApi } from './api';
import type { Address } from './model';
import type { World } from './world';

type Call = <T>(name: string, ...args: unknown[]) => Promise<T>;

/** `look`: somebody looks at this group. */
export function groupsOf(world: World, call: Call, look: (group: Address) => void): GroupsApi {
  return {
    group: (address: Address) => {
      look(address);
      return world.groupCell(address);
    },
    create: (name: string, members: readonly Address[], photo?: Blob) => call('createGroup', name, members, photo),
    add: (group: Address, members: readonly Address[]) => call('addMembers', group, members),
    removeMember: (group: Address, member: Address) => call('removeMember', group, member),
    setRole: (group, member, role) => call('setRole', group, member, role),
    change: (group, change) => call('changeGroup', group, change),
    resetLink: (group: Address) => call('groupLink', group),
    lookAtInvite: (link: string) => call('lookAtInvite', link),
    join: (link: string, name: string) => call('joinGroup', link, name),
    joinFrom: (channel, group, name) => call('joinFromCommunity', channel, group, name),
    asked: world.asked,
    answer: (group, person, allow) => call('answerRequest', group, person, allow),
    leave: (group: Address) => call('leaveGroup', group),
    destroy: (group: Address) => call('destroyGroup', group),
    createCommunity: (name, groups, photo) => call('createCommunity', name, groups, photo),
    include: (channel, group) => call('includeGroup', channel, group),
    exclude: (channel, group) => call('excludeGroup', channel, group),
    list: (address: Address) => world.listCell(address),
    createList: (name, members) => call('createList', crypto.randomUUID(), name, members),
    changeList: (address, change) => call('changeList', address, change),
    removeList: (address: Address) => call('removeList', address),
  };
}
