import { computed, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { type Arguments, format, parse, type Piece, pieces, rulesOf } from './icu';
import type { Key, Messages } from './messages';

export type { Key } from './messages';

/**
 * What Kith says, in the person's language. Only the current language is loaded; every other one is a chunk of its own.
 * `t` reads a signal, so a component that calls it is drawn anew when the language changes.
 */
export const languages = { en: 'English', de: 'Deutsch', es: 'Español', ar: 'العربية' } as const;

export type Language = keyof typeof languages;

const loaders: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./en'),
  de: () => import('./de'),
  es: () => import('./es'),
  ar: () => import('./ar'),
};

interface Loaded {
  language: Language;
  messages: Messages;
  parsed: Map<Key, Piece[]>;
  rules: ReturnType<typeof rulesOf>;
}

const loaded = signal<Loaded | null>(null);

export const language = computed<Language>(() => loaded.value?.language ?? 'en');

/** Whether the language is written from right to left. */
export const rtl = computed(() => language.value === 'ar');

const KEPT = 'kith.language';

/** The person's own choice, or null when the browser's preference decides. */
export function chosenLanguage(): Language | null {
  const kept = localStorage.getItem(KEPT);
  return kept && kept in languages ? (kept as Language) : null;
}

/** The best of our languages for what was chosen here, or for what the browser prefers. */
export function preferred(wanted: readonly string[] = navigator.languages): Language {
  const chosen = chosenLanguage();
  if (chosen) return chosen;
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (base in languages) return base as Language;
  }
  return 'en';
}

/** Loads a language and switches to it. */
export async function speak(to: Language): Promise<void> {
  const { default: messages } = await loaders[to]();
  loaded.value = { language: to, messages, parsed: new Map(), rules: rulesOf(to) };
  document.documentElement.lang = to;
  document.documentElement.dir = to === 'ar' ? 'rtl' : 'ltr';
}

/** Keeps a choice (null: the browser decides again) and switches to it. */
export function choose(to: Language | null): Promise<void> {
  if (to) localStorage.setItem(KEPT, to);
  else localStorage.removeItem(KEPT);
  return speak(preferred());
}

export function t(key: Key, values: Arguments = {}): string {
  const now = loaded.value;
  return now ? format(message(now, key), values, now.rules) : '';
}

/** Like [t], with elements among the arguments. */
export function rich(key: Key, values: Arguments): ComponentChildren {
  const now = loaded.value;
  return now ? (pieces(message(now, key), values, now.rules) as ComponentChildren) : null;
}

function message(now: Loaded, key: Key): Piece[] {
  let found = now.parsed.get(key);
  if (!found) {
    found = parse(now.messages[key]);
    now.parsed.set(key, found);
  }
  return found;
}
