import { signal } from '@preact/signals';
import { X } from 'lucide';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Failure, KithError } from '../../chat';
import { t } from '../i18n';
import { sentence } from '../failure';
import { Icon } from './icon';

interface Toast {
  id: number;
  about: string | undefined;
  text: string;
  action: { label: string; run: () => void } | undefined;
}

const shown = signal<readonly Toast[]>([]);
let ids = 0;
const STAYS_MILLIS = 6000;

/** Says something in passing; with `action` it can be taken back. Screen readers hear it. Of what is `about` the same, the last is said. */
export function say(text: string, action?: Toast['action'], about?: string): void {
  const id = ++ids;
  const others = shown.peek().filter((toast) => about === undefined || toast.about !== about);
  shown.value = [...others.slice(-2), { id, about, text, action }];
  setTimeout(() => gone(id), action ? STAYS_MILLIS * 1.5 : STAYS_MILLIS);
}

/** Says why something did not work and what to do. What was cancelled by the person needs no word. */
export function sayFailure(error: unknown): void {
  const failure: Failure = error instanceof KithError ? error.failure : { code: 'other' };
  if (!(error instanceof KithError)) console.error(error);
  if (failure.code !== 'cancelled') say(sentence(failure));
}

/** Runs a command of the chat layer; a failure is said, never lost. */
export function run(work: Promise<unknown>, done?: () => void): void {
  work.then(done, sayFailure);
}

/** What was said about these has been seen to. */
export function hush(seen: (about: string) => boolean): void {
  shown.value = shown.peek().filter((toast) => toast.about === undefined || !seen(toast.about));
}

function gone(id: number): void {
  shown.value = shown.value.filter((toast) => toast.id !== id);
}

/** What is said lies above everything, dialogs too. */
export function Toasts() {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    box.hidePopover();
    if (shown.value.length) box.showPopover();
  }, [shown.value]);
  return (
    <div ref={ref} class="toasts" popover="manual" role="status" aria-live="polite">
      {shown.value.map((toast) => (
        <div class="toast" key={toast.id}>
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              class="button"
              onClick={() => {
                toast.action?.run();
                gone(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button type="button" class="round small" aria-label={t('do.close')} onClick={() => gone(toast.id)}>
            <Icon of={X} />
          </button>
        </div>
      ))}
    </div>
  );
}
