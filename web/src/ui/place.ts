import { batch, computed, effect, signal } from '@preact/signals';
import type { Address } from '../chat';

/**
 * Where the person is: a page in the first column, a chat in the second, something about it in the third. On a narrow
 * screen one of them is shown, the last that is set. The browser's back button goes back through them.
 */
export type Side =
  | { kind: 'info'; part?: 'requests' }
  | { kind: 'person'; address: Address }
  | { kind: 'message'; id: string }
  | { kind: 'search' }
  | { kind: 'gallery' }
  | { kind: 'starred' };

/** A path: `chats`, `chats/archived`, `new/group`, `settings/privacy`, `status`. */
export const page = signal('chats');
export const chat = signal<Address | null>(null);
export const side = signal<Side | null>(null);

/** A message to show in the chat that is open; a new object each time. The conversation takes it. */
export const jump = signal<{ chat: Address; message: string } | null>(null);

const narrowQuery = matchMedia('(max-width: 819px)');
const narrowNow = signal(narrowQuery.matches);
narrowQuery.addEventListener('change', () => {
  narrowNow.value = narrowQuery.matches;
});

/** Whether there is room for one column only. */
export const narrow = computed(() => narrowNow.value);

export interface Stop {
  page: string;
  chat: Address | null;
  side: Side | null;
}

/** What the browser keeps with each entry of its history: where that is, and the way there. */
interface Kept extends Stop {
  readonly trail: readonly Stop[];
}

const LONGEST_TRAIL = 20;

const same = (one: Stop, other: Stop) => JSON.stringify([one.page, one.chat, one.side]) === JSON.stringify([other.page, other.chat, other.side]);

/** Where the history is being gone back, the last place that was asked for meanwhile. */
let returning: { then: Stop | null } | null = null;

/** How many steps back along the way one came this place lies; 0 where one has not been there. */
export function stepsBack(trail: readonly Stop[], to: Stop): number {
  const at = trail.findLastIndex((stop) => same(stop, to));
  return at < 0 ? 0 : trail.length - at;
}

/** Goes somewhere; what is not named stays. Opening a chat closes what was said about the one before. */
export function go({ jump: message, ...to }: Partial<Stop> & { jump?: string }): void {
  const target = to.chat ?? chat.value;
  if (message && target) jump.value = { chat: target, message };
  const from = { page: page.value, chat: chat.value, side: side.value };
  const next: Stop = { ...from, ...to };
  if (to.chat !== undefined && to.chat !== from.chat && to.side === undefined) next.side = null;
  if (same(next, from)) return;
  if (returning) returning.then = next;
  else leave(from, next);
  arrive(next);
}

/** Tells the browser. Who closes what they opened goes back: else its back button would open it again. */
function leave(from: Stop, next: Stop): void {
  const url = next.chat ? `#/chat/${encodeURIComponent(next.chat)}` : '#/';
  const trail = (history.state as Partial<Kept> | null)?.trail ?? [];
  if (!narrowNow.value) return history.replaceState({ ...next, trail }, '', url);
  const steps = stepsBack(trail, next);
  if (steps) {
    returning = { then: null };
    history.go(-steps);
  } else history.pushState({ ...next, trail: [...trail, from].slice(-LONGEST_TRAIL) }, '', url);
}

function arrive(next: Stop): void {
  batch(() => {
    page.value = next.page;
    chat.value = next.chat;
    side.value = next.side;
  });
}

/** One step out: the third column, then the chat (where it covers all), then the page above this one. */
export function out(): void {
  if (side.value) go({ side: null });
  else if (narrowNow.value && chat.value) go({ chat: null });
  else if (page.value !== 'chats') up();
  else go({ chat: null });
}

/** To the page above this one. */
export function up(): void {
  const parent = page.value.includes('/') ? page.value.slice(0, page.value.lastIndexOf('/')) : 'chats';
  go({ page: parent });
}

addEventListener('popstate', (event) => {
  const stop = (event.state as Stop | null) ?? fromUrl();
  const then = returning?.then;
  returning = null;
  if (then && !same(then, stop)) leave(stop, then);
  else arrive(stop);
});

/** The invite link that the page was opened with, until somebody has dealt with it: a reload while one signs up loses it not. */
export const invited = signal(sessionStorage.getItem('invited'));
effect(() => {
  if (invited.value) sessionStorage.setItem('invited', invited.value);
  else sessionStorage.removeItem('invited');
});

addEventListener('hashchange', () => {
  if (location.hash.startsWith('#join/')) arrive(fromUrl());
});

function fromUrl(): Stop {
  if (location.hash.startsWith('#join/')) {
    invited.value = location.href;
    history.replaceState(null, '', '#/');
  }
  const found = /^#\/chat\/(.+)$/.exec(location.hash)?.[1];
  let address: string | null = null;
  try {
    address = found ? decodeURIComponent(found).slice(0, 3071) : null;
  } catch {
    address = null;
  }
  return { page: 'chats', chat: address, side: null };
}

arrive(fromUrl());
