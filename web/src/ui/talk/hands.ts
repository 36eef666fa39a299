// What a person's hands do to the list of messages, beyond clicks.

import { useEffect, useRef } from 'preact/hooks';

const LONG_PRESS_MILLIS = 450;
/** What moves so soon after a hand did something is its doing. */
const WAKE_MILLIS = 1000;

/** A long press of a finger, where the browser makes no `contextmenu` of it. */
export function usePress(done: (target: EventTarget | null, at: MouseEvent) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return;
      const { target } = event;
      stop();
      timer.current = setTimeout(() => done(target, event), LONG_PRESS_MILLIS);
    },
    onPointerMove: (event: PointerEvent) => {
      if (Math.abs(event.movementX) + Math.abs(event.movementY) > 2) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
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
