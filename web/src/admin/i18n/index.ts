import { signal } from '@preact/signals';
import { type Language, speak } from '../../ui/i18n';
import { type Arguments, format, parse, rulesOf } from '../../ui/i18n/icu';
import type english from './en';

export type Key = keyof typeof english;
export type Messages = Record<Key, string>;

const loaders: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./en'),
  de: () => import('./de'),
  es: () => import('./es'),
  ar: () => import('./ar'),
};

const loaded = signal<{ language: Language; messages: Messages } | null>(null);

/** Loads the page's own texts beside those of the parts that it shares with the app. */
export async function talk(language: Language): Promise<void> {
  const [{ default: messages }] = await Promise.all([loaders[language](), speak(language)]);
  loaded.value = { language, messages };
}

/** What the operators' page says, in the person's language. */
export function t(key: Key, values: Arguments = {}): string {
  const now = loaded.value;
  return now ? format(parse(now.messages[key]), values, rulesOf(now.language)) : '';
}
