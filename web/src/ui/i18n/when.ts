import { computed } from '@preact/signals';
import { language, t } from './index';

/** Dates, durations and sizes as people say them, by `Intl`; the formats are made once per language. */
const formats = computed(() => {
  const tag = regional(language.value);
  return {
    time: new Intl.DateTimeFormat(tag, { timeStyle: 'short' }),
    weekday: new Intl.DateTimeFormat(tag, { weekday: 'long' }),
    day: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long' }),
    date: new Intl.DateTimeFormat(tag, { day: '2-digit', month: '2-digit', year: 'numeric' }),
    longDate: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' }),
    full: new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }),
    relative: new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }),
    list: new Intl.ListFormat(tag, { type: 'conjunction' }),
    number: new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }),
    region: new Intl.DisplayNames([tag], { type: 'region' }),
    collator: new Intl.Collator(tag, { sensitivity: 'base', numeric: true }),
  };
});

/** The browser's own kind of the language, if it names one: English of Britain writes 17:00, of America 5:00 PM. */
function regional(tag: string): string {
  return navigator.languages.find((each) => each.toLowerCase().split('-')[0] === tag) ?? tag;
}

const DAY_MILLIS = 86_400_000;

function midnight(at: number): number {
  const date = new Date(at);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}

/** Days between two instants on this device's calendar: 0 today, 1 yesterday. */
export function daysAgo(at: number, now = Date.now()): number {
  return Math.round((midnight(now) - midnight(at)) / DAY_MILLIS);
}

/** A number that is the same for all instants of one local day. */
export function dayOf(at: number): number {
  return midnight(at);
}

export const time = (at: number) => formats.value.time.format(at);

export const dateAndTime = (at: number) => formats.value.full.format(at);

function capital(word: string): string {
  return word.charAt(0).toLocaleUpperCase(language.value) + word.slice(1);
}

/** Above the messages of a day: Today, Yesterday, Monday, 3 May, 3 May 2024. */
export function dayName(at: number, now = Date.now()): string {
  const days = daysAgo(at, now);
  const f = formats.value;
  if (days < 2 && days >= 0) return capital(f.relative.format(-days, 'day'));
  if (days < 7 && days > 0) return capital(f.weekday.format(at));
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? f.day.format(at) : f.longDate.format(at);
}

/** Beside a chat in the list: the time today, else the day as short as it can be said. */
export function stamp(at: number, now = Date.now()): string {
  const days = daysAgo(at, now);
  const f = formats.value;
  if (days <= 0) return f.time.format(at);
  if (days === 1) return capital(f.relative.format(-1, 'day'));
  return days < 7 ? capital(f.weekday.format(at)) : f.date.format(at);
}

/** `last seen today at 12:30`. */
export function lastSeen(at: number): string {
  const days = daysAgo(at);
  if (days <= 1) return t(days <= 0 ? 'presence.seenToday' : 'presence.seenYesterday', { time: time(at) });
  return t('presence.seenOn', { date: dayName(at), time: time(at) });
}

/** `0:07`, `12:05`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `3.4 MB`. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let amount = bytes;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${formats.value.number.format(unit < 2 ? Math.round(amount) : amount)}\u00a0${units[unit]}`;
}

/** `Ada, Ben and Cleo`. */
export const list = (names: string[]) => formats.value.list.format(names.map((name) => `\u2068${name}\u2069`));

/** A country's name in the person's language, by its two letters. */
export const country = (code: string) => formats.value.region.of(code) ?? code;

export const compare = (a: string, b: string) => formats.value.collator.compare(a, b);

export const number = (n: number) => formats.value.number.format(n);
