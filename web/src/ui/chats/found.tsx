import { signal } from '@preact/signals';
import { SearchX } from 'lucide';
import { useEffect, useMemo } from 'preact/hooks';
import type { Person, SearchHit, SearchResult } from '../../chat';
import { t } from '../i18n';
import { stamp } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { sayFailure } from '../parts/toast';
import { go } from '../place';
import { ChatRow } from './row';
import { nameOf } from './summary';

/** What a search over everything has found: chats, people, messages. The answer before stays until the next is there. */
export function Found({ query }: { query: string }) {
  const result = useSearch(query);
  if (!result) return <div class="scroll" aria-busy="true" />;
  const { chats, people, messages, more } = result;
  const none = !chats.length && !people.length && !messages.length;
  return (
    <div class="scroll">
      <p class="unseen" role="status">
        {t('search.count', { n: chats.length + people.length + messages.length })}
      </p>
      {none && (
        <div class="empty">
          <Icon of={SearchX} />
          <h2>{t('search.nothing')}</h2>
          <p>{t('search.nothingText', { query })}</p>
        </div>
      )}
      {chats.length > 0 && <h2 class="heading">{t('chats.title')}</h2>}
      {chats.map((chat) => (
        <ChatRow key={chat.id} chat={chat} />
      ))}
      {people.length > 0 && <h2 class="heading">{t('people.title')}</h2>}
      {people.map((person) => (
        <PersonRow key={person.address} person={person} onPick={() => void openChat(person.address)} />
      ))}
      {messages.length > 0 && <h2 class="heading">{t('search.messages')}</h2>}
      {messages.map((hit) => (
        <Hit key={hit.message} hit={hit} />
      ))}
      {more && <p class="note">{t('search.more')}</p>}
    </div>
  );
}

const FIRST = 15;

/** Searches as one types; what was asked before and is still under way is dropped. */
export function useSearch(query: string, chat?: string): SearchResult | null {
  const result = useMemo(() => signal<SearchResult | null>(null), []);
  useEffect(() => {
    const stop = new AbortController();
    const find = async (limit: number) => {
      const found = await kith.search.find(query.trim(), { signal: stop.signal, limit, ...(chat !== undefined && { chat }) });
      if (!stop.signal.aborted) result.value = found;
      return found;
    };
    // What fills the screen comes first; each hit may lie in another block of the database.
    const wait = setTimeout(() => {
      find(FIRST)
        .then(async (found) => void (found.more && !stop.signal.aborted && (await find(chat ? 100 : 50))))
        .catch((error: unknown) => stop.signal.aborted || sayFailure(error));
    }, 60);
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [query, chat]);
  return result.value;
}

export async function openChat(address: string): Promise<void> {
  try {
    go({ page: 'chats', chat: await kith.chats.start(address) });
  } catch (error) {
    sayFailure(error);
  }
}

export function PersonRow(props: { person: Person; onPick: () => void; under?: string; checked?: boolean }) {
  const { person, onPick, under, checked } = props;
  return (
    <button type="button" class="row" onClick={onPick} role={checked === undefined ? undefined : 'checkbox'} aria-checked={checked}>
      <Avatar of={person.address} name={person.name} photo={person.photo} />
      <span class="grow">
        <bdi class="title cut">{person.name}</bdi>
        {(under ?? person.phone) && <span class="under cut">{under === undefined ? <bdi dir="ltr">{person.phone}</bdi> : <bdi>{under}</bdi>}</span>}
      </span>
      {checked !== undefined && <span class="check" aria-hidden="true" data-on={checked} />}
    </button>
  );
}

export function Hit({ hit, inside = false }: { hit: SearchHit; inside?: boolean }) {
  const chat = kith.chats.chat(hit.chat).value;
  const title = inside ? nameOf(hit.from) : (chat?.name ?? hit.chat);
  return (
    <button type="button" class="row hit" onClick={() => go({ chat: hit.chat, side: inside ? { kind: 'search' } : null, jump: hit.message })}>
      {!inside && <Avatar of={hit.chat} name={title} photo={chat?.photo} kind={chat?.kind ?? 'person'} size="s" />}
      <span class="grow">
        <span class="line">
          <bdi class="title cut">{title}</bdi>
          <time class="when">{stamp(hit.time)}</time>
        </span>
        <span class="under two">
          {!inside && (hit.mine || chat?.kind === 'group') && <bdi>{`${nameOf(hit.from)}: `}</bdi>}
          <bdi>
            <Marked text={hit.snippet} ranges={hit.ranges} />
          </bdi>
        </span>
      </span>
    </button>
  );
}

function Marked({ text, ranges }: { text: string; ranges: SearchHit['ranges'] }) {
  const parts = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start < at || end > text.length) continue;
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}
