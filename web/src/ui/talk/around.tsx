// What stands around the messages of a chat: where they begin, the day that floats over them, the way to their end.

import type { ReadonlySignal } from '@preact/signals';
import { ArrowDown } from 'lucide';
import type { Chat } from '../../chat';
import { t } from '../i18n';
import { Icon } from '../parts/icon';

/** What changes while one scrolls is apart from the messages, which then stay as they are drawn. */
export function FloatingDay({ day, on }: { day: ReadonlySignal<string>; on: ReadonlySignal<boolean> }) {
  if (!day.value) return null;
  return (
    <div class={`day floating ${on.value ? 'on' : ''}`} aria-hidden="true">
      <span>{day.value}</span>
    </div>
  );
}

export function ToEnd({ at, unread, go }: { at: ReadonlySignal<boolean>; unread: number; go: () => void }) {
  if (at.value) return null;
  return (
    <button type="button" class="round to-end" aria-label={unread ? t('talk.toUnread', { n: unread }) : t('talk.toEnd')} onClick={go}>
      <Icon of={ArrowDown} />
      {unread > 0 && <span class="badge">{unread}</span>}
    </button>
  );
}

const beginnings = { self: 'talk.selfBegin', group: 'talk.groupBegin', broadcast: 'talk.listBegin', person: 'talk.begin' } as const;

export function Beginning({ chat }: { chat: Chat }) {
  return (
    <p class="event beginning">
      <span>
        {t(beginnings[chat.kind], { name: chat.name })}
      </span>
    </p>
  );
}

export function Offline() {
  return (
    <p class="edge" role="status">
      <span class="word">{t('talk.olderOffline')}</span>
    </p>
  );
}
