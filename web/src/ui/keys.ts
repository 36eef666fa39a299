import type { Key } from './i18n';
import { kith } from './kith';
import { anyDialog } from './parts/dialog';
import { menuIsOpen } from './parts/menu';
import { run } from './parts/toast';
import { chat, go, out } from './place';

interface Shortcut {
  /** As shown to people, in the order they are pressed. */
  readonly keys: readonly string[];
  readonly says: Key;
  readonly matches: (event: KeyboardEvent) => boolean;
  readonly run: () => void;
}

const control = (event: KeyboardEvent) => event.ctrlKey || event.metaKey;

/** The shortcuts that work everywhere; the settings show them from this same list. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ['Ctrl', 'K'], says: 'keys.search', matches: (e) => control(e) && !e.altKey && e.key.toLowerCase() === 'k', run: search },
  { keys: ['Ctrl', 'Alt', 'N'], says: 'keys.new', matches: (e) => control(e) && e.altKey && e.code === 'KeyN', run: () => go({ page: 'new' }) },
  { keys: ['Ctrl', 'Alt', 'F'], says: 'keys.searchChat', matches: (e) => control(e) && e.altKey && e.code === 'KeyF', run: () => chat.value && go({ side: { kind: 'search' } }) },
  { keys: ['Alt', '↓'], says: 'keys.next', matches: (e) => e.altKey && !control(e) && e.key === 'ArrowDown', run: () => neighbour(1) },
  { keys: ['Alt', '↑'], says: 'keys.previous', matches: (e) => e.altKey && !control(e) && e.key === 'ArrowUp', run: () => neighbour(-1) },
  { keys: ['Ctrl', 'Alt', 'E'], says: 'keys.archive', matches: (e) => control(e) && e.altKey && e.code === 'KeyE', run: archive },
  { keys: ['Ctrl', 'Alt', 'U'], says: 'keys.unread', matches: (e) => control(e) && e.altKey && e.code === 'KeyU', run: unread },
  { keys: ['Ctrl', 'Alt', ','], says: 'keys.settings', matches: (e) => control(e) && e.altKey && e.code === 'Comma', run: () => go({ page: 'settings' }) },
  { keys: ['Ctrl', '/'], says: 'keys.help', matches: (e) => control(e) && !e.altKey && e.key === '/', run: () => go({ page: 'settings/keys' }) },
  { keys: ['Esc'], says: 'keys.out', matches: (e) => e.key === 'Escape', run: out },
];

export function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || anyDialog() || menuIsOpen()) return;
  const found = shortcuts.find((shortcut) => shortcut.matches(event));
  if (!found) return;
  event.preventDefault();
  found.run();
}

function search(): void {
  go({ page: 'chats' });
  // Once the page is there, and before the next key: what is typed at once belongs into the box.
  queueMicrotask(() => {
    const box = document.getElementById('search') as HTMLInputElement | null;
    box?.focus();
    box?.select();
  });
}

function neighbour(step: number): void {
  const open = kith.chats.list.peek().filter((each) => !each.archived);
  const now = open.findIndex((each) => each.id === chat.peek());
  const next = open[now < 0 ? 0 : Math.max(0, Math.min(open.length - 1, now + step))];
  if (next) go({ chat: next.id });
}

function archive(): void {
  const open = chat.peek() && kith.chats.chat(chat.peek() as string).peek();
  if (open) run(kith.chats.archive(open.id, !open.archived));
}

function unread(): void {
  const id = chat.peek();
  if (!id) return;
  go({ chat: null });
  run(kith.chats.markRead(id, false));
}
