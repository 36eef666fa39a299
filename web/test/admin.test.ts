import { describe, expect, test } from 'vitest';
import { between, ceiling, line, quantile, type Reading } from '../src/admin/readings';

function reading(millis: number, numbers: Record<string, number>, steps: readonly number[] = [0, 0, 0]): Reading {
  return {
    millis,
    numbers: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`kith_${name}`, value])),
    bounds: [1, 10],
    latencies: { kith_message_keeping_seconds: steps },
    queues: { store: { unit: 'commits', waiting: 7, limit: 100, alerts: 0, longest: [] } },
    troubles: {},
    heapBytes: 5,
    heapMostBytes: 10,
  };
}

describe('the pulse', () => {
  test('rates_are_what_happened_in_between_per_second', () => {
    const point = between(reading(1000, { messages_kept_total: 100, connections: 3 }), reading(3000, { messages_kept_total: 150, connections: 4 }));
    expect(point.kept).toBe(25);
    expect(point.connections).toBe(4);
    expect(point.store).toBe(7);
    expect(point.partitions).toBe(0);
  });

  test('a_server_that_started_anew_counts_from_nothing', () => {
    const point = between(reading(0, { messages_kept_total: 100 }, [50, 50, 0]), reading(2000, { messages_kept_total: 4 }, [0, 4, 0]));
    expect(point.kept).toBe(2);
    expect(point.medianMillis).toBe(10);
  });

  test('latencies_are_of_the_messages_in_between_and_none_is_zero', () => {
    const before = reading(0, { store_syncs_total: 10, store_sync_seconds_sum: 1 }, [1000, 0, 0]);
    const point = between(before, reading(1000, { store_syncs_total: 14, store_sync_seconds_sum: 1.02 }, [1098, 2, 0]));
    expect(point.medianMillis).toBe(1);
    expect(point.slowestMillis).toBe(10);
    expect(point.diskMillis).toBeCloseTo(5);
    expect(between(before, before).medianMillis).toBe(0);
    expect(between(before, before).diskMillis).toBe(0);
  });

  test('what_is_longer_than_all_steps_is_told_as_the_last_one', () => expect(quantile([1, 10], [0, 0, 5], 0.5)).toBe(10));
});

describe('a chart', () => {
  test('ends_at_a_round_number', () => {
    expect([0, 0.03, 1, 1.2, 7, 10, 11, 4999].map(ceiling)).toEqual([1, 0.05, 1, 2, 10, 10, 20, 5000]);
  });

  test('has_the_newest_value_at_the_right_and_the_highest_at_the_top', () => {
    expect(line([], 10, 3)).toBe('');
    expect(line([5], 10, 3)).toBe('M100.00 50.00');
    expect(line([1, 0, 10, 5], 10, 3)).toBe('M0.00 100.00L50.00 0.00L100.00 50.00');
  });
});
