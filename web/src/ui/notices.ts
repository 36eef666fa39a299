import { computed, effect } from '@preact/signals';
import type { Address, Notice } from '../chat';
import { kith } from './kith';
import { t } from './i18n';
import { hush, say } from './parts/toast';
import { sentence } from './failure';
import { chat, go, narrow, page } from './place';
import { summary } from './chats/summary';

/** Says what happens in the background: new messages elsewhere, work that failed, a new version. */
export function listen(): () => void {
  follow();
  sayLookedAt();
  effect(() => {
    const here = chat.value;
    const all = listed.value;
    hush((what) => (all && what.startsWith(CHAT)) || (here !== null && what === about(here)));
  });
  return kith.onNotice((notice) => {
    if (notice.type === 'failure') say(sentence(notice.failure));
    else if (notice.type === 'signed-out') say(sentence(notice.failure));
    else if (notice.type === 'declined') say(t('request.declined', { name: notice.name }));
    else if (notice.type === 'update') say(t('app.update'), { label: t('app.reload'), run: () => location.reload() });
    else if (notice.type === 'message' && !notice.muted) {
      if (!notice.chat.silent) chime();
      if (document.visibilityState === 'hidden') void show(notice);
      const here = chat.peek() === notice.chat.id;
      if (document.visibilityState === 'visible' && !here && !listed.peek() && notice.chat.last) {
        const id = notice.chat.id;
        say(`\u2068${notice.chat.name.slice(0, 40)}\u2069: \u2068${summary(notice.chat).slice(0, 80)}\u2069`, {
          label: t('do.open'),
          run: () => go({ chat: id }),
        }, about(id));
      }
    }
  });
}

/** Where the list of chats is on the screen, it says what is new. */
const listed = computed(() => page.value === 'chats' && !(narrow.value && chat.value));

const CHAT = 'chat ';
const about = (id: Address) => CHAT + id;

/** The tag that the service worker uses as well: what says less gives way. */
const TAG = 'kith';

const LOOKED_AT = 'kith-looked-at';

/** As long as somebody looks at this tab, the others need not notify. */
function sayLookedAt(): void {
  let done = () => {};
  const tell = () => {
    done();
    if (document.visibilityState !== 'visible') return;
    void navigator.locks.request(LOOKED_AT, { mode: 'shared' }, () => new Promise<void>((resolve) => (done = resolve)));
  };
  document.addEventListener('visibilitychange', tell);
  tell();
}

/** Nobody looks at the page: the system says it, as much as one wants it to say. */
async function show({ chat: from, message }: Extract<Notice, { type: 'message' }>): Promise<void> {
  const { notifications, notificationPreviews } = kith.settings.values.peek();
  if (!notifications || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const { held = [] } = await navigator.locks.query();
  if (held.some((lock) => lock.name === LOOKED_AT)) return;
  const registration = await navigator.serviceWorker?.getRegistration();
  const words = from.last ? summary(from) : t('kind.unknown');
  const body = !notificationPreviews ? t('notifications.new') : from.kind === 'group' ? `${message.fromName ?? ''}: ${words}` : words;
  await registration?.showNotification(from.name, { body: body.slice(0, 200), tag: TAG, icon: '/icon.svg', data: { chat: from.id }, silent: from.silent === true });
}

/** A notification was clicked: its chat opens. */
function follow(): void {
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const open = (data as { open?: unknown } | null)?.open;
    if (typeof open === 'string' && kith.chats.chat(open).peek()) go({ page: 'chats', chat: open });
  });
}

let sound: AudioContext | null = null;

/** Two soft notes, made here: no file to fetch. Browsers keep it silent until the person has touched the page. */
function chime(): void {
  if (!kith.settings.values.peek().sounds || !navigator.userActivation?.hasBeenActive) return;
  sound ??= new AudioContext();
  for (const [index, hertz] of [880, 1175].entries()) {
    const at = sound.currentTime + index * 0.09;
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    tone.frequency.value = hertz;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.06, at + 0.01);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
}
