import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Message } from '../../chat';

export interface Stage {
  readonly messages: readonly Message[];
  /** Whether this stage differs from the one before at the old end: the list then keeps its place from the new end. */
  readonly shift: boolean;
}

/**
 * How to come from one window of messages to the next, in steps that a virtual list understands: it learns only how many
 * rows there are and at which end they changed, so a window that grows at one end and is cut at the other takes two.
 */
export function stages(before: readonly Message[], after: readonly Message[]): Stage[] {
  const first = before[0];
  const newFirst = after[0];
  if (!first || !newFirst || first.id === newFirst.id) return [{ messages: after, shift: false }];
  const grown = after.findIndex((message) => message.id === first.id);
  if (grown > 0) {
    const cut = before.slice(after.length - grown);
    const whole = cut.length ? [{ messages: [...after, ...cut], shift: true }] : [];
    return [...whole, { messages: after, shift: !cut.length }];
  }
  const shrunk = before.findIndex((message) => message.id === newFirst.id);
  if (shrunk > 0) {
    const kept = { messages: [...before.slice(0, shrunk), ...after], shift: false };
    const same = before.length - shrunk === after.length;
    return [...(same ? [] : [kept]), { messages: after, shift: true }];
  }
  return [{ messages: after, shift: false }];
}

/** Goes through the stages before anything is painted. */
export function useStaged(target: readonly Message[]): Stage {
  const aim = useRef<readonly Message[] | null>(null);
  const queue = useRef<Stage[]>([]);
  const now = useRef<Stage>({ messages: [], shift: false });
  const [, again] = useState(0);
  if (aim.current !== target) {
    aim.current = target;
    queue.current = stages(now.current.messages, target);
  }
  const next = queue.current[0];
  if (next) now.current = next;
  useLayoutEffect(() => {
    queue.current.shift();
    if (queue.current.length) again((n) => n + 1);
  });
  return now.current;
}
