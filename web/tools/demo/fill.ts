// Writes the made-up world into this browser's real database, for measuring. Never part of the product.

import { Database } from '../../src/chat/database';
import { lastOf, type ChatRow, type Stored } from '../../src/chat/rows';
import { World } from '../../src/chat/world';
import { makeWorld, type WorldOptions } from './world';

export async function fill(options: WorldOptions = {}): Promise<number> {
  const made = makeWorld({ now: Date.now(), ...options });
  const world = new World(await Database.open('kith'));
  await world.load();
  world.stage({ kept: {
    profile: made.me, credentials: { jid: made.me.address, token: 'none', deviceId: 'bench' }, step: null,
    people: made.people.map((person) => ({ address: person.address, given: person.name, contact: true })),
  } });
  let count = 0;
  let no = 0;
  for (const each of made.chats) {
    no++;
    let [order, last]: [number, Stored | undefined] = [0, undefined];
    for (const message of each.messages()) {
      order = Math.max(order + 1, message.time * 1000);
      const ref = message.id.slice(message.id.lastIndexOf('#') + 1);
      const { reply: _, ...rest } = message;
      last = { ...rest, id: `${no}:r${ref}`, order, wire: `r${ref}`, archive: `a${ref}` };
      await world.messages.put(no, last);
      count++;
    }
    const { photo: _, typing: __, last: ___, mayWrite: ____, blocked: _____, markedUnread: ______, mutedUntil, member, ...chat } = each.chat;
    const row: ChatRow = {
      ...chat, no, readOrder: order, complete: true, ...(last && { last: lastOf(last), lastOrder: last.order }),
      ...(mutedUntil !== undefined && { mutedUntil: 'always' as const }), ...(member !== undefined && { member }),
    };
    world.stage({ chats: [row] });
    await world.commit();
  }
  world.db.close();
  return count;
}
