import type { Failure } from '../chat';
import { type Key, t } from './i18n';
import { size } from './i18n/when';

/** A failure as a sentence that says what happened and what to do. */
export function sentence(failure: Failure): string {
  const key: Key = `failure.${failure.code}`;
  return t(key, {
    seconds: failure.retryAfterSeconds ?? 60,
    tries: failure.triesLeft ?? 0,
    limit: failure.limitBytes ? size(failure.limitBytes) : '',
    limited: failure.limitBytes ? 'yes' : 'no',
  });
}
