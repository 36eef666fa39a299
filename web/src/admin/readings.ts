/** What the server counts, at one moment: numbers since its start (docs/OPERATIONS.md has their names). */
export interface Reading {
  readonly millis: number;
  readonly numbers: Readonly<Record<string, number>>;
  /** The latencies' steps in milliseconds; the last count of each is of what was longer than all. */
  readonly bounds: readonly number[];
  readonly latencies: Readonly<Record<string, readonly number[]>>;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly troubles: Readonly<Record<string, string>>;
  readonly heapBytes: number;
  readonly heapMostBytes: number;
}

export interface Queue {
  readonly unit: string;
  readonly waiting: number;
  readonly limit: number;
  readonly alerts: number;
  readonly longest: readonly { readonly name: string; readonly waiting: number }[];
}

/** One moment in the charts: what happened since the one before, per second where it is a rate. */
export interface Point {
  readonly millis: number;
  readonly connections: number;
  readonly kept: number;
  readonly delivered: number;
  readonly iqs: number;
  readonly presences: number;
  readonly signIns: number;
  readonly medianMillis: number;
  readonly slowestMillis: number;
  readonly diskMillis: number;
  readonly partitions: number;
  readonly store: number;
  readonly heapBytes: number;
}

const number = (reading: Reading, name: string) => reading.numbers[`kith_${name}`] ?? 0;

/** What lies between two readings. A server that started anew in between counts from nothing. */
export function between(before: Reading, now: Reading): Point {
  const seconds = Math.max(0.001, (now.millis - before.millis) / 1000);
  const grown = (name: string) => {
    const value = number(now, name);
    const was = number(before, name);
    return value >= was ? value - was : value;
  };
  const rate = (name: string) => grown(name) / seconds;
  const steps = grownSteps(before.latencies['kith_message_keeping_seconds'] ?? [], now.latencies['kith_message_keeping_seconds'] ?? []);
  const syncs = grown('store_syncs_total');
  return {
    millis: now.millis,
    connections: number(now, 'connections'),
    kept: rate('messages_kept_total'),
    delivered: rate('messages_delivered_total'),
    iqs: rate('iqs_total'),
    presences: rate('presences_total'),
    signIns: rate('sign_ins_total'),
    medianMillis: quantile(now.bounds, steps, 0.5),
    slowestMillis: quantile(now.bounds, steps, 0.99),
    diskMillis: syncs > 0 ? (grown('store_sync_seconds_sum') / syncs) * 1000 : 0,
    partitions: now.queues['partition']?.waiting ?? 0,
    store: now.queues['store']?.waiting ?? 0,
    heapBytes: now.heapBytes,
  };
}

function grownSteps(before: readonly number[], now: readonly number[]): number[] {
  const fresh = now.some((count, index) => count < (before[index] ?? 0));
  return now.map((count, index) => (fresh ? count : count - (before[index] ?? 0)));
}

/** The step under which this share of all stayed; 0 when there were none. */
export function quantile(bounds: readonly number[], counts: readonly number[], share: number): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return 0;
  const need = Math.ceil(all * share);
  let seen = 0;
  for (const [index, bound] of bounds.entries()) {
    seen += counts[index] ?? 0;
    if (seen >= need) return bound;
  }
  return bounds.at(-1) ?? 0;
}

/** A round number at or above the highest value, for the top of a chart: 1, 2 or 5 times a power of ten. */
export function ceiling(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most * (1 - 1e-9)) ?? most;
}

/** A chart's line in a box of 100 by 100: the newest value at the right, `room` values from side to side. */
export function line(values: readonly number[], top: number, room: number): string {
  return values
    .slice(-room)
    .map((value, index, shown) => {
      const x = 100 - ((shown.length - 1 - index) / (room - 1)) * 100;
      return `${index ? 'L' : 'M'}${x.toFixed(2)} ${(100 - Math.min(1, value / top) * 100).toFixed(2)}`;
    })
    .join('');
}
