import { ChevronDown, QrCode, Ticket } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, KithError } from '../../chat';
import { sentence } from '../failure';
import { t } from '../i18n';
import { compare, country as nameOfCountry } from '../i18n/when';
import { kith } from '../kith';
import { Dialog, show } from '../parts/dialog';
import { Field, SearchBox, Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { invited } from '../place';
import { countries, type Country, countryOf, flag, international, likely } from './countries';

/** What went wrong, as a sentence; the person's words stay in the fields. */
export const said = (error: unknown): string => sentence(error instanceof KithError ? error.failure : { code: 'other' });

/** The first screen: a phone number, or one of the other ways in. */
export function Start({ failure }: { failure?: Failure | undefined }) {
  const invitation = /[?&#]invite=([\w-]{4,100})/.exec(location.href)?.[1];
  const [way, setWay] = useState<'phone' | 'invitation' | 'password'>(invitation ? 'invitation' : 'phone');
  return (
    <>
      <h1>{t(way === 'invitation' ? (invitation ? 'welcome.invited' : 'welcome.invitation') : way === 'password' ? 'welcome.password' : 'welcome.title')}</h1>
      {failure && <Wrong text={sentence(failure)} />}
      {invited.value && <p class="hint-box">{t('welcome.joining')}</p>}
      {way === 'phone' ? <Phone /> : way === 'invitation' ? <Invitation code={invitation ?? ''} /> : <Password />}
      <div class="or">
        <span>{t('welcome.or')}</span>
      </div>
      <div class="ways">
        <LinkButton />
        {way !== 'phone' && (
          <button type="button" class="button wide" onClick={() => setWay('phone')}>
            {t('welcome.byPhone')}
          </button>
        )}
        {way !== 'invitation' && (
          <button type="button" class="button wide" onClick={() => setWay('invitation')}>
            <Icon of={Ticket} /> {t('welcome.byInvitation')}
          </button>
        )}
        {way !== 'password' && (
          <button type="button" class="button plain wide" onClick={() => setWay('password')}>
            {t('welcome.byPassword')}
          </button>
        )}
      </div>
    </>
  );
}

function LinkButton() {
  const [wrong, setWrong] = useState('');
  return (
    <>
      <button type="button" class="button wide" onClick={() => kith.account.startLinking().catch((error) => setWrong(said(error)))}>
        <Icon of={QrCode} /> {t('welcome.byLink')}
      </button>
      <Wrong text={wrong} />
    </>
  );
}

function Phone() {
  const [chosen, setChosen] = useState<Country>(likely);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  const change = (value: string) => {
    setWrong('');
    setTyped(value);
    if (value.trimStart().startsWith('+')) setChosen(countryOf(value, chosen) ?? chosen);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const number = international(typed, chosen);
    if (!/^\+[1-9]\d{6,14}$/.test(number)) {
      setWrong(sentence({ code: 'bad-number' }));
      input.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await kith.account.requestCode(number);
    } catch (error) {
      setWrong(said(error));
    }
    setBusy(false);
  };

  return (
    <form onSubmit={submit} noValidate>
      <p class="quiet">{t('welcome.text')}</p>
      <button
        type="button"
        class="input country"
        aria-haspopup="dialog"
        onClick={() => show((close) => <Countries close={close} onPick={(picked) => (setChosen(picked), setTyped(''), close())} />)}
      >
        <span class="unseen">{t('welcome.chooseCountry')}</span>
        <span class="flag" aria-hidden="true" data-flag={flag(chosen.code)} />
        <span class="grow cut">{nameOfCountry(chosen.code)}</span>
        <span class="quiet" dir="ltr">
          +{chosen.prefix}
        </span>
        <Icon of={ChevronDown} />
      </button>
      <Field
        label={t('welcome.number')}
        value={typed}
        onInput={change}
        wrong={wrong}
        maxLength={30}
        inputRef={input}
        input={{ type: 'tel', autoComplete: 'tel', inputMode: 'tel', dir: 'ltr', placeholder: '170 1234567', name: 'tel' }}
      />
      <button type="submit" class="button main wide" disabled={busy || !typed.trim()}>
        {busy ? <span class="turning" /> : t('do.next')}
      </button>
    </form>
  );
}

function Countries({ close, onPick }: { close: () => void; onPick: (country: Country) => void }) {
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLocaleLowerCase();
  const found = countries
    .map((country) => ({ ...country, name: nameOfCountry(country.code) }))
    .filter(({ name, prefix, code }) => name.toLocaleLowerCase().includes(wanted) || `+${prefix}`.startsWith(wanted) || prefix.startsWith(wanted) || code.toLowerCase() === wanted)
    .sort((a, b) => compare(a.name, b.name));
  return (
    <Dialog title={t('welcome.chooseCountry')} close={close} flush class="tall">
      <div class="finder">
        <SearchBox
          value={query}
          label={t('welcome.searchCountry')}
          onInput={setQuery}
          first
          onKeyDown={(event) => {
            if (event.key === 'Enter' && found[0]) onPick(found[0]);
          }}
        />
      </div>
      {found.map((country) => (
        <button key={country.code} type="button" class="row country-row" onClick={() => onPick(country)}>
          <span class="flag" aria-hidden="true" data-flag={flag(country.code)} />
          <span class="grow cut">{country.name}</span>
          <span class="quiet" dir="ltr">
            +{country.prefix}
          </span>
        </button>
      ))}
      {!found.length && <p class="note">{t('search.nothing')}</p>}
    </Dialog>
  );
}

function Invitation({ code }: { code: string }) {
  const [invitation, setInvitation] = useState(code);
  const [name, setName] = useState('');
  const [wrong, setWrong] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelectorAll('input')[code ? 1 : 0]?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    setWrong('');
    const bare = /invite=([\w-]+)/.exec(invitation)?.[1] ?? invitation.trim();
    kith.account.signUpByInvitation(bare, name.trim().toLowerCase()).catch((error) => setWrong(said(error)));
  };
  return (
    <form ref={form} onSubmit={submit}>
      <Field label={t('welcome.invitationCode')} value={invitation} onInput={setInvitation} hint={t('welcome.invitationHint')} input={{ dir: 'ltr', spellcheck: false }} />
      <Field label={t('welcome.userName')} value={name} onInput={setName} wrong={wrong} maxLength={64} input={{ dir: 'ltr', autoComplete: 'username', autocapitalize: 'none', spellcheck: false }} />
      <button type="submit" class="button main wide" disabled={!invitation.trim() || !name.trim()}>
        {t('do.next')}
      </button>
    </form>
  );
}

function Password() {
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    setWrong('');
    const full = address.includes('@') ? address.trim() : `${address.trim()}@${location.hostname}`;
    kith.account.signInWithPassword(full, password).catch((error) => setWrong(said(error)));
  };
  return (
    <form onSubmit={submit}>
      <Field label={t('welcome.address')} value={address} onInput={setAddress} maxLength={300} input={{ dir: 'ltr', autoComplete: 'username', autocapitalize: 'none', spellcheck: false, placeholder: `name@${location.hostname}` }} />
      <Field label={t('welcome.passwordLabel')} value={password} onInput={setPassword} wrong={wrong} maxLength={1000} input={{ type: 'password', autoComplete: 'current-password', dir: 'ltr' }} />
      <button type="submit" class="button main wide" disabled={!address.trim() || !password}>
        {t('welcome.signIn')}
      </button>
    </form>
  );
}
