// What one asks about people, as commands of all tabs.

import { bare, domain, isAddress } from '../xmpp/jid';
import { contactHash } from '../xmpp/queries';
import type { Core } from './core';
import { failureOf } from './failures';
import { KithError, type Address, type Person } from './model';

/** As many as the server answers at a time. */
const MOST_BUCKETS = 1000;

export function peopleCommands(core: Core) {
  const look = async (address: Address) => {
    core.profiles.look(address);
    const known = core.world.live.presence[address];
    if (!core.client?.online || known?.online || known?.lastSeen !== undefined || core.world.chats.get(address)?.kind === 'group') return;
    const seconds = await core.queries.lastActivity(address).catch(() => undefined);
    if (seconds === undefined || core.world.live.presence[address]?.online) return;
    core.world.flash({ presence: { ...core.world.live.presence, [address]: seconds === 0 ? { online: true } : { online: false, lastSeen: Date.now() - seconds * 1000 } } });
  };

  const find = async (typed: string): Promise<Person> => {
    const text = typed.trim();
    if (text.includes('@')) {
      const address = bare(text.toLowerCase());
      if (!isAddress(address)) throw new KithError({ code: 'bad-number' });
      if (domain(address) !== core.domain) return core.world.personOf(address);
      await core.queries.card(address).then(() => {}, (fault: unknown) => {
        const failure = failureOf(fault);
        if (failure.code !== 'not-found') throw new KithError(failure);
      });
      core.profiles.look(address);
      return core.world.personOf(address);
    }
    const number = `+${text.replace(/\D/g, '')}`;
    if (!/^\+[1-9]\d{6,14}$/.test(number)) {
      if (/^[\p{L}\p{N}._-]{1,64}$/u.test(text)) return find(`${text}@${core.domain}`);
      throw new KithError({ code: 'bad-number' });
    }
    const address = `${number}@${core.domain}`;
    const hash = await contactHash(core.domain, number);
    const found = await core.queries.discover([hash.slice(0, 5)]).catch((fault: unknown) => {
      const failure = failureOf(fault);
      // A server without contact discovery: there is no way to know, so it may be.
      if (failure.code === 'not-found' || failure.code === 'unsupported') return [hash];
      throw new KithError(failure);
    });
    if (!found.includes(hash)) throw new KithError({ code: 'not-found' });
    core.profiles.look(address);
    return core.world.personOf(address);
  };

  const discover = async (numbers: readonly string[]): Promise<Person[]> => {
    const byHash = new Map<string, string>();
    for (const number of new Set(numbers)) if (/^\+[1-9]\d{6,14}$/.test(number)) byHash.set(await contactHash(core.domain, number), number);
    const buckets = [...new Set([...byHash.keys()].map((hash) => hash.slice(0, 5)))];
    const found: Person[] = [];
    for (let i = 0; i < buckets.length; i += MOST_BUCKETS) {
      for (const hash of await core.queries.discover(buckets.slice(i, i + MOST_BUCKETS))) {
        const number = byHash.get(hash);
        if (number === undefined) continue;
        byHash.delete(hash);
        found.push(core.world.personOf(`${number}@${core.domain}`));
      }
    }
    return found;
  };

  /** Those who are called so and let themselves be found by name. */
  const called = async (name: string): Promise<Person[]> => {
    const text = name.trim().replace(/\s+/g, ' ').slice(0, 64);
    if ([...text].length < 2) return [];
    const found = await core.queries.called(text).catch((fault: unknown) => {
      throw new KithError(failureOf(fault));
    });
    for (const { address } of found) core.profiles.look(address);
    return found.filter(({ address }) => address !== core.me).map(({ address, name: own }) => {
      const row = core.world.people.get(address);
      return { ...core.world.personOf(address), ...(!row?.given && !row?.own && own !== '' && { name: own }) };
    });
  };

  const addContact = async (address: Address, name: string) => {
    const { queries } = core;
    await queries.setContact(address, name);
    queries.presence({ to: address, type: 'subscribe' });
    queries.presence({ to: address, type: 'subscribed' });
  };
  const removeContact = (address: Address) => core.queries.removeContact(address);
  const block = async (address: Address, report?: { reason: 'spam' | 'abuse'; text?: string }) => {
    await core.queries.block(address, report?.reason, report?.text);
    await core.run(async () => core.sync.blockedChanged([address], true));
  };
  const unblock = async (address: Address) => {
    await core.queries.unblock(address);
    await core.run(async () => core.sync.blockedChanged([address], false));
  };

  return { look, find, discover, called, addContact, removeContact, block, unblock };
}
