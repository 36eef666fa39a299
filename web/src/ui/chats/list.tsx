import { signal, useComputed } from '@preact/signals';
import { Archive, ArrowLeft, CheckCheck, Ellipsis, MessageCirclePlus, MessageSquareText } from 'lucide';
import { useRef } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Chat } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { SearchBox } from '../parts/field';
import { Icon } from '../parts/icon';
import { type Entry, openMenu } from '../parts/menu';
import { focusSoon } from '../parts/soon';
import { go, up } from '../place';
import { ConnectionLine } from './connection';
import { Found } from './found';
import { ChatRow } from './row';

const ROW_PIXELS = 72;

type Filter = 'all' | 'unread' | 'groups';
export const filter = signal<Filter>('all');
export const query = signal('');

const wanted: Record<Filter, (chat: Chat) => boolean> = {
  all: () => true,
  unread: (chat) => chat.unread > 0 || chat.markedUnread,
  groups: (chat) => chat.kind === 'group',
};

/** The first column: a search box, filters, and the chats. */
export function ChatList({ archived = false }: { archived?: boolean }) {
  const shown = useComputed(() => {
    const keep = archived ? wanted.all : wanted[filter.value];
    return kith.chats.list.value.filter((chat) => chat.archived === archived && keep(chat));
  });
  const stored = kith.chats.list.value.filter((chat) => chat.archived);
  const searching = query.value.trim() !== '' && !archived;
  return (
    <>
      <header class="bar">
        {archived && <Back />}
        <h1 class="grow">{t(archived ? 'chats.archived' : 'chats.title')}</h1>
        {!archived && (
          <>
            <button type="button" class="round" aria-label={t('new.chat')} title={t('new.chat')} onClick={() => go({ page: 'new' })}>
              <Icon of={MessageCirclePlus} />
            </button>
            <button
              type="button"
              class="round"
              aria-label={t('do.more')}
              aria-haspopup="menu"
              onClick={(event) => openMenu(event.currentTarget, t('do.more'), listEntries())}
            >
              <Icon of={Ellipsis} />
            </button>
          </>
        )}
      </header>
      {!archived && (
        <div class="finder">
          <SearchBox
            id="search"
            label={t('search.everywhere')}
            onFocus={() => void kith.search.warm()}
            value={query.value}
            onInput={(value) => {
              query.value = value;
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') {
                event.preventDefault();
                focusSoon(() => document.querySelector<HTMLElement>('.column.first .scroll .row'));
              }
            }}
          />
        </div>
      )}
      <ConnectionLine />
      {searching ? (
        <Found query={query.value} />
      ) : (
        <>
          {!archived && <Filters />}
          {!archived && stored.length > 0 && filter.value === 'all' && (
            <button type="button" class="row archive" onClick={() => go({ page: 'chats/archived' })}>
              <Icon of={Archive} />
              <span class="grow">{t('chats.archived')}</span>
              <span class="quiet">{stored.filter(wanted.unread).length || ''}</span>
            </button>
          )}
          {shown.value.length ? <Rows chats={shown.value} /> : <Nothing archived={archived} />}
        </>
      )}
    </>
  );
}

/** The button that leads one page up. */
export function Back() {
  return (
    <button type="button" class="round" aria-label={t('do.back')} onClick={up}>
      <Icon of={ArrowLeft} turns />
    </button>
  );
}

function listEntries(): Entry[] {
  return [
    kith.abilities.has('groups') && { label: t('new.group'), run: () => go({ page: 'new/group' }) },
    kith.abilities.has('star') && { label: t('starred.title'), run: () => go({ page: 'starred' }) },
    { label: t('settings.title'), run: () => go({ page: 'settings' }) },
  ];
}

function Filters() {
  const labels = { all: 'chats.all', unread: 'chats.unread', groups: 'chats.groups' } as const;
  return (
    <div class="chips" role="group" aria-label={t('chats.filter')}>
      {(Object.keys(labels) as Filter[]).map((name) => (
        <button
          key={name}
          type="button"
          class="chip"
          aria-pressed={filter.value === name}
          onClick={() => {
            filter.value = filter.value === name ? 'all' : name;
          }}
        >
          {t(labels[name])}
          {name === 'unread' && kith.chats.unreadChats.value > 0 && <span>{kith.chats.unreadChats.value}</span>}
        </button>
      ))}
    </div>
  );
}

/** Only the rows on the screen exist; the arrow keys go through all of them. */
function Rows({ chats }: { chats: readonly Chat[] }) {
  const handle = useRef<VirtualizerHandle>(null);
  const box = useRef<HTMLDivElement>(null);

  // Where the focus goes: who presses a key quickly does not wait for it to be there.
  const aim = useRef<string | undefined>(undefined);

  const focus = (index: number) => {
    const to = Math.max(0, Math.min(chats.length - 1, index));
    const id = (aim.current = chats[to]?.id ?? '');
    handle.current?.scrollToIndex(to, { align: 'nearest' });
    focusSoon(() => box.current?.querySelector<HTMLElement>(`[data-chat="${CSS.escape(id)}"]`));
  };

  const arrived = () => {
    aim.current = undefined;
  };

  const move = (event: KeyboardEvent) => {
    const id = aim.current ?? (event.target as HTMLElement).dataset['chat'];
    const now = id ? chats.findIndex((chat) => chat.id === id) : -1;
    if (now < 0) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -now, End: chats.length };
    const step = steps[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    if (now === 0 && step === -1) document.getElementById('search')?.focus();
    else focus(now + step);
  };

  return (
    <div class="scroll" ref={box} onKeyDown={move} onFocusIn={arrived} role="list" aria-label={t('chats.title')}>
      <Virtualizer ref={handle} data={chats} itemSize={ROW_PIXELS} bufferSize={ROW_PIXELS * 4}>
        {(chat: Chat) => (
          <div role="listitem" key={chat.id}>
            <ChatRow chat={chat} />
          </div>
        )}
      </Virtualizer>
    </div>
  );
}

function Nothing({ archived }: { archived: boolean }) {
  if (archived) {
    return (
      <div class="empty">
        <Icon of={Archive} />
        <p>{t('chats.noArchived')}</p>
      </div>
    );
  }
  if (filter.value !== 'all') {
    return (
      <div class="empty">
        <Icon of={filter.value === 'unread' ? CheckCheck : MessageSquareText} />
        <h2>{t(filter.value === 'unread' ? 'chats.noUnread' : 'chats.noGroups')}</h2>
        <button
          type="button"
          class="button plain"
          onClick={() => {
            filter.value = 'all';
          }}
        >
          {t('chats.showAll')}
        </button>
      </div>
    );
  }
  return (
    <div class="empty">
      <Icon of={MessageCirclePlus} />
      <h2>{t('chats.none')}</h2>
      <p>{t('chats.noneText')}</p>
      <button type="button" class="button main" onClick={() => go({ page: 'new' })}>
        {t('new.chat')}
      </button>
    </div>
  );
}
