import { signal } from '@preact/signals';
import type { Message } from '../../chat';
import { nameOf } from '../chats/summary';
import { t } from '../i18n';
import { gistOf } from './bubble';

const spoken = signal('');

export function announce(message: Message): void {
  spoken.value = t('talk.announce', { name: message.fromName ?? nameOf(message.from), text: gistOf(message) });
}

/** Reads new messages of the open chat out to screen readers. */
export function Spoken() {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {spoken.value}
    </div>
  );
}
