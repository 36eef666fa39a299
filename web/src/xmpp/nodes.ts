// What one's apps keep at private nodes of the account (XEP-0223), so that all of one's devices have it: what was read, how chats
// stand in the list, broadcast lists, whose stories were seen.

import type { Client, IqError } from './client';
import { readFlags, writeFlags, type ChatFlags, type Flags } from './flags';
import { form, formField } from './forms';
import { listId, readLists, writeList, type ListItem } from './lists';
import { timeOf } from './message';
import { NS } from './ns';
import { el, type Element } from './xml';

export interface SeenItem {
  readonly author: string;
  readonly time: number;
}

export class PrivateNodes {
  constructor(protected readonly client: Client) {}

  // ---------------------------------------------------------------------------------------- XEP-0490: what was displayed

  publishDisplayed(chat: string, by: string, id: string): Promise<void> {
    return this.publishPrivate(NS.mds, chat, el('displayed', NS.mds, {}, el('stanza-id', NS.sid, { by, id })));
  }

  async displayed(): Promise<{ chat: string; id: string }[]> {
    return displayedItems(await this.privateItems(NS.mds));
  }

  // ------------------------------------------------------------------------------------------- how chats stand in the list

  publishFlags(chat: string, flags: Flags): Promise<void> {
    return this.publishPrivate(NS.chats, chat, writeFlags(flags));
  }

  async flags(): Promise<ChatFlags[]> {
    return readFlags(await this.privateItems(NS.chats));
  }

  // ----------------------------------------------------------------------------------------------------- broadcast lists

  publishList(list: ListItem): Promise<void> {
    return this.publishPrivate(NS.lists, listId(list.address), writeList(list));
  }

  // ------------------------------------------------------------------------------- whose stories were seen, up to when

  publishSeen(author: string, time: number): Promise<void> {
    return this.publishPrivate(NS.statusSeen, author, el('seen', NS.status, { stamp: new Date(time).toISOString() }));
  }

  async seen(): Promise<SeenItem[]> {
    return seenItems(await this.privateItems(NS.statusSeen));
  }

  async removeList(address: string): Promise<void> {
    await this.client.iq('set', undefined, el('pubsub', NS.pubsub, {}, el('retract', NS.pubsub, { node: NS.lists, notify: 'true' }, el('item', NS.pubsub, { id: listId(address) }))))
      .catch((fault: IqError) => {
        if (fault.condition !== 'item-not-found') throw fault;
      });
  }

  async lists(): Promise<ListItem[]> {
    return readLists(await this.privateItems(NS.lists)).lists;
  }

  /** XEP-0223. */
  private async publishPrivate(node: string, id: string, payload: Element): Promise<void> {
    await this.client.iq('set', undefined, el('pubsub', NS.pubsub, {},
      el('publish', NS.pubsub, { node }, el('item', NS.pubsub, { id }, payload)),
      el('publish-options', NS.pubsub, {}, form(NS.publishOptions, formField('pubsub#persist_items', 'true'), formField('pubsub#max_items', 'max'),
        formField('pubsub#send_last_published_item', 'never'), formField('pubsub#access_model', 'whitelist')))));
  }

  private async privateItems(node: string): Promise<Element | undefined> {
    const answer = await this.client.iq('get', undefined, el('pubsub', NS.pubsub, {}, el('items', NS.pubsub, { node }))).catch((fault: IqError) => {
      // Nothing was published yet.
      if (fault.condition === 'item-not-found') return undefined;
      throw fault;
    });
    return answer?.child('pubsub', NS.pubsub)?.child('items');
  }
}

export function displayedItems(items: Element | undefined): { chat: string; id: string }[] {
  return items?.elements().filter((item) => item.name === 'item').flatMap((item) => {
    const id = item.child('displayed', NS.mds)?.child('stanza-id', NS.sid)?.attr('id');
    const chat = item.attr('id');
    return id !== undefined && chat !== undefined ? [{ chat, id }] : [];
  }) ?? [];
}

export function seenItems(items: Element | undefined): SeenItem[] {
  return items?.all('item').flatMap((item) => {
    const [author, time] = [item.attr('id') ?? '', timeOf(item.child('seen', NS.status)?.attr('stamp'))];
    return author !== '' && time !== undefined ? [{ author, time }] : [];
  }) ?? [];
}
