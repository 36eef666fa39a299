// Who sees what of oneself (docs/protocol/privacy.md) and whether one is found by one's number (contacts.md). The server decides; what
// is kept here is what it said last, so that the settings show at once.

import { NS } from '../xmpp/ns';
import type { Choice } from '../xmpp/queries';
import type { Core } from './core';
import { KithError, type Audience, type Private, type Settings } from './model';

const NAMES: Readonly<Record<Private, string>> = {
  lastSeen: 'last-seen', online: 'online', profilePhoto: 'photo', about: 'about', groups: 'groups-add', status: 'status',
};
const AUDIENCES: readonly string[] = ['everyone', 'contacts', 'contacts-except', 'only', 'nobody'] satisfies Audience[];
const hasList = (who: string) => who === 'contacts-except' || who === 'only';

/** What of the settings the server's choices are. */
export function settingsOf(choices: Readonly<Record<string, Choice>>, former: Settings): Partial<Settings> {
  const found: Partial<Record<Private, Audience>> = {};
  const listed: Partial<Record<Private, readonly string[]>> = { ...former.listed };
  for (const [key, name] of Object.entries(NAMES) as [Private, string][]) {
    const choice = choices[name];
    if (!choice || !AUDIENCES.includes(choice.who)) continue;
    found[key] = choice.who as Audience;
    if (hasList(choice.who)) listed[key] = choice.listed;
    else delete listed[key];
  }
  const receipts = choices.receipts?.who;
  return { ...found, listed, ...(receipts !== undefined && { receipts: receipts !== 'nobody' }) };
}

/** What of a change is for the server. */
export function choicesOf(change: Partial<Settings>): Record<string, Choice> {
  const choices: Record<string, Choice> = {};
  for (const [key, name] of Object.entries(NAMES) as [Private, string][]) {
    const who = change[key];
    if (who !== undefined) choices[name] = { who, listed: hasList(who) ? (change.listed?.[key] ?? []) : [] };
  }
  if (change.receipts !== undefined) choices.receipts = { who: change.receipts ? 'everyone' : 'nobody', listed: [] };
  return choices;
}

export class PrivacyChoices {
  constructor(private readonly core: Core) {}

  /** As they are at the server, which tells this device of changes from then on. */
  async refresh(): Promise<void> {
    const { core } = this;
    const features = core.world.kept.sync?.features ?? [];
    if (features.includes(NS.privacy)) await this.changed(await core.queries.privacy());
    if (features.includes(NS.findable)) {
      const findable = await core.queries.findable();
      await core.run(async () => this.stage({ findable }));
    }
    if (features.includes(NS.contacts)) {
      const discoverable = await core.queries.discoverable();
      await core.run(async () => this.stage({ discoverable }));
    }
  }

  changed(choices: Readonly<Record<string, Choice>>): Promise<void> {
    return this.core.run(async () => this.stage(settingsOf(choices, this.core.world.settings.peek())));
  }

  private stage(change: Partial<Settings>): void {
    const { world } = this.core;
    world.stage({ kept: { settings: { ...world.settings.peek(), ...world.kept.settings, ...change } } });
  }

  /** Shown at once; as it was, when the server refuses or cannot be reached. */
  async set(change: Partial<Settings>): Promise<void> {
    const { core } = this;
    const former = { ...core.world.settings.peek(), ...core.world.kept.settings };
    await core.run(async () => this.stage({ ...change, ...(change.listed && { listed: { ...former.listed, ...change.listed } }) }));
    const choices = choicesOf(change);
    const all = Object.keys(choices).length > 0;
    if (!all && change.discoverable === undefined && change.findable === undefined) return;
    try {
      if (!core.client?.online) throw new KithError({ code: 'offline' });
      if (all) await core.queries.setPrivacy(choices);
      if (change.findable !== undefined) await core.queries.setFindable(change.findable);
      if (change.discoverable !== undefined) await core.queries.setDiscoverable(change.discoverable);
    } catch (fault) {
      const before = Object.fromEntries(Object.keys(change).map((key) => [key, former[key as keyof Settings]])) as Partial<Settings>;
      await core.run(async () => this.stage(before));
      throw fault;
    }
  }
}
