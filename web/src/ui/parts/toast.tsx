import { signal } from '@preact/signals';
import { X } from 'lucide';
import { type Failure, KithError } from '../../chat';
import { t } from '../i18n';
import { sentence } from '../failure';
import { Icon } from './icon';

interface Toast {
  id: number;
  text: string;
  action: { label: string; run: () => void } | undefined;
}

const shown = signal<readonly Toast[]>([]);
let ids = 0;
const STAYS_MILLIS = 6000;

/** Says something in passing; with `action` it can be taken back. Screen readers hear it. */
export function say(text: string, action?: Toast['action']): void {
  const id = ++ids;
  shown.value = [...shown.value.slice(-2), { id, text, action }];
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

function gone(id: number): void {
  shown.value = shown.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
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
