// Names, about texts and photos: one's own and others', from their cards (XEP-0054), looked at when somebody sees them.

import { IqError } from '../xmpp/client';
import { sha1, type Card } from '../xmpp/queries';
import type { Core } from './core';
import type { Address, Photo } from './model';
import type { PersonRow } from './rows';

const FRESH_MILLIS = 12 * 3_600_000;
/** Who has no name yet may be about to say it, as who has just signed up is: how long until the next look, and the next. */
const NAMELESS_MILLIS = [10_000, 60_000, 600_000, FRESH_MILLIS];

export class Profiles {
  private readonly wanted = new Set<Address>();
  private readonly nameless = new Map<Address, { looks: number; next: number }>();
  private working = false;

  constructor(private readonly core: Core) {}

  /** Has a look at somebody's card, if that was not done lately. */
  look(address: Address): void {
    const row = this.core.world.people.get(address);
    const now = Date.now();
    if ((this.nameless.get(address)?.next ?? (row?.seen ?? -FRESH_MILLIS) + FRESH_MILLIS) > now) return;
    this.wanted.add(address);
    if (!this.working) void this.work();
  }

  /** Time has passed. */
  tick(): void {
    for (const address of this.nameless.keys()) this.look(address);
    if (this.wanted.size > 0 && !this.working) void this.work();
  }

  /** Their photo is this one now; fetched if it is not here. */
  photoIs(address: Address, hash: string): void {
    const row = this.core.world.people.get(address);
    if ((row?.photo ?? '') === hash) return;
    if (address === this.core.me) return;
    this.wanted.add(address);
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    try {
      for (const address of this.wanted) {
        if (!this.core.client?.online) return;
        this.wanted.delete(address);
        const card = await this.core.queries.card(address).catch((fault: unknown) => (fault instanceof IqError && fault.kind === 'wait' ? undefined : null));
        // The network broke, or the server is busy: what is known of them stays until it can say more.
        if (card === undefined) return void this.wanted.add(address);
        await this.keep(address, card);
      }
    } finally {
      this.working = false;
    }
  }

  private async keep(address: Address, card: Card | null): Promise<void> {
    const looks = this.nameless.get(address)?.looks ?? 0;
    if (card?.name) this.nameless.delete(address);
    else this.nameless.set(address, { looks: looks + 1, next: Date.now() + NAMELESS_MILLIS[Math.min(looks, NAMELESS_MILLIS.length - 1)]! });
    const photo = card?.photo ? await this.keepPhoto(card.photo.bytes) : '';
    await this.core.run(async () => {
      const former = this.core.world.people.get(address) ?? { address };
      this.stagePerson({ ...former, photo, seen: Date.now(), ...(card && card.name !== '' && { own: card.name }), about: card?.about ?? '' });
    });
  }

  private async keepPhoto(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const hash = await sha1(bytes);
    const { db } = this.core.world;
    await db.write([{ store: 'files', key: `photo:${hash}`, value: await db.sealBytes(bytes) }]);
    return hash;
  }

  stagePerson(row: PersonRow): void {
    const people = new Map(this.core.world.people);
    people.set(row.address, row);
    this.core.world.stage({ kept: { people: [...people.values()] } });
  }

  // ---------------------------------------------------------------------------------------------------------- one's own

  /** Another device may have changed it. */
  async refreshOwn(): Promise<void> {
    if (this.core.world.kept.sync?.unsaid) return this.publishOwn();
    const card = await this.core.queries.card(undefined).catch(() => null);
    if (!card) return;
    const hash = card.photo ? await this.keepPhoto(card.photo.bytes) : undefined;
    await this.core.run(async () => this.stageOwn(card.name, card.about, hash));
  }

  private stageOwn(name: string, about: string, hash: string | undefined): void {
    const { me, world } = this.core;
    const phone = /^\+\d{6,15}$/.test(this.core.name) ? this.core.name : undefined;
    const photo: Photo | undefined = hash === undefined ? undefined : { owner: me, id: hash };
    world.stage({ kept: { profile: { address: me, name: name || phone || this.core.name, about, ...(phone !== undefined && { phone }), ...(photo && { photo }) } } });
  }

  /** Kept here first; the server is told now, or when it can be reached. */
  async setOwn(change: { name?: string; about?: string; photo?: Blob | null }): Promise<void> {
    const { core } = this;
    const former = core.world.kept.profile;
    const hash = change.photo ? await this.keepPhoto(new Uint8Array(await change.photo.arrayBuffer())) : change.photo === null ? undefined : former?.photo?.id;
    await core.run(async () => {
      this.stageOwn(change.name ?? former?.name ?? '', change.about ?? former?.about ?? '', hash);
      core.world.stage({ kept: { sync: { ...core.world.kept.sync, unsaid: true } } });
    });
    if (!core.client?.online) return;
    await this.publishOwn().catch((fault: unknown) => {
      if (!(fault instanceof IqError && fault.condition === 'disconnected')) throw fault;
    });
  }

  private async publishOwn(): Promise<void> {
    const { core } = this;
    const { name = '', about = '', photo } = core.world.kept.profile ?? {};
    const sealed = photo && (await core.world.db.get('files', `photo:${photo.id}`));
    const bytes = sealed && new Uint8Array(await core.world.db.unsealBytes(sealed));
    await core.queries.setCard(undefined, { name, about, photo: bytes && { bytes, type: typeOf(bytes) } });
    await core.run(async () => core.world.stage({ kept: { sync: { ...core.world.kept.sync, unsaid: false } } }));
  }

  /** Somebody's photo, from this device. */
  async photo(hash: string): Promise<Blob | null> {
    const { db } = this.core.world;
    const sealed = await db.get('files', `photo:${hash}`);
    return sealed ? new Blob([await db.unsealBytes(sealed)]) : null;
  }
}

function typeOf(bytes: Uint8Array): string {
  if (bytes[0] === 0x89) return 'image/png';
  return bytes[0] === 0x52 ? 'image/webp' : 'image/jpeg';
}
