import type { IconNode } from 'lucide';
import { h } from 'preact';

/** A drawing of 24 by 24 lines. It says nothing to a screen reader: what it stands on is named instead. */
export function Icon({ of, turns = false, class: more = '' }: { of: IconNode; turns?: boolean; class?: string }) {
  return (
    <svg class={`icon ${turns ? 'turns' : ''} ${more}`} viewBox="0 0 24 24" aria-hidden="true">
      {of.map(([tag, attributes]) => h(tag as string, attributes as Record<string, string>))}
    </svg>
  );
}
