import type { Address, Person } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { show } from '../parts/dialog';
import { run, say, sayFailure } from '../parts/toast';
import { countryOf, international, likely } from '../welcome/countries';
import { ChoosePeople } from './new';
import { readCards, type Card } from './vcards';

const MOST_BYTES = 32 * 1024 * 1024;

interface ContactPicker {
  select(properties: readonly string[], options: { multiple: boolean }): Promise<readonly { name?: readonly string[]; tel?: readonly string[] }[]>;
}

/** Who of an address book is here: from the system's own where the browser may ask it, else from a file of cards that one chooses. */
export function askBook(): void {
  const picker = (navigator as { contacts?: ContactPicker }).contacts;
  if (picker) {
    picker.select(['name', 'tel'], { multiple: true }).then(
      (chosen) => void look(chosen.map(({ name, tel }) => ({ name: name?.[0] ?? '', phones: tel ?? [] }))),
      () => {},
    );
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.vcf,text/vcard,text/x-vcard';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file && file.size <= MOST_BYTES) void file.text().then((text) => look(readCards(text)));
    else if (file) say(t('people.bookNone'));
  });
  input.click();
}

async function look(cards: readonly Card[]): Promise<void> {
  const me = kith.account.me.value;
  // Numbers without a country are of one's own.
  const here = (me.phone !== undefined && countryOf(me.phone, likely())) || likely();
  const names = new Map<string, string>();
  for (const { name, phones } of cards) for (const phone of phones) names.set(international(phone, here), name);
  try {
    const known = new Set([me.address, ...kith.people.contacts.value.map((person) => person.address)]);
    const found = (await kith.people.discover([...names.keys()])).filter((each) => !known.has(each.address))
      .map((person) => ({ ...person, name: names.get(person.phone ?? '') || person.name }));
    if (found.length) show((close) => <Found people={found} close={close} />);
    else say(t('people.bookNone'));
  } catch (error) {
    sayFailure(error);
  }
}

function Found({ people, close }: { people: readonly Person[]; close: () => void }) {
  const add = async (chosen: readonly Address[]) => {
    for (const { address, name } of people) if (chosen.includes(address)) await kith.people.addContact(address, name);
  };
  return (
    <ChoosePeople
      title={t('people.book')}
      people={people}
      start={people.map((person) => person.address)}
      label={(n) => t('group.addThem', { n })}
      onDone={(chosen) => run(add(chosen))}
      close={close}
    />
  );
}
