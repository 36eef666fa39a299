import { AtSign } from 'lucide';
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Address } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';

const SHOWN = 8;
const LONGEST = 40;

/** The name that is being typed after an `@`, if the cursor stands in one. */
export function wantedAt(text: string, cursor: number): { start: number; typed: string } | null {
  const before = text.slice(Math.max(0, cursor - LONGEST), cursor);
  const match = /(?:^|[\s(])@([\p{L}\p{N}'’.-]*(?: [\p{L}\p{N}'’.-]*)?)$/u.exec(before);
  return match ? { start: cursor - (match[1] ?? '').length - 1, typed: match[1] ?? '' } : null;
}

/** Members whose names begin with what was typed. Into the text goes what everybody calls them, not the name that one gave them. The cursor stays in the text; the arrow keys choose here. */
export function Suggestions(props: {
  chat: Address;
  typed: string;
  field: RefObject<HTMLTextAreaElement | null>;
  onPick: (address: Address, name: string) => void;
}) {
  const { chat, typed, field, onPick } = props;
  const [at, setAt] = useState(0);
  const wanted = typed.toLocaleLowerCase();
  const me = kith.account.me.value.address;
  const members = (kith.groups.group(chat).value?.members ?? []).filter(
    (member) => member.address !== me && `${member.name} ${member.publicName ?? ''}`.toLocaleLowerCase().split(/\s+/u).some((_, i, words) => words.slice(i).join(' ').startsWith(wanted)),
  );
  const everyone = t('compose.everyone');
  const found = [
    ...members.slice(0, SHOWN).map(({ address, name, publicName = name, photo }) => ({ address, name, written: publicName, photo })),
    ...(everyone.toLocaleLowerCase().startsWith(wanted) ? [{ address: chat, name: everyone, written: everyone, photo: undefined }] : []),
  ];
  const index = Math.min(at, found.length - 1);

  useEffect(() => setAt(0), [typed]);
  useEffect(() => {
    const area = field.current;
    const key = (event: KeyboardEvent) => {
      const chosen = found[index];
      if (!chosen || event.isComposing) return;
      if (event.key === 'ArrowDown') setAt((index + 1) % found.length);
      else if (event.key === 'ArrowUp') setAt((index + found.length - 1) % found.length);
      else if (event.key === 'Enter' || event.key === 'Tab') onPick(chosen.address, chosen.written);
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    area?.addEventListener('keydown', key, { capture: true });
    return () => area?.removeEventListener('keydown', key, { capture: true });
  });

  if (!found.length) return null;
  return (
    <div class="suggestions" role="listbox" aria-label={t('compose.mention')}>
      {found.map((each, i) => (
        <button
          key={each.address}
          type="button"
          class="row"
          role="option"
          aria-selected={i === index}
          tabIndex={-1}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(each.address, each.written)}
        >
          {each.address === chat ? (
            <span class="avatar" data-size="s">
              <Icon of={AtSign} />
            </span>
          ) : (
            <Avatar of={each.address} name={each.name} photo={each.photo} size="s" />
          )}
          <bdi class="cut">{each.name}</bdi>
        </button>
      ))}
      <span class="unseen" role="status">
        {found[index]?.name}
      </span>
    </div>
  );
}
