import { useState } from 'preact/hooks';
import { TextSearch } from 'lucide';
import { Hit, useSearch } from '../chats/found';
import { t } from '../i18n';
import { kith } from '../kith';
import { SearchBox } from '../parts/field';
import { Icon } from '../parts/icon';
import { useEffect } from 'preact/hooks';

/** Looks for words in one chat; a hit leads there. */
export function ChatSearch({ chat }: { chat: string }) {
  const [query, setQuery] = useState('');
  const found = useSearch(query, chat);
  const asked = query.trim() !== '';
  useEffect(() => document.getElementById('search-chat')?.focus(), []);
  return (
    <>
      <div class="finder">
        <SearchBox id="search-chat" value={query} label={t('search.inChat')} onInput={setQuery} onFocus={() => void kith.search.warm()} />
      </div>
      {asked && found ? (
        <>
          <p class="note" role="status">
            {t('search.count', { n: found.messages.length })}
          </p>
          {found.messages.map((hit) => (
            <Hit key={hit.message} hit={hit} inside />
          ))}
        </>
      ) : (
        <div class="empty">
          <Icon of={TextSearch} />
          <p>{t('search.chatHint')}</p>
        </div>
      )}
    </>
  );
}
