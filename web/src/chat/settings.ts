// Oneself, what one has chosen, and one's devices.

import type { Address, Person } from './model';

export interface Profile extends Person {
  readonly about: string;
}

/** `contacts-except` and `only` have a list in `Settings.listed`. */
export type Audience = 'everyone' | 'contacts' | 'contacts-except' | 'only' | 'nobody';
/** The settings that are an audience. */
export type Private = 'lastSeen' | 'online' | 'profilePhoto' | 'about' | 'groups' | 'status';

export interface Settings {
  readonly lastSeen: Audience;
  readonly online: Audience;
  readonly profilePhoto: Audience;
  readonly about: Audience;
  readonly groups: Audience;
  readonly status: Audience;
  /** Who is meant by an audience that has a list. */
  readonly listed: Readonly<Partial<Record<Private, readonly Address[]>>>;
  /** Others find one by one's number. */
  readonly discoverable: boolean;
  /** Others find one by one's name. */
  readonly findable: boolean;
  /** Whether read receipts are sent (and seen). */
  readonly receipts: boolean;
  readonly theme: 'system' | 'light' | 'dark';
  /** BCP 47, empty: the browser's. */
  readonly language: string;
  readonly wallpaper: string;
  readonly enterSends: boolean;
  readonly sounds: boolean;
  readonly notifications: boolean;
  readonly notificationPreviews: boolean;
  /** The number of unread chats on the app's sign. */
  readonly badges: boolean;
  /** Whether one's server looks at pages that one sends links to. */
  readonly linkPreviews: boolean;
  readonly autoDownload: 'always' | 'photos' | 'never';
  readonly textSize: number;
  /** What else the UI wants to keep on this device, by its own names. */
  readonly ui: Readonly<Record<string, unknown>>;
}

export const defaultSettings: Settings = {
  lastSeen: 'contacts',
  online: 'everyone',
  profilePhoto: 'everyone',
  about: 'everyone',
  groups: 'everyone',
  status: 'contacts',
  listed: {},
  discoverable: true,
  findable: false,
  receipts: true,
  theme: 'system',
  language: '',
  wallpaper: '',
  enterSends: true,
  sounds: true,
  notifications: false,
  notificationPreviews: true,
  badges: true,
  linkPreviews: true,
  autoDownload: 'photos',
  textSize: 100,
  ui: {},
};

export interface LinkedDevice {
  readonly id: string;
  readonly name: string;
  readonly linked: number;
  readonly current: boolean;
}

export interface StorageUse {
  readonly messages: number;
  readonly databaseBytes: number;
  /** Files kept on this device. */
  readonly fileBytes: number;
  /** The browser's limit for all of it. */
  readonly quotaBytes: number;
  /** Files kept by the server for us, when known. */
  readonly serverBytes?: number;
  readonly serverQuotaBytes?: number;
  readonly chats: readonly { readonly chat: Address; readonly messages: number; readonly fileBytes: number }[];
}
