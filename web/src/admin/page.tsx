import { computed, signal } from '@preact/signals';
import { Activity, Copy, Flag, HardDrive, LogOut, MailPlus, SlidersHorizontal, SunMoon, Users } from 'lucide';
import type { IconNode } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { dateAndTime } from '../ui/i18n/when';
import { Dialogs } from '../ui/parts/dialog';
import { Icon } from '../ui/parts/icon';
import { Logo } from '../ui/parts/logo';
import { Toasts } from '../ui/parts/toast';
import { AccountsPage } from './accounts';
import { ConfigPage } from './config';
import { type Key, t } from './i18n';
import { InvitesPage } from './invites';
import { PulsePage } from './pulse';
import { ReportsPage } from './reports';
import { copy, doing } from './said';
import { begin, type Server, session, signOut } from './server';
import { StoragePage } from './storage';

/** Where one is: `#/accounts/juliet`. A fragment that is no path is the code of a link, and is used up at once. */
const place = signal(location.hash);
const parts = computed(() => place.value.replace(/^#\/?/, '').split('/').map(decoded));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const pages: readonly { name: string; title: Key; icon: IconNode }[] = [
  { name: 'pulse', title: 'pulse.title', icon: Activity },
  { name: 'accounts', title: 'accounts.title', icon: Users },
  { name: 'reports', title: 'reports.title', icon: Flag },
  { name: 'invites', title: 'invites.title', icon: MailPlus },
  { name: 'storage', title: 'storage.title', icon: HardDrive },
  { name: 'config', title: 'config.title', icon: SlidersHorizontal },
];

/** Takes the code out of the address before anything else can see it there. */
export function start(): void {
  addEventListener('hashchange', () => arrive());
  if (!arrive()) void begin(null);
}

/** Whether it came with a code. */
function arrive(): boolean {
  const code = /^#([A-Za-z0-9_-]{20,100})$/.exec(location.hash)?.[1];
  if (code) {
    history.replaceState(null, '', '/admin#/pulse');
    session.value = { step: 'opening' };
    void begin(code);
  }
  place.value = location.hash;
  return code !== undefined;
}

export function Page() {
  const now = session.value;
  return (
    <>
      {now.step === 'in' ? <Inside server={now.server} /> : <Door />}
      <Dialogs />
      <Toasts />
    </>
  );
}

const COMMAND = './kith ctl admin-link';

function Door() {
  const now = session.value;
  const why = now.step === 'out' ? now.why : undefined;
  return (
    <main class="door">
      <Logo size={72} />
      <h1>{t('signIn.title')}</h1>
      <div role="alert">{why && <p class="wrong">{why === 'other' ? t('failure.other', { what: '' }) : t(`failure.${why}`)}</p>}</div>
      {now.step === 'opening' ? (
        <p class="under" role="status">
          {t('signIn.in')}
        </p>
      ) : (
        <>
          <p>{t('signIn.text')}</p>
          <p class="command">
            <code dir="ltr">{COMMAND}</code>
            <button type="button" class="round" aria-label={t('do.copy')} onClick={() => void copy(COMMAND)}>
              <Icon of={Copy} />
            </button>
          </p>
          <p class="under">{t('signIn.lasts')}</p>
          {why && (
            <button type="button" class="button" onClick={() => void begin(null)}>
              {t('do.retry')}
            </button>
          )}
        </>
      )}
    </main>
  );
}

const KEPT_THEME = 'kith.admin.theme';
const theme = signal(localStorage.getItem(KEPT_THEME) ?? '');

export function dress(): void {
  if (theme.value === 'light' || theme.value === 'dark') document.documentElement.dataset['theme'] = theme.value;
  else delete document.documentElement.dataset['theme'];
}

function otherTheme(): void {
  const dark = theme.peek() ? theme.peek() === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  theme.value = dark ? 'light' : 'dark';
  localStorage.setItem(KEPT_THEME, theme.value);
  dress();
}

function Inside({ server }: { server: Server }) {
  const [first = '', second = ''] = parts.value;
  const page = pages.find((each) => each.name === first) ?? pages[0]!;
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(page.name);
  useEffect(() => {
    document.title = `${t(page.title)} – ${server.domain}`;
    // A screen reader is where the page is; the first one is read from its beginning.
    if (before.current !== page.name) heading.current?.focus();
    before.current = page.name;
  }, [page.name]);
  return (
    <div class="desk">
      <header class="head">
        <Logo size={34} />
        <div class="grow">
          <bdi class="domain" dir="ltr">
            {server.domain}
          </bdi>
          <p class="under version">
            <bdi>{t('version.kith', { version: server.version })}</bdi> · <bdi>{t('version.java', { version: server.java, n: server.processors })}</bdi> · <bdi>{t('version.since', { when: dateAndTime(server.startedMillis) })}</bdi>
          </p>
        </div>
        <button type="button" class="round" aria-label={t('nav.theme')} onClick={otherTheme}>
          <Icon of={SunMoon} />
        </button>
        <button type="button" class="round" aria-label={t('do.signOut')} onClick={() => void doing(signOut())}>
          <Icon of={LogOut} turns />
        </button>
      </header>
      <nav aria-label={t('nav.label')}>
        <ul>
          {pages.map((each) => (
            <li key={each.name}>
              <a href={`#/${each.name}`} aria-current={each === page ? 'page' : undefined}>
                <Icon of={each.icon} />
                <span>{t(each.title)}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main key={page.name} tabIndex={0} aria-labelledby="title">
        <h1 id="title" ref={heading} tabIndex={-1}>
          {t(page.title)}
        </h1>
        {page.name === 'pulse' && <PulsePage />}
        {page.name === 'accounts' && <AccountsPage wanted={second} />}
        {page.name === 'reports' && <ReportsPage domain={server.domain} lookUp={(account) => (location.hash = `#/accounts/${encodeURIComponent(account)}`)} />}
        {page.name === 'invites' && <InvitesPage />}
        {page.name === 'storage' && <StoragePage />}
        {page.name === 'config' && <ConfigPage />}
      </main>
    </div>
  );
}
