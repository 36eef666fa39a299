import { ArrowLeft, Copy, EllipsisVertical, Forward, Search, Star, Trash2, X } from 'lucide';
import { useEffect, useMemo } from 'preact/hooks';
import type { Address, Chat, Conversation } from '../../chat';
import { askBlock, chatEntries, typingText } from '../chats/row';
import { nameOf } from '../chats/summary';
import { Composer } from '../compose/composer';
import { t } from '../i18n';
import { lastSeen, list } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { type Entry, openMenu } from '../parts/menu';
import { show } from '../parts/dialog';
import { focusSoon } from '../parts/soon';
import { run, sayFailure } from '../parts/toast';
import { chat as here, go, narrow, out } from '../place';
import { Asking } from '../groups/requests';
import { askDelete, askForward, copyAll, selected } from './actions';
import { Messages, positionOf } from './messages';
import { Spoken } from './spoken';

/** A chat: who it is with, its messages, and where one writes. */
export function Talk({ id }: { id: Address }) {
  const chat = kith.chats.chat(id).value;
  const conversation = useMemo(() => kith.chats.open(id, positionOf(kith.chats.chat(id).peek())), [id]);
  useEffect(
    () => () => {
      selected.value = null;
      conversation.close();
    },
    [conversation],
  );
  if (!chat) {
    return (
      <section class="column talk">
        <div class="empty">
          <h2>{t('talk.gone')}</h2>
          <button type="button" class="button" onClick={() => go({ chat: null })}>
            {t('do.back')}
          </button>
        </div>
      </section>
    );
  }
  return (
    <section class="column talk" aria-label={t('talk.with', { name: chat.name })} onKeyDown={(event) => escape(event)}>
      {selected.value ? <Choosing conversation={conversation} /> : <Head chat={chat} />}
      {chat.asking !== undefined && <Asking chat={chat} />}
      {chat.stranger && !chat.blocked && <Unknown chat={chat} conversation={conversation} />}
      <Messages conversation={conversation} chat={chat} />
      <Spoken />
      <Foot chat={chat} conversation={conversation} />
    </section>
  );
}

function escape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  event.preventDefault();
  if (selected.value) {
    selected.value = null;
    return;
  }
  const left = here.peek();
  out();
  // Who left the chat goes on in the list, where it stands.
  if (left && !here.peek()) focusSoon(() => document.querySelector<HTMLElement>(`[data-chat="${CSS.escape(left)}"]`) ?? document.getElementById('search'));
}

function Head({ chat }: { chat: Chat }) {
  const Heading = narrow.value ? 'h1' : 'h2';
  return (
    <header class="bar">
      {narrow.value && (
        <button type="button" class="round" aria-label={t('do.back')} onClick={() => go({ chat: null })}>
          <Icon of={ArrowLeft} turns />
        </button>
      )}
      <Heading class="grow">
      <button type="button" class="whom" title={t('talk.about', { name: chat.name })} onClick={() => go({ side: { kind: 'info' } })}>
        <Avatar of={chat.id} name={chat.name} photo={chat.photo} kind={chat.announces ? 'broadcast' : chat.kind} />
        <span class="grow">
          <bdi class="title cut">{chat.kind === 'self' ? t('chat.self') : chat.name}</bdi>
          <Below chat={chat} />
        </span>
      </button>
      </Heading>
      <button type="button" class="round" aria-label={t('search.inChat')} title={t('search.inChat')} onClick={() => go({ side: { kind: 'search' } })}>
        <Icon of={Search} />
      </button>
      <button
        type="button"
        class="round"
        aria-label={t('do.more')}
        aria-haspopup="menu"
        onClick={(event) => openMenu(event.currentTarget, t('do.more'), headEntries(chat))}
      >
        <Icon of={EllipsisVertical} />
      </button>
    </header>
  );
}

function headEntries(chat: Chat): Entry[] {
  return [
    { label: t('info.title'), run: () => go({ side: { kind: 'info' } }) },
    {
      label: t('message.selectMany'),
      run: () => {
        selected.value = new Set();
      },
    },
    null,
    ...chatEntries(chat),
  ];
}

/** Over the messages of somebody whom one has not answered yet. */
function Unknown({ chat, conversation }: { chat: Chat; conversation: Conversation }) {
  const { loaded, messages } = conversation.view.value;
  if (!loaded || messages.some((message) => message.mine)) return null;
  const add = async () => {
    const { NameForm } = await import('../side/person');
    show((close) => <NameForm address={chat.id} name={chat.name} close={close} />);
  };
  return (
    <div class="strip stranger" role="group" aria-label={t('person.title')}>
      <span class="grow">{t('stranger.text', { name: chat.name })}</span>
      <button type="button" class="button plain" onClick={() => void askBlock(chat.id, chat.name)}>
        {t('person.block')}
      </button>
      <button type="button" class="button plain" onClick={() => void add().catch(sayFailure)}>
        {t('person.add')}
      </button>
    </div>
  );
}

/** Under the name: who types, whether they are here, who the members are. */
function Below({ chat }: { chat: Chat }) {
  if (chat.typing.length) return <span class="under cut typing">{typingText(chat)}</span>;
  const { connection } = kith.account;
  // On a narrow screen the list, which says what that means, is not seen; and nobody knows who is there now.
  if (connection.value.state === 'offline' && (narrow.value || chat.kind === 'person')) return <span class="under cut">{t('connection.offline')}</span>;
  if (connection.value.state === 'connecting') return <span class="under cut">{t('connection.connecting')}</span>;
  if (connection.value.state === 'syncing') return <span class="under cut">{t('connection.syncing')}</span>;
  if (chat.kind === 'self') return <span class="under cut">{t('chat.selfHint')}</span>;
  if (chat.announces) return <span class="under cut">{t('community.announcements')}</span>;
  if (chat.kind === 'group') return <Members chat={chat} />;
  if (chat.kind === 'broadcast') return <span class="under cut">{list((kith.groups.list(chat.id).value?.members ?? []).slice(0, 30).map(nameOf))}</span>;
  const presence = kith.people.presence(chat.id).value;
  if (chat.blocked) return <span class="under cut">{t('person.isBlocked')}</span>;
  if (presence.online) return <span class="under cut">{t('presence.online')}</span>;
  return presence.lastSeen ? <span class="under cut">{lastSeen(presence.lastSeen)}</span> : null;
}

function Members({ chat }: { chat: Chat }) {
  const group = kith.groups.group(chat.id).value;
  if (!group) return null;
  const shown = group.members.slice(0, 30).map((member) => nameOf(member.address));
  return <span class="under cut">{list(shown)}</span>;
}

/** Stands where one writes, or says why one cannot. */
function Foot({ chat, conversation }: { chat: Chat; conversation: Conversation }) {
  if (chat.blocked) {
    return (
      <div class="foot-note">
        <span>{t('person.isBlocked')}</span>
        <button type="button" class="button plain" onClick={() => run(kith.people.unblock(chat.id))}>
          {t('person.unblock')}
        </button>
      </div>
    );
  }
  if (chat.kind === 'group' && chat.member === false) return <div class="foot-note">{t('group.notMember')}</div>;
  if (!chat.mayWrite) return <div class="foot-note">{t(chat.announces ? 'community.adminsOnly' : 'group.adminsOnly')}</div>;
  return <Composer key={chat.id} chat={chat} conversation={conversation} />;
}

/** The bar over a chat while messages are being selected. */
function Choosing({ conversation }: { conversation: Conversation }) {
  const Heading = narrow.value ? 'h1' : 'h2';
  const chosen = conversation.view.value.messages.filter((message) => selected.value?.has(message.id));
  const none = chosen.length === 0;
  const ids = chosen.map((message) => message.id);
  const starred = !none && chosen.every((message) => message.starred);
  const act = (work: () => void) => () => {
    work();
    selected.value = null;
  };
  return (
    <header class="bar" role="group" aria-label={t('message.selectMany')}>
      <button
        type="button"
        class="round"
        aria-label={t('do.cancel')}
        onClick={() => {
          selected.value = null;
        }}
      >
        <Icon of={X} />
      </button>
      <Heading class="grow title">{t('message.chosen', { n: chosen.length })}</Heading>
      <button type="button" class="round" disabled={none} aria-label={t('message.copy')} title={t('message.copy')} onClick={act(() => copyAll(chosen))}>
        <Icon of={Copy} />
      </button>
      {kith.abilities.has('star') && <button
        type="button"
        class="round"
        disabled={none}
        aria-label={t(starred ? 'message.unstar' : 'message.star')}
        title={t(starred ? 'message.unstar' : 'message.star')}
        onClick={act(() => run(kith.messages.star(ids, !starred)))}
      >
        <Icon of={Star} class={starred ? 'full' : ''} />
      </button>}
      <button type="button" class="round" disabled={none} aria-label={t('do.delete')} title={t('do.delete')} onClick={() => void askDelete(chosen)}>
        <Icon of={Trash2} />
      </button>
      <button type="button" class="round" disabled={none} aria-label={t('message.forward')} title={t('message.forward')} onClick={() => askForward(ids)}>
        <Icon of={Forward} turns />
      </button>
    </header>
  );
}
