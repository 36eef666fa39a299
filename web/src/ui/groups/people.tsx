import { BookUser, UserPlus, Users } from 'lucide';
import { useState } from 'preact/hooks';
import { openChat, PersonRow } from '../chats/found';
import { t } from '../i18n';
import { kith } from '../kith';
import { show } from '../parts/dialog';
import { SearchBox } from '../parts/field';
import { Icon } from '../parts/icon';
import { askBook } from './book';
import { ContactByNumber, matching } from './new';

/** All contacts, by name. */
export function People() {
  const [query, setQuery] = useState('');
  const all = kith.people.contacts.value;
  const people = matching(all, query);
  return (
    <>
      <header class="bar">
        <h1 class="grow">{t('people.title')}</h1>
        {kith.abilities.has('discovery') && (
          <button type="button" class="round" aria-label={t('people.book')} title={t('people.book')} onClick={askBook}>
            <Icon of={BookUser} />
          </button>
        )}
        <button type="button" class="round" aria-label={t('new.contact')} title={t('new.contact')} onClick={() => void show((close) => <ContactByNumber close={close} />)}>
          <Icon of={UserPlus} />
        </button>
      </header>
      <div class="finder">
        <SearchBox value={query} label={t('people.search')} onInput={setQuery} />
      </div>
      <div class="scroll lazy">
        {people.map((person) => (
          <PersonRow key={person.address} person={person} onPick={() => void openChat(person.address)} />
        ))}
        {!all.length && (
          <div class="empty">
            <Icon of={Users} />
            <h2>{t('people.none')}</h2>
            <p>{t('people.noneText')}</p>
          </div>
        )}
        {all.length > 0 && !people.length && <p class="note">{t('search.nothing')}</p>}
      </div>
    </>
  );
}
