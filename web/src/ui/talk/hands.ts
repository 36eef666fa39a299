// What a person's hands do to the list of messages, beyond clicks.

import { useEffect, useRef } from 'preact/hooks';

const LONG_PRESS_MILLIS = 450;
/** What moves so soon after a hand did something is its doing. */
const WAKE_MILLIS = 1000;

/** So far a finger goes along a line before it is a swipe, so far it swipes before that counts, and so far the row goes with it. */
const SWIPE_BEGINS_PIXELS = 12;
const SWIPED_PIXELS = 56;
const SWIPE_ENDS_PIXELS = 76;

/** How far a swipe has come that went so far along the line and across it: 0 while it is none. */
export function swipe(along: number, across: number): number {
  return along > SWIPE_BEGINS_PIXELS && along > 2 * Math.abs(across) ? Math.min(along - SWIPE_BEGINS_PIXELS, SWIPE_ENDS_PIXELS) : 0;
}

/**
 * A finger that swipes a message towards the line's end answers it; the message goes along, and back. Who scrolls, or goes
 * sideways in a listing, swipes nothing.
 */
function useSwipe(done: (target: EventTarget | null) => void) {
  const hand = useRef<{ x: number; y: number; row: HTMLElement; far: number } | null>(null);
  const show = (row: HTMLElement, far: number) => {
    const rtl = document.documentElement.dir === 'rtl';
    row.style.translate = far ? `${rtl ? -far : far}px` : '';
    if (far) row.dataset['swipe'] = far >= SWIPED_PIXELS ? 'far' : 'near';
    else delete row.dataset['swipe'];
  };
  return {
    down: ({ target, clientX: x, clientY: y }: PointerEvent) => {
      const row = target instanceof Element && !target.closest('pre, .wave') ? target.closest<HTMLElement>('.message') : null;
      hand.current = row && { x, y, row, far: 0 };
    },
    move: ({ clientX, clientY }: PointerEvent) => {
      const now = hand.current;
      if (!now) return;
      const along = (clientX - now.x) * (document.documentElement.dir === 'rtl' ? -1 : 1);
      if (now.far === 0 && Math.abs(clientY - now.y) > SWIPE_BEGINS_PIXELS) hand.current = null;
      else show(now.row, (now.far = now.far ? Math.max(1, swipe(along, 0)) : swipe(along, clientY - now.y)));
    },
    up: (counts: boolean) => {
      const now = hand.current;
      hand.current = null;
      if (!now) return;
      show(now.row, 0);
      if (counts && now.far >= SWIPED_PIXELS) done(now.row);
    },
  };
}

/** A long press of a finger, where the browser makes no `contextmenu` of it; and a swipe, which answers. */
export function usePress(done: (target: EventTarget | null, at: MouseEvent) => void, swiped: (target: EventTarget | null) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stop = () => clearTimeout(timer.current);
  const swiping = useSwipe(swiped);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return;
      const { target } = event;
      stop();
      timer.current = setTimeout(() => done(target, event), LONG_PRESS_MILLIS);
      swiping.down(event);
    },
    onPointerMove: (event: PointerEvent) => {
      if (Math.abs(event.movementX) + Math.abs(event.movementY) > 2) stop();
      swiping.move(event);
    },
    onPointerUp: () => {
      stop();
      swiping.up(true);
    },
    onPointerCancel: () => {
      stop();
      swiping.up(false);
    },
  };
}

/** Whether the person moves the list, or just did: else it is what is drawn in it that moves. */
export function useHands(): { readonly moving: () => boolean; readonly on: Record<'onWheel' | 'onTouchMove' | 'onKeyDownCapture' | 'onPointerDownCapture', () => void> } {
  const last = useRef(-Infinity);
  const held = useRef(false);
  useEffect(() => {
    const release = () => {
      if (held.current) last.current = performance.now();
      held.current = false;
    };
    addEventListener('pointerup', release);
    addEventListener('pointercancel', release);
    return () => {
      removeEventListener('pointerup', release);
      removeEventListener('pointercancel', release);
    };
  }, []);
  const now = () => {
    last.current = performance.now();
  };
  const hold = () => {
    held.current = true;
  };
  return {
    moving: () => held.current || performance.now() - last.current < WAKE_MILLIS,
    on: { onWheel: now, onTouchMove: now, onKeyDownCapture: now, onPointerDownCapture: hold },
  };
}
