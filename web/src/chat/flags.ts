// Pins, mutes, what one is told of, archived chats and disappearing messages, the same on all of one's devices. A change counts here at once and on the
// disk, `unsaid` until the server has it; what another device says meanwhile about the same chat is passed over, since ours is newer.

import type { ChatFlags, Flags } from '../xmpp/flags';
import type { Core } from './core';
import type { Address } from './model';
import { flagsOf, type ChatRow } from './rows';

/** Every flag, so that what is not said is taken away. */
const whole = ({ pinned, mutedUntil, archived, mentionsOnly, silent, disappearingSeconds }: Flags) => ({ pinned, mutedUntil, archived, mentionsOnly, silent, disappearingSeconds }) as Partial<ChatRow>;
const same = (one: Flags, two: Flags) => JSON.stringify(whole(one)) === JSON.stringify(whole(two));

export class FlagSync {
  constructor(private readonly core: Core) {}

  async set(id: Address, change: Partial<Flags>): Promise<void> {
    const { core } = this;
    await core.run(async () => void core.incoming.update(id, { ...change, unsaid: true } as Partial<ChatRow>));
    void this.tell();
  }

  /** What was changed elsewhere while this device was away, and what was changed here. */
  async refresh(): Promise<void> {
    await this.take(await this.core.queries.flags());
    await this.tell();
  }

  take(items: readonly ChatFlags[]): Promise<void> {
    const { core } = this;
    return core.run(async () => {
      const later = new Map(Object.entries(core.world.kept.flags ?? {}));
      const before = later.size;
      for (const { chat, flags } of items) {
        const row = core.world.chats.get(chat);
        if (!row || row.removed) {
          later.set(chat, flags);
          continue;
        }
        later.delete(chat);
        if (!row.unsaid && !same(flagsOf(row), flags)) core.incoming.update(chat, whole(flags));
      }
      if (later.size !== before || items.some(({ chat }) => later.has(chat))) core.world.stage({ kept: { flags: Object.fromEntries(later) } });
    });
  }

  async tell(): Promise<void> {
    const { core } = this;
    for (const { id } of [...core.world.chats.values()].filter((row) => row.unsaid && !row.removed)) {
      if (!core.client?.online) return;
      const said = flagsOf(core.world.chats.get(id)!);
      try {
        await core.queries.publishFlags(id, said);
      } catch (fault) {
        console.info('kith: flags', fault);
        return;
      }
      await core.run(async () => {
        const now = core.world.chats.get(id)!;
        if (!now.removed && same(flagsOf(now), said)) core.incoming.update(id, { unsaid: undefined } as never);
      });
    }
  }
}
