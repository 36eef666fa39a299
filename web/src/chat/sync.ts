// What a new stream begins with: presence, contacts, what was displayed elsewhere, groups, and the archive's news since the last
// time. Messages that wait at the server come by themselves (the device is a cursor in the account's inbox); the archive fills
// what they can't: what was before this device signed in, and what was cleaned away meanwhile.

import type { ArchivePage, RosterItem } from '../xmpp/queries';
import type { Core } from './core';
import type { Address } from './model';
import type { PersonRow } from './rows';

const PAGE = 100;
/** Pages of all chats that a new device fetches; the rest comes when somebody scrolls there. */
const FIRST_PAGES = 10;
const MOST_PAGES = 500;
/** How many messages are tried as the place from which to look further back. */
const MOST_ANCHORS = 5;

export class Sync {
  done = false;
  private round = 0;

  constructor(private readonly core: Core) {}

  /** A stream is new. Does not wait for answers: they come behind. */
  begin(): void {
    const round = ++this.round;
    this.done = false;
    const { core } = this;
    void (async () => {
      core.queries.presence({}, await core.queries.capabilities());
      core.outbox.fresh();
      const current = () => round === this.round && core.client?.online === true;
      const step = async (work: () => Promise<void>) => {
        if (current()) await work().catch((fault: unknown) => console.info('kith: sync', fault));
      };
      await step(async () => {
        const items = await core.queries.roster();
        await core.run(() => this.roster(items, true));
      });
      await step(async () => {
        const features = await core.queries.features();
        await core.run(async () => core.world.stage({ kept: { sync: { ...core.world.kept.sync, features } } }));
      });
      await step(async () => {
        const terms = await core.queries.uploadTerms();
        await core.run(async () => core.world.stage({ kept: { sync: { ...core.world.kept.sync, ...terms } } }));
      });
      if (core.world.kept.sync?.features?.includes('urn:kith:groups:0')) await step(() => core.groups.refresh());
      await step(() => this.archive());
      await step(async () => {
        const displayed = await core.queries.displayed();
        await core.run(async () => {
          for (const { chat, id } of displayed) await core.incoming.displayedById(chat, id);
        });
      });
      await step(() => core.flags.refresh());
      await step(() => core.lists.refresh());
      await step(async () => {
        const blocked = await core.queries.blocked();
        await core.run(async () => core.world.stage({ kept: { blocked } }));
      });
      if (!current()) return;
      this.done = true;
      core.synced();
      await step(() => this.tellDisplayed());
      await step(() => core.profiles.refreshOwn());
      core.uploads.resume();
      await step(() => core.privacy.refresh());
      await step(() => core.statuses.refresh());
    })();
  }

  async roster(items: readonly RosterItem[], whole: boolean): Promise<void> {
    const { world, queries } = this.core;
    const people = new Map(world.people);
    if (whole) for (const row of people.values()) if (row.contact) people.set(row.address, without(row));
    for (const item of items) {
      const former = people.get(item.address) ?? { address: item.address };
      if (item.subscription === 'remove') people.set(item.address, without(former));
      else people.set(item.address, { ...former, contact: true, subscription: item.subscription, ...(item.name !== '' && { given: item.name }) });
      if (item.subscription === 'to' || item.subscription === 'none') queries.presence({ to: item.address, type: 'subscribed' });
    }
    world.people.clear();
    world.stage({ kept: { people: [...people.values()] } });
  }

  blockedChanged(addresses: readonly Address[], blocked: boolean): void {
    const now = new Set(this.core.world.kept.blocked ?? []);
    if (addresses.length === 0 && !blocked) now.clear();
    for (const address of addresses) {
      if (blocked) now.add(address);
      else now.delete(address);
    }
    this.core.world.stage({ kept: { blocked: [...now] } });
  }

  // ---------------------------------------------------------------------------------------------------------- archive

  private async archive(): Promise<void> {
    const { core } = this;
    const sync = core.world.kept.sync ?? {};
    if (sync.newest === undefined) {
      await this.first();
      return;
    }
    core.incoming.caughtUp.clear();
    let after = sync.newest;
    for (let i = 0; i < MOST_PAGES; i++) {
      const page = await core.queries.archive({ after, max: PAGE }).catch((fault: { condition?: string }) => {
        if (fault.condition === 'item-not-found') return undefined;
        throw fault;
      });
      if (!page) {
        // What we knew last is gone from the archive: as if we were new.
        await this.first();
        return;
      }
      after = page.results.at(-1)?.id ?? after;
      await core.takeAll(page.results, 'catch-up');
      await core.run(async () => core.world.stage({ kept: { sync: { ...core.world.kept.sync, newest: after } } }));
      if (page.complete || page.results.length === 0) return;
    }
  }

  /** The newest pages of all chats, from new to old. */
  private async first(): Promise<void> {
    const { core } = this;
    let before = '';
    let newest: string | undefined;
    for (let i = 0; i < FIRST_PAGES; i++) {
      const page = await core.queries.archive({ before, max: PAGE });
      newest ??= page.results.at(-1)?.id;
      await core.takeAll(page.results, 'history');
      if (page.complete || page.results.length === 0) break;
      before = page.results[0]!.id;
    }
    await core.run(async () => core.world.stage({ kept: { sync: { ...core.world.kept.sync, ...(newest !== undefined ? { newest } : {}) } } }));
  }

  /** A page of one chat's history, older than what is here. */
  async older(chat: Address): Promise<'more' | 'all' | 'offline'> {
    const { core } = this;
    if (!core.client?.online) return 'offline';
    const row = core.world.chats.get(chat);
    if (!row || row.complete) return 'all';
    const known = (await core.world.messages.from(row.no, 0, 50)).flatMap((message) => message.archive ?? []).slice(0, MOST_ANCHORS);
    const group = row.kind === 'group';
    let page: ArchivePage | undefined;
    // What was told to this account alone is not in a group's archive, nor what was cleaned away: the next one may be.
    for (const before of known.length > 0 ? known : ['']) {
      page = await core.queries.archive({ before, max: PAGE, ...(group ? { of: chat } : { with: chat }) }).catch((fault: { condition?: string }) => {
        if (fault.condition === 'item-not-found') return undefined;
        throw fault;
      });
      if (page) break;
    }
    page ??= { results: [], complete: true };
    await core.takeAll(page.results, 'history');
    const over = page.complete || page.results.length === 0;
    if (over) await core.run(async () => void core.incoming.update(chat, { complete: true }));
    return over ? 'all' : 'more';
  }

  // ------------------------------------------------------------------------------------------- XEP-0490: one's devices

  /** Tells one's other devices what was read here, as far as they don't know. */
  async tellDisplayed(): Promise<void> {
    const { core } = this;
    for (const row of [...core.world.chats.values()]) {
      if (row.tell === undefined || !core.client?.online) continue;
      const id = row.tell;
      await core.queries.publishDisplayed(row.id, row.kind === 'group' ? row.id : core.me, id);
      await core.run(async () => {
        if (core.world.chats.get(row.id)?.tell === id) core.incoming.update(row.id, { tell: undefined } as never);
      });
    }
  }
}

function without(row: PersonRow): PersonRow {
  const { contact: _, given: __, subscription: ___, ...rest } = row;
  return rest;
}
