import { Archive, ArchiveRestore, Ban, BellOff, Bell, Check, Eraser, Mail, MailOpen, Pin, PinOff, Trash2, ChevronDown, UserRoundCheck, AtSign } from 'lucide';
import type { Chat } from '../../chat';
import { t } from '../i18n';
import { stamp } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { type Entry, openMenu } from '../parts/menu';
import { Ticks } from '../parts/ticks';
import { run, say } from '../parts/toast';
import { chat as here, go } from '../place';
import { askMute } from './mute';
import { authorOf, iconOf, summary } from './summary';

export const isMuted = (chat: Chat) => chat.mutedUntil !== undefined && chat.mutedUntil > Date.now();

/** A chat as a line of the list. */
export function ChatRow({ chat }: { chat: Chat }) {
  const current = here.value === chat.id;
  const unread = chat.unread > 0 || chat.markedUnread;
  const online = chat.kind === 'person' && kith.people.presence(chat.id).value.online;
  return (
    <div class={`chat ${unread ? 'unread' : ''}`} onContextMenu={(event) => chatMenu(chat, event)}>
      <button
        type="button"
        class="row"
        data-chat={chat.id}
        aria-current={current ? 'true' : undefined}
        onClick={() => go({ chat: chat.id })}
        onKeyDown={(event) => {
          if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
            event.preventDefault();
            chatMenu(chat, event.currentTarget);
          }
        }}
      >
        <Avatar of={chat.id} name={chat.name} photo={chat.photo} kind={chat.announces ? 'broadcast' : chat.kind} online={online} />
        <span class="grow">
          <span class="line">
            <bdi class="title cut">{chat.kind === 'self' ? t('chat.self') : chat.name}</bdi>
            {chat.last && <time class="when">{stamp(chat.last ? chat.time : 0)}</time>}
          </span>
          <span class="line">
            <Under chat={chat} current={current} />
            {chat.asking !== undefined && <Sign of={UserRoundCheck} says={t('request.count', { n: chat.asking })} />}
            {isMuted(chat) && <Sign of={BellOff} says={t('chat.muted')} />}
            {chat.pinned !== undefined && <Sign of={Pin} says={t('chat.pinned')} />}
            {chat.unreadMentions > 0 && (
              <span class="badge">
                <Icon of={AtSign} />
                <span class="unseen">{t('chat.mentions', { n: chat.unreadMentions })}</span>
              </span>
            )}
            {unread && <Unread chat={chat} />}
          </span>
        </span>
      </button>
      <button
        type="button"
        class="round small more"
        tabIndex={-1}
        aria-label={t('chat.menu', { name: chat.name })}
        onClick={(event) => chatMenu(chat, event.currentTarget)}
      >
        <Icon of={ChevronDown} />
      </button>
    </div>
  );
}

function Sign({ of, says }: { of: typeof Pin; says: string }) {
  return (
    <span class="sign">
      <Icon of={of} />
      <span class="unseen">{says}</span>
    </span>
  );
}

function Unread({ chat }: { chat: Chat }) {
  return (
    <span class={`badge ${isMuted(chat) ? 'muted' : ''} ${chat.unread ? '' : 'dot'}`}>
      {chat.unread > 0 && <span aria-hidden="true">{chat.unread > 999 ? '999+' : chat.unread}</span>}
      <span class="unseen">{chat.unread ? t('chat.unread', { n: chat.unread }) : t('chat.markedUnread')}</span>
    </span>
  );
}

/** The second line: who types, what was begun, or the last message. */
function Under({ chat, current }: { chat: Chat; current: boolean }) {
  if (chat.typing.length) return <span class="under cut typing">{typingText(chat)}</span>;
  if (chat.draft?.text && !current) {
    return (
      <bdi class="under cut">
        <bdi class="draft">{t('chat.draft')}</bdi> {chat.draft.text.slice(0, 120)}
      </bdi>
    );
  }
  const last = chat.last;
  if (!last) return <span class="under cut">{chat.kind === 'self' ? t('chat.selfHint') : t('chat.nothing')}</span>;
  const icon = iconOf(last.kind);
  const author = authorOf(chat, last);
  return (
    <span class="under">
      {last.mine && last.tick && last.kind !== 'event' && <Ticks of={last.tick} />}
      <bdi class="cut grow">
        {author && (
          <>
            <bdi>{author}</bdi>
            {': '}
          </>
        )}
        {icon && <Icon of={icon} />}
        {summary(chat)}
      </bdi>
    </span>
  );
}

export function typingText(chat: Chat): string {
  const first = chat.typing[0];
  if (!first) return '';
  if (chat.kind !== 'group') return t(first.what === 'voice' ? 'chat.recording' : 'chat.typing');
  if (chat.typing.length > 1) return t('chat.severalTyping', { n: chat.typing.length });
  return t(first.what === 'voice' ? 'chat.someoneRecording' : 'chat.someoneTyping', { name: first.name });
}

function chatMenu(chat: Chat, at: MouseEvent | HTMLElement): void {
  if (at instanceof MouseEvent) at.preventDefault();
  openMenu(at, t('chat.menu', { name: chat.name }), chatEntries(chat));
}

/** What can be done with a chat as a whole. */
export function chatEntries(chat: Chat): Entry[] {
  const { chats } = kith;
  const unread = chat.unread > 0 || chat.markedUnread;
  return [
    {
      label: t(chat.archived ? 'chat.unarchive' : 'chat.archive'),
      icon: chat.archived ? ArchiveRestore : Archive,
      run: () => {
        run(chats.archive(chat.id, !chat.archived), () =>
          say(t(chat.archived ? 'chat.unarchived' : 'chat.archived'), {
            label: t('do.undo'),
            run: () => run(chats.archive(chat.id, chat.archived)),
          }),
        );
      },
    },
    !chat.archived && {
      label: t(chat.pinned === undefined ? 'chat.pin' : 'chat.unpin'),
      icon: chat.pinned === undefined ? Pin : PinOff,
      run: () => run(chats.pin(chat.id, chat.pinned === undefined)),
    },
    {
      label: t(isMuted(chat) ? 'chat.unmute' : 'chat.mute'),
      icon: isMuted(chat) ? Bell : BellOff,
      run: () => (isMuted(chat) ? run(chats.mute(chat.id, null)) : askMute(chat)),
    },
    {
      label: t(unread ? 'chat.markRead' : 'chat.markUnread'),
      icon: unread ? MailOpen : Mail,
      run: () => run(chats.markRead(chat.id, unread)),
    },
    null,
    chat.kind === 'person' && {
      label: t(chat.blocked ? 'person.unblock' : 'person.block'),
      icon: chat.blocked ? Check : Ban,
      danger: !chat.blocked,
      run: () => (chat.blocked ? run(kith.people.unblock(chat.id)) : askBlock(chat.id, chat.name)),
    },
    {
      label: t('chat.clear'),
      icon: Eraser,
      danger: true,
      run: async () => {
        if (await confirm(t('chat.clearAsk'), t('chat.clearText', { name: chat.name }), t('chat.clear'), true))
          run(chats.clear(chat.id));
      },
    },
    chat.kind !== 'broadcast' && (chat.kind !== 'group' || !chat.member) && {
      label: t('chat.remove'),
      icon: Trash2,
      danger: true,
      run: async () => {
        if (!(await confirm(t('chat.removeAsk'), t('chat.removeText', { name: chat.name }), t('chat.remove'), true))) return;
        if (here.value === chat.id) go({ chat: null });
        run(chats.remove(chat.id));
      },
    },
  ];
}

export async function askBlock(address: string, name: string): Promise<void> {
  if (await confirm(t('person.blockAsk', { name }), t('person.blockText'), t('person.block'), true))
    run(kith.people.block(address), () => say(t('person.blocked', { name })));
}
