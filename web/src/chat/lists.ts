// Broadcast lists (docs/protocol/groups.md): one message to many, each by itself. The lists are one's own, items of a private node
// (XEP-0223), so that all of one's devices have them. A change counts here at once, `unsaid` until the server has it.

import { LIST_DOMAIN, type ListItem } from '../xmpp/lists';
import type { Core } from './core';
import { KithError, type Address } from './model';
import type { KeptList } from './update';

/** As many as the server hands a message to. */
export const MOST_MEMBERS = 256;

export class Lists {
  constructor(private readonly core: Core) {}

  async create(id: string, name: string, members: readonly Address[]): Promise<Address> {
    const address = `${id}@${LIST_DOMAIN}`;
    await this.set({ address, name, members });
    return address;
  }

  async change(address: Address, change: { name?: string; members?: readonly Address[] }): Promise<void> {
    const known = this.core.world.listOf(address);
    if (!known) throw new KithError({ code: 'not-found' });
    await this.set({ ...known, ...change });
  }

  private async set(list: KeptList): Promise<void> {
    const { core } = this;
    if (list.members.length === 0 || list.members.length > MOST_MEMBERS) throw new KithError({ code: 'too-many-people' });
    await core.run(async () => {
      this.stage({ ...list, unsaid: true });
      core.incoming.ensure(list.address, 'broadcast');
    });
    void this.tell();
  }

  async remove(address: Address): Promise<void> {
    const known = this.core.world.listOf(address);
    if (known) await this.core.run(async () => this.stage({ ...known, unsaid: true, gone: true }));
    await this.core.commands.remove(address);
    void this.tell();
  }

  private stage(list: KeptList): void {
    const { world } = this.core;
    world.stage({ kept: { lists: [...(world.kept.lists ?? []).filter((each) => each.address !== list.address), list] } });
  }

  private forget(address: Address): void {
    const { world } = this.core;
    world.stage({ kept: { lists: (world.kept.lists ?? []).filter((each) => each.address !== address) } });
  }

  // ------------------------------------------------------------------------------------------------- one's other devices

  async refresh(): Promise<void> {
    const items = await this.core.queries.lists();
    const there = new Set(items.map((item) => item.address));
    await this.take(items, (this.core.world.kept.lists ?? []).map((each) => each.address).filter((address) => !there.has(address)));
    await this.tell();
  }

  /** What another device says; what was changed here since then is newer. */
  async take(items: readonly ListItem[], gone: readonly Address[]): Promise<void> {
    const { core } = this;
    const known = (address: Address) => core.world.kept.lists?.find((each) => each.address === address);
    await core.run(async () => {
      for (const item of items) {
        if (known(item.address)?.unsaid) continue;
        this.stage(item);
        core.incoming.ensure(item.address, 'broadcast');
      }
    });
    for (const address of gone) {
      const former = known(address);
      if (!former || former.unsaid) continue;
      await core.run(async () => this.forget(address));
      await core.commands.remove(address);
    }
  }

  private async tell(): Promise<void> {
    const { core } = this;
    for (const said of [...(core.world.kept.lists ?? [])].filter((each) => each.unsaid)) {
      if (!core.client?.online) return;
      try {
        if (said.gone) await core.queries.removeList(said.address);
        else await core.queries.publishList(said);
      } catch (fault) {
        console.info('kith: lists', fault);
        return;
      }
      await core.run(async () => {
        const now = core.world.kept.lists?.find((each) => each.address === said.address);
        if (now !== said) return;
        const { unsaid: _, ...rest } = now;
        if (now.gone) this.forget(now.address);
        else this.stage(rest);
      });
    }
  }
}
