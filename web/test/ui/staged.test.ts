import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/chat';
import { stages } from '../../src/ui/talk/staged';

const window = (from: number, to: number): Message[] =>
  Array.from({ length: to - from }, (_, i) => ({ id: `${from + i}`, chat: 'c', from: 'a', mine: false, time: from + i, content: { kind: 'text', text: '' } }));
const shown = (before: Message[], after: Message[]) => stages(before, after).map(({ messages, shift }) => `${messages[0]?.id}-${messages.at(-1)?.id}${shift ? ' shift' : ''}`);

describe('a window that moves', () => {
  test('older_ones_come_with_a_shift', () => expect(shown(window(50, 100), window(20, 100))).toEqual(['20-99 shift']));
  test('older_ones_in_exchange_for_newer_ones_take_two_steps', () =>
    expect(shown(window(50, 100), window(20, 70))).toEqual(['20-99 shift', '20-69']));
  test('newer_ones_need_no_shift', () => expect(shown(window(50, 100), window(50, 120))).toEqual(['50-119']));
  test('newer_ones_in_exchange_for_older_ones_take_two_steps', () =>
    expect(shown(window(50, 100), window(80, 130))).toEqual(['50-129', '80-129 shift']));
  test('old_ones_alone_may_go', () => expect(shown(window(50, 100), window(60, 100))).toEqual(['60-99 shift']));
  test('a_jump_elsewhere_is_one_step', () => expect(shown(window(50, 100), window(500, 550))).toEqual(['500-549']));
  test('the_first_window_is_one_step', () => expect(shown([], window(0, 3))).toEqual(['0-2']));
});
