import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IqError } from '../src/xmpp/client';
import { el } from '../src/xmpp/xml';
import { quiet, Verona, type Device } from './verona';

const BENVOLIO = 'benvolio@kith.test';
const CARD = 'vcard-temp';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const later = (millis: number) => vi.setSystemTime(Date.now() + millis);

/** A device that asks for cards, and what it was told: a name, nothing, or that the network broke. */
async function reader() {
  const verona = new Verona();
  const asked: string[] = [];
  const answers: (string | undefined | 'broken')[] = [];
  verona.other = (_from: Device, _type, to, payload) => {
    if (!payload.is('vCard', CARD)) return undefined;
    asked.push(to ?? '');
    const answer = answers.shift();
    if (answer === 'broken') throw new IqError('disconnected', 'wait', undefined);
    if (answer === undefined) throw new IqError('item-not-found', 'cancel', undefined);
    return el('iq', 'jabber:client', { type: 'result' }, el('vCard', CARD, {}, el('FN', CARD, {}, answer)));
  };
  const { core } = await verona.device('romeo@kith.test');
  return { core, asked, answers, settled: () => quiet(verona), name: () => core.world.personOf(BENVOLIO).name };
}

test('who has no name yet is looked at again soon, then ever more seldom', async () => {
  const { core, asked, answers, settled, name } = await reader();
  core.profiles.look(BENVOLIO);
  await settled();
  core.profiles.look(BENVOLIO);
  core.profiles.tick();
  await settled();
  expect(asked).toHaveLength(1);
  later(11_000);
  core.profiles.tick();
  await settled();
  expect(asked).toHaveLength(2);
  later(11_000);
  core.profiles.tick();
  await settled();
  expect(asked).toHaveLength(2);
  answers.push('Benvolio');
  later(60_000);
  core.profiles.tick();
  await settled();
  expect(name()).toBe('Benvolio');
  later(3_600_000);
  core.profiles.tick();
  core.profiles.look(BENVOLIO);
  await settled();
  expect(asked).toHaveLength(3);
});

test('what is known of somebody stays when the network breaks while one looks, and is looked at again', async () => {
  const { core, asked, answers, settled, name } = await reader();
  answers.push('Benvolio', 'broken', 'Ben');
  core.profiles.look(BENVOLIO);
  await settled();
  later(13 * 3_600_000);
  core.profiles.look(BENVOLIO);
  await settled();
  expect([asked.length, name()]).toEqual([2, 'Benvolio']);
  core.profiles.tick();
  await settled();
  expect([asked.length, name()]).toEqual([3, 'Ben']);
});
