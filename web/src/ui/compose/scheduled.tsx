import { CalendarClock, Clock } from 'lucide';
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { Dialog, show } from '../parts/dialog';
import { Field } from '../parts/field';
import type { Entry } from '../parts/menu';

const MINUTE_MILLIS = 60_000;

/** The menu of the send button: later today, tomorrow morning, or when one likes. */
export function laterEntries(send: (at: number) => void): Entry[] {
  const soon = Date.now() + 60 * MINUTE_MILLIS;
  const morning = new Date();
  morning.setDate(morning.getDate() + 1);
  morning.setHours(8, 0, 0, 0);
  return [
    ...[soon, morning.getTime()].map((at) => ({ label: t('later.at', { when: dateAndTime(at) }), icon: Clock, run: () => send(at) })),
    { label: t('later.choose'), icon: CalendarClock, run: () => void show((close) => <LaterForm send={send} close={close} />) },
  ];
}

/** `2026-05-03T08:00` in this device's own time. */
function local(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * MINUTE_MILLIS);
  return date.toISOString().slice(0, 16);
}

function LaterForm({ send, close }: { send: (at: number) => void; close: () => void }) {
  const [when, setWhen] = useState(local(Date.now() + 60 * MINUTE_MILLIS));
  const at = new Date(when).getTime();
  const past = !(at > Date.now());
  return (
    <Dialog
      title={t('later.title')}
      close={close}
      foot={
        <button
          type="button"
          class="button main"
          disabled={past}
          onClick={() => {
            close();
            send(at);
          }}
        >
          {t('later.title')}
        </button>
      }
    >
      <Field label={t('later.when')} hint={t('later.hint')} value={when} onInput={setWhen} wrong={past ? t('later.past') : undefined} input={{ type: 'datetime-local', min: local(Date.now()), dir: 'ltr' }} />
    </Dialog>
  );
}
