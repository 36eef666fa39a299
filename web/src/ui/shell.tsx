import { useSignalEffect } from '@preact/signals';
import { CircleDashed, MessageCircle, Settings as Gear, Users } from 'lucide';
import type { IconNode } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { ChatList } from './chats/list';
import { takeFiles } from './compose/attach';
import { t } from './i18n';
import { press } from './keys';
import { kith } from './kith';
import { Avatar } from './parts/avatar';
import { Icon } from './parts/icon';
import { later } from './parts/later';
import { sayFailure } from './parts/toast';
import { Logo } from './parts/logo';
import { chat, go, invited, narrow, page, side } from './place';
import { Talk } from './talk/pane';

const SidePane = later(async () => (await import('./side/pane')).SidePane);
const NewChat = later(async () => (await import('./groups/new')).NewChat);
const NewGroup = later(async () => (await import('./groups/new')).NewGroup);
const NewCommunity = later(async () => (await import('./groups/community')).NewCommunity);
const NewList = later(async () => (await import('./groups/list')).NewList);
const Settings = later(async () => (await import('./settings/settings')).Settings);
const StatusList = later(async () => (await import('./status/list')).StatusList);
const People = later(async () => (await import('./groups/people')).People);
const Starred = later(async () => (await import('./side/starred')).Starred);

/** The three columns; on a narrow screen the one that matters now, with the sections at the foot. */
export function Shell() {
  useEffect(() => {
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  useInvited();
  const open = chat.value;
  const about = side.value;
  const one = narrow.value;
  const shown = one ? (about ? 3 : open ? 2 : 1) : 0;
  // Alone on a narrow screen, each column is the page's main part.
  const Left = one ? 'main' : 'nav';
  const Third = one ? 'main' : 'aside';
  const dropping = useDropping();
  return (
    <div class={`shell ${about ? 'three' : ''}`} data-shown={shown || undefined}>
      <nav class="skips" aria-label={t('skip.title')}>
      <a class="skip" href="#search" onClick={(event) => skip(event, '#search')}>
        {t('skip.chats')}
      </a>
      <a class="skip" href="#write" onClick={(event) => skip(event, '.composer textarea')}>
        {t('skip.write')}
      </a>
      </nav>
      {(shown === 0 || shown === 1) && <Rail />}
      {(shown === 0 || shown === 1) && (
        <Left class="column first" aria-label={t('chats.title')}>
          <First />
        </Left>
      )}
      {(shown === 0 || shown === 2) && <main class="second">{open ? <Talk key={open} id={open} /> : <Nobody />}</main>}
      {(shown === 0 || shown === 3) && about && open && (
        <Third class="column third" aria-label={t('info.title')}>
          <SidePane about={about} chat={open} />
        </Third>
      )}
      {dropping && open && (
        <div class="drop" aria-hidden="true">
          <span>{t('attach.drop', { name: kith.chats.chat(open).value?.name ?? '' })}</span>
        </div>
      )}
    </div>
  );
}

/** Who followed an invite link is asked about it, as soon as there is a connection. */
function useInvited(): void {
  useSignalEffect(() => {
    const link = invited.value;
    if (!link || kith.account.connection.value.state !== 'online') return;
    invited.value = null;
    void import('./groups/new').then(({ askToJoin }) => askToJoin(link)).catch(sayFailure);
  });
}

function skip(event: Event, selector: string): void {
  event.preventDefault();
  document.querySelector<HTMLElement>(selector)?.focus();
}

function First() {
  const [section, below] = page.value.split('/');
  switch (section) {
    case 'new':
      return below === 'group' ? <NewGroup /> : below === 'community' ? <NewCommunity /> : below === 'list' ? <NewList /> : <NewChat />;
    case 'settings':
      return <Settings part={below ?? ''} />;
    case 'status':
      return <StatusList />;
    case 'people':
      return <People />;
    case 'starred':
      return <Starred />;
    default:
      return <ChatList archived={below === 'archived'} key={below} />;
  }
}

/** The sections of the app: a column of signs, or a bar at the foot. */
function Rail() {
  const me = kith.account.me.value;
  const section = page.value.split('/')[0];
  const unseen = kith.statuses.list.value.some((each) => each.unseen > 0);
  const unread = kith.chats.unreadChats.value;
  return (
    <nav class="rail" aria-label={t('rail.title')}>
      <span class="rail-logo">
        <Logo size={34} />
      </span>
      <Section of={MessageCircle} to="chats" label={t('chats.title')} on={section === 'chats' || section === 'new' || section === 'starred'} count={unread} />
      {kith.abilities.has('status') && <Section of={CircleDashed} to="status" label={t('status.title')} on={section === 'status'} dot={unseen} />}
      <Section of={Users} to="people" label={t('people.title')} on={section === 'people'} />
      <span class="space" />
      <Section of={Gear} to="settings" label={t('settings.title')} on={section === 'settings' && page.value !== 'settings/profile'} />
      <button type="button" class="face" aria-label={t('profile.title')} title={t('profile.title')} onClick={() => go({ page: 'settings/profile' })}>
        <Avatar of={me.address} name={me.name} photo={me.photo} size="s" />
      </button>
    </nav>
  );
}

function Section(props: { of: IconNode; to: string; label: string; on: boolean; count?: number; dot?: boolean }) {
  return (
    <button
      type="button"
      class="section"
      aria-current={props.on ? 'page' : undefined}
      title={props.label}
      onClick={() => go({ page: props.to })}
    >
      <Icon of={props.of} />
      <span class="word">{props.label}</span>
      {props.count ? (
        <span class="badge">
          {props.count > 99 ? '99+' : props.count}
          <span class="unseen">{t('rail.unread')}</span>
        </span>
      ) : (
        props.dot && (
          <span class="badge dot">
            <span class="unseen">{t('rail.new')}</span>
          </span>
        )
      )}
    </button>
  );
}

function Nobody() {
  return (
    <div class="empty nobody">
      <Logo size={96} />
      <h2>{t('nobody.title')}</h2>
      <p>{t('nobody.text')}</p>
      <p class="keys">
        <kbd>Ctrl</kbd> <kbd>K</kbd> {t('nobody.keys')}
      </p>
    </div>
  );
}

/** Files may be dropped anywhere on the page; they go to the open chat. */
function useDropping(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const has = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!has(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (has(event) && --depth <= 0) setOver(false);
    };
    const move = (event: DragEvent) => has(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!has(event)) return;
      event.preventDefault();
      const open = chat.peek() && kith.chats.chat(chat.peek() as string).peek();
      if (open && open.mayWrite) takeFiles(open, [...(event.dataTransfer?.files ?? [])]);
    };
    const pairs = [
      ['dragenter', enter],
      ['dragleave', leave],
      ['dragover', move],
      ['drop', drop],
    ] as const;
    for (const [name, listener] of pairs) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of pairs) removeEventListener(name, listener);
    };
  }, []);
  return over;
}
