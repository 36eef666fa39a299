// What went to a list is in the chat with each recipient as well: a message of its own there, which knows its list. What happens to one
// of them counts in the list: ticks, reactions, votes. One's other devices see messages to single people only; a note to oneself
// tells them which of these are one message of a list.

import type { ListedValue } from '../xmpp/lists';
import type { Incoming } from './incoming';
import type { Address } from './model';
import { reacted, voted } from './changes';
import type { Stored } from './rows';
import type { World } from './world';

const refOf = (message: Stored) => message.id.slice(message.id.indexOf(':') + 1);

export class Copies {
  constructor(
    private readonly world: World,
    private readonly incoming: Incoming,
  ) {}

  /** The server has handed a message of a list to each of these: it is in the chats with them. Staged. */
  async handedOut(message: Stored, to: readonly Address[]): Promise<void> {
    const ref = refOf(message);
    const { recipients: _, marks: __, archive: ___, ...rest } = message;
    for (const address of to) {
      const row = this.incoming.ensure(address);
      const known = await this.world.messages.find(row.no, 'm', ref);
      if (known) {
        if (known.list !== message.chat) await this.incoming.replace(row, { ...known, list: message.chat });
        continue;
      }
      const order = await this.world.messages.freeOrder(row.no, message.time);
      const copy: Stored = { ...rest, id: `${row.no}:${ref}`, chat: address, wire: ref, order, tick: 'sent', list: message.chat };
      await this.incoming.insert(row, 'local' in copy.content ? { ...copy, content: { ...copy.content, local: false } } : copy);
    }
  }

  /** Another device of ours has written this to a list; the copies came before it. Staged. */
  async listed({ list, ref, to }: ListedValue): Promise<void> {
    if (!this.world.listOf(list)) return;
    const row = this.incoming.ensure(list, 'broadcast');
    if (await this.world.messages.find(row.no, 'm', ref)) return;
    const copies: Stored[] = [];
    for (const address of to) {
      const chat = this.world.chats.get(address);
      const copy = chat && (await this.world.messages.find(chat.no, 'm', ref));
      if (!copy?.mine) continue;
      copies.push(copy);
      await this.incoming.replace(chat!, { ...copy, list });
    }
    if (copies.length === 0) return;
    const { archive: _, marks: __, sent: ___, list: ____, expires, ...first } = copies[0]!;
    const order = await this.world.messages.freeOrder(row.no, first.time);
    let message: Stored = {
      ...first, id: `${row.no}:${ref}`, chat: list, wire: ref, order, recipients: to, marks: Object.assign({}, ...copies.map((copy) => copy.marks)),
      ...(expires !== undefined && { expires }),
    };
    // What was said to one of them meanwhile.
    const me = first.from;
    for (const { reacted: reactions, votes } of copies) {
      for (const [who, emojis] of Object.entries(reactions ?? {})) message = reacted(message, who, me, emojis);
      for (const [who, options] of Object.entries(votes ?? {})) message = voted(message, who, me, options);
    }
    await this.incoming.insert(row, message);
    await this.incoming.replace(row, message);
  }

  /** The list's message that this is a copy of. */
  async original(copy: Stored): Promise<Stored | undefined> {
    const list = copy.list === undefined ? undefined : this.world.chats.get(copy.list);
    return list && this.world.messages.find(list.no, 'm', copy.sent ?? copy.wire);
  }

  /** What came about a copy is so of the list's message. Staged. */
  async changed(copy: Stored, change: (message: Stored) => Stored): Promise<void> {
    const original = await this.original(copy);
    if (!original) return;
    const now = change(original);
    if (now !== original) await this.incoming.replace(this.world.chats.get(original.chat)!, now);
  }

  /** What was done to a message of a list is so in the chat with each recipient. Staged. */
  async changeCopies(message: Stored, to: readonly Address[], change: (message: Stored) => Stored): Promise<void> {
    for (const address of to) {
      const row = this.world.chats.get(address);
      const copy = row && (await this.world.messages.find(row.no, 'm', message.wire));
      if (copy?.list !== message.chat) continue;
      const now = change(copy);
      if (now !== copy) await this.incoming.replace(row!, now);
    }
  }
}
