import type { Chat } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { choose } from '../parts/dialog';
import { run } from '../parts/toast';

const HOUR_MILLIS = 3_600_000;

export async function askMute(chat: Chat): Promise<void> {
  const until = await choose(t('chat.muteAsk', { name: chat.name }), t('chat.muteText'), [
    { label: t('duration.hours', { n: 8 }), value: Date.now() + 8 * HOUR_MILLIS, look: 'plain' },
    { label: t('duration.weeks', { n: 1 }), value: Date.now() + 168 * HOUR_MILLIS, look: 'plain' },
    { label: t('chat.always'), value: Number.POSITIVE_INFINITY, look: 'plain' },
  ]);
  if (until !== null) run(kith.chats.mute(chat.id, until));
}
