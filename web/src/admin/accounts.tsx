import { useEffect, useState } from 'preact/hooks';
import { dateAndTime, number } from '../ui/i18n/when';
import { language } from '../ui/i18n';
import { confirm } from '../ui/parts/dialog';
import { SearchBox } from '../ui/parts/field';
import { t } from './i18n';
import { doing } from './said';
import { look, order } from './server';

interface Account {
  readonly account: string;
  readonly kind: 'key' | 'password';
  readonly disabled: boolean;
  readonly createdMillis: number;
  readonly device: string;
}

interface Found {
  readonly accounts: readonly Account[];
  readonly next?: string;
}

const PATIENCE_MILLIS = 200;

/** Accounts by a part of their name: who is connected, and who may sign in. `wanted` is what another part looks for. */
export function AccountsPage({ wanted }: { wanted: string }) {
  const [query, setQuery] = useState(wanted);
  const [found, setFound] = useState<Found | null>(null);
  const [more, setMore] = useState(false);
  const path = (after = '') => `accounts?limit=50&q=${encodeURIComponent(query)}&after=${encodeURIComponent(after)}`;

  useEffect(() => setQuery(wanted), [wanted]);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(() => void doing(look<Found>(path()).then((page) => !over && setFound(page))), PATIENCE_MILLIS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [query]);

  const goOn = async () => {
    if (!found?.next || more) return;
    setMore(true);
    await doing(
      look<Found>(path(found.next)).then((page) => {
        setFound({ accounts: [...found.accounts, ...page.accounts], ...(page.next ? { next: page.next } : {}) });
      }),
    );
    setMore(false);
  };
  const changed = (account: Account, disabled: boolean) => {
    setFound((now) => now && { ...now, accounts: now.accounts.map((each) => (each.account === account.account ? { ...each, disabled } : each)) });
  };

  return (
    <>
      <div class="tools">
        <SearchBox label={t('accounts.search')} value={query} onInput={setQuery} />
      </div>
      <div role="status">{found && found.accounts.length === 0 && !found.next && <p class="none">{t('accounts.none')}</p>}</div>
      <ul class="cards">
        {found?.accounts.map((account) => (
          <AccountCard key={account.account} account={account} changed={(disabled) => changed(account, disabled)} />
        ))}
      </ul>
      {found?.next && (
        <button type="button" class="button more" disabled={more} onClick={() => void goOn()}>
          {t('accounts.more')}
        </button>
      )}
    </>
  );
}

function AccountCard({ account, changed }: { account: Account; changed: (disabled: boolean) => void }) {
  const [open, setOpen] = useState(false);
  const name = account.account;
  const set = async (disabled: boolean) => {
    if (disabled && !(await confirm(t('accounts.disableAsk', { name }), t('accounts.disableText'), t('accounts.disable'), true))) return;
    if (await doing(order(`accounts/${disabled ? 'disable' : 'enable'}`, { name }))) changed(disabled);
  };
  return (
    <li class={`card ${account.disabled ? 'off' : ''}`}>
      <div class="line">
        <div class="grow">
          <h2>
            <bdi dir="ltr">{name}</bdi>
            {account.disabled && <span class="tag">{t('accounts.disabled')}</span>}
          </h2>
          <p class="under">
            {t(account.kind === 'password' ? 'accounts.password' : 'accounts.key')} · {t('accounts.since', { when: dateAndTime(account.createdMillis) })}
            {account.device && <> · {t('accounts.device', { name: account.device.slice(0, 80) })}</>}
          </p>
        </div>
        <div class="does">
          <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('sessions.show')}
          </button>
          <button type="button" class={`button ${account.disabled ? '' : 'quietly'}`} onClick={() => void set(!account.disabled)}>
            {t(account.disabled ? 'accounts.enable' : 'accounts.disable')}
          </button>
        </div>
      </div>
      {open && <Sessions account={name} />}
    </li>
  );
}

interface Session {
  readonly resource: string;
  readonly device: string;
  readonly connectedAtMillis: number;
  readonly idleMillis: number;
  readonly active: boolean;
  readonly queued: number;
}

function Sessions({ account }: { account: string }) {
  const [sessions, setSessions] = useState<readonly Session[] | null>(null);
  const load = () => doing(look<{ sessions: readonly Session[] }>(`sessions?account=${encodeURIComponent(account)}`).then((answer) => setSessions(answer.sessions)));
  useEffect(() => void load(), [account]);
  const kick = async (session: Session) => {
    if (!(await confirm(t('sessions.kickAsk'), t('sessions.kickText'), t('sessions.kick'), true))) return;
    if (await doing(order('sessions/kick', { name: account, resource: session.resource }))) await load();
  };
  if (!sessions) return <div class="inner" aria-busy="true" />;
  if (sessions.length === 0) return <p class="inner under">{t('sessions.none')}</p>;
  return (
    <ul class="inner">
      {sessions.map((session) => {
        const name = session.device || session.resource;
        return (
          <li class="line" key={session.resource}>
            <div class="grow">
              <bdi>{name.slice(0, 120)}</bdi>
              <p class="under">
                {[
                  t('sessions.since', { when: dateAndTime(session.connectedAtMillis) }),
                  session.active ? t('sessions.active') : t('sessions.idle', { when: span(session.idleMillis) }),
                  t('sessions.waiting', { n: session.queued }),
                ]
                  .filter((each) => each)
                  .join(' · ')}
              </p>
            </div>
            <button type="button" class="button" aria-label={t('sessions.kickName', { name })} onClick={() => void kick(session)}>
              {t('sessions.kick')}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** `3 minutes`, as the language says it. */
function span(millis: number): string {
  const minutes = Math.round(millis / 60_000);
  const [unit, n] = minutes < 1 ? ['second', Math.round(millis / 1000)] : minutes < 120 ? ['minute', minutes] : minutes < 2880 ? ['hour', Math.round(minutes / 60)] : ['day', Math.round(minutes / 1440)];
  try {
    return new Intl.NumberFormat(language.value, { style: 'unit', unit: unit as string, unitDisplay: 'long' }).format(n as number);
  } catch {
    return number(n as number);
  }
}
