// How one's chats stand in one's list (docs/protocol/chats.md): an item per chat at a private node (XEP-0223), so that all of one's
// devices show the same. Muting is XEP-0492's.

import { timeOf } from './message';
import { NS } from './ns';
import { el, type Element } from './xml';

export interface Flags {
  /** Since when. */
  readonly pinned?: number;
  readonly mutedUntil?: number | 'always';
  readonly archived?: boolean;
  /** Of a group: one is only told of what mentions one. */
  readonly mentionsOnly?: boolean;
  /** New messages make no sound. */
  readonly silent?: boolean;
  /** New messages disappear after so many seconds. */
  readonly disappearingSeconds?: number;
}

export interface ChatFlags {
  readonly chat: string;
  readonly flags: Flags;
}

const stamp = (time: number) => new Date(time).toISOString();
const MOST_SECONDS = 31_536_000;

export function writeFlags({ pinned, mutedUntil, archived, mentionsOnly, silent, disappearingSeconds }: Flags): Element {
  return el('chat', NS.chats, {
    pinned: pinned === undefined ? undefined : stamp(pinned), archived: archived ? 'true' : undefined, disappearing: disappearingSeconds || undefined,
    sound: silent ? 'none' : undefined, mentions: mentionsOnly && mutedUntil !== undefined ? 'only' : undefined,
  }, mutedUntil !== undefined ? el('notify', NS.notify, {}, el('never', NS.notify, {},
    mutedUntil !== 'always' && el('advanced', NS.notify, {}, el('until', NS.chats, { stamp: stamp(mutedUntil) }))))
    : mentionsOnly && el('notify', NS.notify, {}, el('on-mention', NS.notify)));
}

export function readFlags(items: Element | undefined): ChatFlags[] {
  return items?.all('item').flatMap((item) => {
    const [chat, of] = [item.attr('id') ?? '', item.child('chat', NS.chats)];
    if (!of || chat === '') return [];
    const pinned = timeOf(of.attr('pinned'));
    // What is said for other kinds of devices is not for us.
    const forUs = (name: string) => of.child('notify', NS.notify)?.all(name).find((each) => each.attr('identity-category') === undefined);
    const never = forUs('never');
    const mutedUntil = never && (timeOf(never.child('advanced')?.child('until', NS.chats)?.attr('stamp')) ?? 'always');
    const seconds = Number(of.attr('disappearing'));
    return [{ chat, flags: {
      ...(pinned !== undefined && { pinned }), ...(mutedUntil !== undefined && { mutedUntil }), ...(of.attr('archived') === 'true' && { archived: true }),
      ...((forUs('on-mention') || of.attr('mentions') === 'only') && { mentionsOnly: true }), ...(of.attr('sound') === 'none' && { silent: true }),
      ...(seconds > 0 && seconds <= MOST_SECONDS && { disappearingSeconds: Math.round(seconds) }),
    } }];
  }) ?? [];
}
