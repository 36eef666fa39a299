// When to try again: after a pause that doubles with each failure, up to a minute, and is never the same for all devices.

import type { Surroundings } from './surroundings';

const FIRST_MILLIS = 500;
const MOST_MILLIS = 60_000;
/** Who hurries waits this long all the same. */
const LEAST_MILLIS = 2_000;

export class Backoff {
  private failures = 0;
  private beganAt = 0;
  private timer: unknown;

  constructor(private readonly around: Surroundings) {}

  /** It went well: the next pause is short again. */
  succeeded(): void {
    this.failures = 0;
  }

  stop(): void {
    this.around.clearTimer(this.timer);
  }

  /** Tries again after the next pause; returns when that is. */
  failed(again: () => void): number {
    this.stop();
    const most = Math.min(MOST_MILLIS, FIRST_MILLIS * 2 ** this.failures);
    const wait = Math.round(most / 2 + (most / 2) * this.around.random());
    this.failures++;
    this.beganAt = this.around.now();
    this.timer = this.around.setTimer(again, wait);
    return this.beganAt + wait;
  }

  /** Whether the pause has lasted long enough for somebody in a hurry. */
  isLong(): boolean {
    return this.around.now() - this.beganAt >= LEAST_MILLIS;
  }
}
