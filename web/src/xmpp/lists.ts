// Broadcast lists as items of a private node: the id is the list's, which is no address that anybody can have.

import { bare } from './jid';
import { NS } from './ns';
import { el, type Element } from './xml';

/** RFC 2606: nobody is there. */
export const LIST_DOMAIN = 'lists.invalid';

export interface ListItem {
  readonly address: string;
  readonly name: string;
  readonly members: readonly string[];
}

/** That the messages with this origin-id to these people were one message to a list. */
export interface ListedValue {
  readonly list: string;
  readonly ref: string;
  readonly to: readonly string[];
}

const MOST_MEMBERS = 256;
const idOf = (address: string) => address.slice(0, address.indexOf('@'));

export const writeList = ({ name, members }: ListItem): Element => el('list', NS.lists, { name }, members.map((jid) => el('to', NS.lists, { jid })));

export { idOf as listId };

/** To oneself, and so to all of one's devices: kept like a message, and read by nobody else. */
export const listed = ({ list, ref, to }: ListedValue, me: string, id: string): Element =>
  el('message', NS.client, { to: me, type: 'chat', id }, el('listed', NS.lists, { list: idOf(list), id: ref }, to.map((jid) => el('to', NS.lists, { jid }))),
    el('origin-id', NS.sid, { id }), el('store', NS.hints));

export function readListed(message: Element): ListedValue | undefined {
  const of = message.child('listed', NS.lists);
  const [list, ref] = [of?.attr('list') ?? '', of?.attr('id') ?? ''];
  const to = membersOf(of);
  return /^[\w-]{1,64}$/.test(list) && ref !== '' && ref.length <= 256 && to.length > 0 ? { list: `${list}@${LIST_DOMAIN}`, ref, to } : undefined;
}

const membersOf = (of: Element | undefined): string[] => of?.all('to').map((to) => bare(to.attr('jid') ?? '')).filter((jid) => jid.includes('@')).slice(0, MOST_MEMBERS) ?? [];

/** And which are gone, of an event. */
export function readLists(items: Element | undefined): { lists: ListItem[]; gone: string[] } {
  const lists = items?.all('item').flatMap((item) => {
    const [id, of] = [item.attr('id') ?? '', item.child('list', NS.lists)];
    const members = membersOf(of);
    if (!of || !/^[\w-]{1,64}$/.test(id) || members.length === 0) return [];
    return [{ address: `${id}@${LIST_DOMAIN}`, name: (of.attr('name') ?? '').slice(0, 100), members }];
  }) ?? [];
  return { lists, gone: items?.all('retract').map((each) => `${each.attr('id') ?? ''}@${LIST_DOMAIN}`) ?? [] };
}
