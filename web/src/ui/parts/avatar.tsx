import { User, Users, Bookmark, Megaphone } from 'lucide';
import type { Photo } from '../../chat';
import { kith } from '../kith';
import { Icon } from './icon';

type Kind = 'person' | 'group' | 'broadcast' | 'self';

/** The same address has the same colour on every device. */
export function hueOf(address: string): number {
  let hash = 2166136261;
  for (let i = 0; i < address.length; i++) hash = Math.imul(hash ^ address.charCodeAt(i), 16777619);
  return (hash >>> 0) % 8;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Up to two letters: of the first and the last word. Numbers and signs give none. */
export function initialsOf(name: string): string {
  const words = name.slice(0, 200).split(/\s+/u).filter((word) => /^\p{L}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return letters
    .map((word) => [...segmenter.segment(word ?? '')][0]?.segment.slice(0, 8) ?? '')
    .join('')
    .toLocaleUpperCase();
}

export function Avatar(props: {
  of: string;
  name: string;
  photo?: Photo | undefined;
  kind?: Kind;
  size?: 's' | 'm' | 'l';
  online?: boolean;
}) {
  const { of, name, photo, kind = 'person', size = 'm', online = false } = props;
  const url = kith.photoUrl(photo).value;
  const letters = kind === 'self' ? '' : initialsOf(name);
  const stand = kind === 'self' ? Bookmark : kind === 'group' ? Users : kind === 'broadcast' ? Megaphone : User;
  return (
    <span class="avatar" data-size={size} data-hue={hueOf(of)} data-letters={url ? undefined : letters || undefined} aria-hidden="true">
      {url ? <img src={url} alt="" decoding="async" draggable={false} /> : !letters && <Icon of={stand} />}
      {online && <span class="here" />}
    </span>
  );
}
