import { useState } from 'preact/hooks';
import type { Address } from '../../chat';
import { PersonRow } from '../chats/found';
import { t } from '../i18n';
import { kith } from '../kith';
import { Dialog } from '../parts/dialog';
import { SearchBox } from '../parts/field';
import { run } from '../parts/toast';

const MOST = 20;

/** Chooses contacts to send. */
export function ContactForm({ chat, close }: { chat: Address; close: () => void }) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<readonly Address[]>([]);
  const wanted = query.trim().toLocaleLowerCase();
  const people = kith.people.contacts.value.filter((person) => person.name.toLocaleLowerCase().includes(wanted));
  const toggle = (address: Address) =>
    setChosen(chosen.includes(address) ? chosen.filter((each) => each !== address) : [...chosen, address].slice(0, MOST));
  const send = () => {
    const contacts = kith.people.contacts.value
      .filter((person) => chosen.includes(person.address))
      .map(({ name, address, phone }) => ({ name, address, ...(phone && { phone }) }));
    run(kith.messages.send(chat, { contacts }));
    close();
  };
  return (
    <Dialog
      title={t('attach.contact')}
      close={close}
      flush
      class="tall"
      foot={
        <button type="button" class="button main" disabled={!chosen.length} onClick={send}>
          {t('do.send')}
        </button>
      }
    >
      <div class="finder">
        <SearchBox value={query} label={t('people.search')} onInput={setQuery} first />
      </div>
      {people.slice(0, 200).map((person) => (
        <PersonRow key={person.address} person={person} checked={chosen.includes(person.address)} onPick={() => toggle(person.address)} />
      ))}
      {!people.length && <p class="note">{kith.people.contacts.value.length ? t('search.nothing') : `${t('people.none')}. ${t('people.noneText')}`}</p>}
    </Dialog>
  );
}
