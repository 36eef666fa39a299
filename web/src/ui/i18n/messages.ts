import type english from './en';

/** English is what the other languages are measured against: the compiler refuses one that lacks a text. */
export type Key = keyof typeof english;

export type Messages = Record<Key, string>;
