import type { Tick } from '../../chat';
import { t } from '../i18n';

/**
 * How far a message has come: a clock, one tick, two, two in blue, or a mark that it failed. The colour is never the
 * only sign: screen readers get a word, and the ticks of what was read are bolder. What is not on the disk yet has only its
 * room, so that nothing moves when the clock comes.
 */
export function Ticks({ of }: { of: Tick | undefined }) {
  return (
    <span class="ticks" data-tick={of}>
      <svg viewBox="0 0 18 12" width="18" height="12" aria-hidden="true">
        {of === undefined ? null : of === 'waiting' ? (
          <>
            <circle cx="11" cy="6" r="4.600" />
            <path d="M11 3.600V6l1.600 1.200" />
          </>
        ) : of === 'failed' ? (
          <>
            <circle cx="11" cy="6" r="4.900" />
            <path d="M11 3.400v3M11 8.500v.1" />
          </>
        ) : of === 'sent' ? (
          <path d="m5.500 6.400 3 3L15 2.500" />
        ) : (
          <path d="m1.500 6.400 3 3L11 2.500M8.600 8.600l.900.8L16 2.500" />
        )}
      </svg>
      {of && <span class="unseen">{t(`tick.${of}`)}</span>}
    </span>
  );
}
