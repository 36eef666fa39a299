// What people of the made-up world tell of their day.

import { computed, signal } from '@preact/signals-core';
import type { Address, Kith, Person, Status } from '../../src/chat';

export function demoStatuses(people: readonly Person[], known: ReadonlyMap<Address, Person>, me: Address): Kith['statuses'] {
  const now = Date.now();
  let told = 0;
  const all = signal<readonly Status[]>(people.slice(0, 6).map((person, i) => ({
    id: `s${i}`, from: person.address, mine: false, time: now - i * 3_600_000, expires: now + 80_000_000, seen: i > 3,
    content: { kind: 'text', text: 'A fine day to you all' }, background: '#3b6e5a',
  })));
  return {
    list: computed(() => all.value.map((status) => ({
      from: known.get(status.from)!, statuses: [status], unseen: status.seen ? 0 : 1 }))),
    postText: async (text: string, background: string) => {
      all.value = [{ id: `mine${++told}`, from: me, mine: true, time: Date.now(), expires: Date.now() + 86_400_000, seen: true,
        content: { kind: 'text', text }, background, viewers: [] }, ...all.value];
    },
    postFile: async () => {},
    remove: async (id: string) => { all.value = all.value.filter((status) => status.id !== id); },
    viewed: (id: string) => { all.value = all.value.map((status) => (status.id === id ? { ...status, seen: true } : status)); },
    reply: async () => {},
    open: async () => new Blob(),
  };
}
