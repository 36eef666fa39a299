import { Link, List, Megaphone, Search, UserPlus, Users } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Address, KithError, type Person } from '../../chat';
import { Back } from '../chats/list';
import { openChat, PersonRow } from '../chats/found';
import { sentence } from '../failure';
import { t } from '../i18n';
import { kith } from '../kith';
import { confirm, Dialog, show } from '../parts/dialog';
import { Field, SearchBox, Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { run, say, sayFailure } from '../parts/toast';
import { go } from '../place';
import { NameForm } from '../side/person';
import { LONGEST_NAME, PhotoOf } from './naming';

export function matching(people: readonly Person[], query: string): readonly Person[] {
  const wanted = query.trim().toLocaleLowerCase();
  const digits = wanted.replace(/\D/g, '');
  return people.filter((person) => person.name.toLocaleLowerCase().includes(wanted) || (digits.length > 2 && (person.phone ?? person.address).includes(digits)));
}

/** Looks like a number or an address that could be asked for at the server, or a group's invite link. */
const couldBeSomebody = (typed: string) => /^\+?[\d\s()/.-]{5,}$/u.test(typed) || /^[^\s@]+@[^\s@]+$/u.test(typed);
const couldBeInvite = (typed: string) => /^(?:https?:\/\/|xmpp:)\S+/u.test(typed);

const couldBeName = (typed: string) => /\p{L}.*\p{L}/u.test(typed) && !typed.includes('@') && !couldBeInvite(typed);

/** Whom to write to: contacts, a number or address as typed, an invite link, or a new group. */
export function NewChat() {
  const [query, setQuery] = useState('');
  const people = matching(kith.people.contacts.value, query);
  const typed = query.trim();
  return (
    <>
      <header class="bar">
        <Back />
        <h1 class="grow">{t('new.chat')}</h1>
      </header>
      <div class="finder">
        <SearchBox value={query} label={t('new.search')} onInput={setQuery} />
      </div>
      <div class="scroll">
        {!typed && (
          <>
            {kith.abilities.has('groups') && <Entry icon={Users} label={t('new.group')} run={() => go({ page: 'new/group' })} />}
            {kith.abilities.has('communities') && <Entry icon={Megaphone} label={t('community.new')} run={() => go({ page: 'new/community' })} />}
            {kith.abilities.has('lists') && <Entry icon={List} label={t('list.new')} run={() => go({ page: 'new/list' })} />}
            <Entry icon={UserPlus} label={t('new.contact')} run={() => void show((close) => <ContactByNumber close={close} />)} />
            <PersonRow
              person={{ ...kith.account.me.value, name: t('chat.self') }}
              under={t('chat.selfHint')}
              onPick={() => void openChat(kith.account.me.value.address)}
            />
          </>
        )}
        {couldBeSomebody(typed) && <Somebody key={typed} typed={typed} />}
        {couldBeInvite(typed) && kith.abilities.has('invite-links') && <Invite key={typed} link={typed} />}
        {people.length > 0 && <h2 class="heading">{t('people.title')}</h2>}
        {people.slice(0, 300).map((person) => (
          <PersonRow key={person.address} person={person} onPick={() => void openChat(person.address)} />
        ))}
        {kith.abilities.has('directory') && couldBeName(typed) && <Called key={typed} name={typed} known={new Set(people.map((person) => person.address))} />}
        {typed && !people.length && !couldBeSomebody(typed) && !couldBeInvite(typed) && <p class="note">{t('new.nobody')}</p>}
      </div>
    </>
  );
}

function Entry({ icon, label, run: act }: { icon: typeof Users; label: string; run: () => void }) {
  return (
    <button type="button" class="row" onClick={act}>
      <span class="avatar accent">
        <Icon of={icon} />
      </span>
      <span class="grow title">{label}</span>
    </button>
  );
}

/** Asks the server for somebody by number or address. */
function Somebody({ typed }: { typed: string }) {
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const find = async () => {
    setWrong('');
    setBusy(true);
    try {
      const person = await kith.people.find(typed);
      await openChat(person.address);
    } catch (error) {
      setWrong(sentence(error instanceof KithError ? error.failure : { code: 'other' }));
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" class="row" aria-busy={busy} disabled={busy} onClick={() => void find()}>
        <span class="avatar accent">{busy ? <span class="turning" /> : <Icon of={UserPlus} />}</span>
        <span class="grow">
          <span class="title">{t('new.writeTo')}</span>
          <bdi class="under cut" dir="ltr">
            {typed}
          </bdi>
        </span>
      </button>
      <div class="note">
        <Wrong text={wrong} />
      </div>
    </>
  );
}

/** Asks the server for people of this name; it knows those who want to be found so. Only when told to: each time counts. */
function Called({ name, known }: { name: string; known: ReadonlySet<Address> }) {
  const [found, setFound] = useState<readonly Person[] | null>(null);
  const [wrong, setWrong] = useState('');
  const look = () => {
    setWrong('');
    kith.people.called(name).then(
      (people) => setFound(people.filter((person) => !known.has(person.address))),
      (error: unknown) => setWrong(sentence(error instanceof KithError ? error.failure : { code: 'other' })),
    );
  };
  if (!found) {
    return (
      <>
        <Entry icon={Search} label={t('people.onServer')} run={look} />
        <div class="note">
          <Wrong text={wrong} />
        </div>
      </>
    );
  }
  return (
    <>
      <div role="status">
        <h2 class="heading">{t('people.found', { n: found.length })}</h2>
      </div>
      {found.map((person) => (
        <PersonRow key={person.address} person={person} onPick={() => void openChat(person.address)} />
      ))}
    </>
  );
}

function Invite({ link }: { link: string }) {
  const look = async () => {
    try {
      await askToJoin(link);
    } catch (error) {
      sayFailure(error);
    }
  };
  return <Entry icon={Link} label={t('invite.open')} run={() => void look()} />;
}

/** Shows what an invite link leads to, and goes there; where administrators decide, they are asked. */
export async function askToJoin(link: string): Promise<void> {
  const { name, members } = await kith.groups.lookAtInvite(link);
  if (!(await confirm(t('invite.join', { name }), t('group.members', { n: members }), t('invite.joinIt')))) return;
  const { address, pending } = await kith.groups.join(link, name);
  if (pending) say(t('request.asked', { name }));
  else go({ page: 'chats', chat: address });
}

export function ContactByNumber({ close }: { close: () => void }) {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const gone = useRef(false);
  useEffect(() => () => void (gone.current = true), []);
  const find = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setWrong('');
    setBusy(true);
    try {
      const person = await kith.people.find(typed.trim());
      // Who turned away meanwhile is not asked anything more.
      if (gone.current) return;
      close();
      show((shut) => <NameForm address={person.address} name={person.name} close={shut} />, () => void openChat(person.address));
    } catch (error) {
      setWrong(sentence(error instanceof KithError ? error.failure : { code: 'other' }));
    }
    setBusy(false);
  };
  return <FindForm {...{ typed, setTyped, wrong, busy, find, close }} />;
}

function FindForm(props: { typed: string; setTyped: (to: string) => void; wrong: string; busy: boolean; find: (event: Event) => void; close: () => void }) {
  return (
    <Dialog
      title={t('new.contact')}
      close={props.close}
      foot={
        <button type="submit" form="find-form" class="button main" disabled={props.busy || !props.typed.trim()}>
          {props.busy ? <span class="turning" /> : t('do.next')}
        </button>
      }
    >
      <form id="find-form" onSubmit={props.find}>
        <Field label={t('new.numberOrAddress')} hint={t('new.numberHint')} value={props.typed} onInput={props.setTyped} wrong={props.wrong} input={{ dir: 'ltr', inputMode: 'email' }} />
      </form>
    </Dialog>
  );
}

/** Asks for people of a list, one at least; `label` is what the button says, by how many they are. */
export function ChoosePeople(props: {
  title: string;
  people: readonly Person[];
  start: readonly Address[];
  label: (count: number) => string;
  tall?: boolean;
  onDone: (chosen: readonly Address[]) => void;
  close: () => void;
}) {
  const [chosen, setChosen] = useState(props.start);
  return (
    <Dialog
      title={props.title}
      close={props.close}
      flush
      {...(props.tall ? { class: 'tall' } : {})}
      foot={
        <button
          type="button"
          class="button main"
          disabled={!chosen.length}
          onClick={() => {
            props.onDone(chosen);
            props.close();
          }}
        >
          {props.label(chosen.length)}
        </button>
      }
    >
      <PeoplePicker people={props.people} chosen={chosen} onChange={setChosen} />
    </Dialog>
  );
}

/** A list of people to tick; those chosen stand above it. */
export function PeoplePicker(props: { people: readonly Person[]; chosen: readonly Address[]; onChange: (chosen: readonly Address[]) => void }) {
  const [query, setQuery] = useState('');
  const { people, chosen, onChange } = props;
  const found = matching(people, query);
  const toggle = (address: Address) => onChange(chosen.includes(address) ? chosen.filter((each) => each !== address) : [...chosen, address]);
  return (
    <>
      <div class="finder">
        <SearchBox value={query} label={t('people.search')} onInput={setQuery} first />
      </div>
      {chosen.length > 0 && (
        <div class="chips wrap">
          {chosen.map((address) => (
            <button key={address} type="button" class="chip" aria-label={t('people.unpick', { name: kith.people.person(address).value.name })} onClick={() => toggle(address)}>
              <bdi class="cut">{kith.people.person(address).value.name}</bdi> ×
            </button>
          ))}
        </div>
      )}
      <div class="scroll">
        {found.slice(0, 300).map((person) => (
          <PersonRow key={person.address} person={person} checked={chosen.includes(person.address)} onPick={() => toggle(person.address)} />
        ))}
        {!found.length && <p class="note">{t('search.nothing')}</p>}
      </div>
    </>
  );
}

export function NewGroup() {
  const [members, setMembers] = useState<readonly Address[]>([]);
  const [naming, setNaming] = useState(false);
  return (
    <>
      <header class="bar">
        <Back />
        <h1 class="grow">{t('new.group')}</h1>
      </header>
      {naming ? (
        <GroupName members={members} back={() => setNaming(false)} />
      ) : (
        <>
          <PeoplePicker people={kith.people.contacts.value} chosen={members} onChange={setMembers} />
          <div class="foot">
            <span class="quiet grow" role="status">
              {t('group.members', { n: members.length + 1 })}
            </span>
            <button type="button" class="button main" onClick={() => setNaming(true)}>
              {t('do.next')}
            </button>
          </div>
        </>
      )}
    </>
  );
}

function GroupName({ members, back }: { members: readonly Address[]; back: () => void }) {
  const [name, setName] = useState('');
  const [photo, setPhoto] = useState<Blob | null>(null);
  const [busy, setBusy] = useState(false);
  const create = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    run(
      kith.groups
        .create(name.trim(), members, photo ?? undefined)
        .then((address) => go({ page: 'chats', chat: address }))
        .finally(() => setBusy(false)),
    );
  };
  return (
    <form class="scroll group-name" onSubmit={create}>
      <PhotoOf name={name} kind="group" onChoose={setPhoto} />
      <Field label={t('group.name')} value={name} onInput={setName} maxLength={LONGEST_NAME} />
      <div class="foot">
        <button type="button" class="button" onClick={back}>
          {t('do.back')}
        </button>
        <button type="submit" class="button main" disabled={!name.trim() || busy}>
          {busy ? <span class="turning" /> : t('group.create')}
        </button>
      </div>
    </form>
  );
}
