import { signal } from '@preact/signals';
import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon';

/** An entry of a menu; `null` is a line between entries, `false` one that is left out. */
export type Entry =
  | { label: string; icon?: IconNode; danger?: boolean; checked?: boolean; turns?: boolean; run: () => void }
  | null
  | false;

interface Where {
  entries: readonly Entry[];
  label: string;
  /** Stands above the entries: the quick reactions, say. */
  head?: ((close: () => void) => ComponentChildren) | undefined;
  at: { left: number; right: number; top: number; bottom: number };
  opener: HTMLElement | null;
  /** The button that it belongs to, if it was one: pressed again, it closes. */
  button: HTMLElement | null;
}

const open = signal<Where | null>(null);

/** Opens a menu under an element, or where the pointer is. */
export function openMenu(
  at: HTMLElement | MouseEvent,
  label: string,
  entries: readonly Entry[],
  head?: (close: () => void) => ComponentChildren,
): void {
  const box =
    at instanceof HTMLElement
      ? at.getBoundingClientRect()
      : { left: at.clientX, right: at.clientX, top: at.clientY, bottom: at.clientY };
  const button = at instanceof HTMLElement ? at : null;
  if (button && open.peek()?.button === button) return close();
  const opener = button && button.tabIndex >= 0 ? button : (document.activeElement as HTMLElement | null);
  const { left, right, top, bottom } = box;
  open.value = { entries, label, head, at: { left, right, top, bottom }, opener, button };
}

export const menuIsOpen = () => open.value !== null;

export function Menus() {
  const where = open.value;
  return where && <Menu key={where} {...where} />;
}

function close() {
  const opener = open.value?.opener;
  open.value = null;
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

/** Not in TypeScript's library yet; not in every browser either. */
declare const CloseWatcher: undefined | (new () => { onclose: (() => void) | null; destroy(): void });

/** A press elsewhere closes it, and so does the device's back button. The finger whose long press opened it may be lifted. */
function useWayOut(ref: { readonly current: HTMLElement | null }, button: HTMLElement | null): void {
  // Ahead of the first frame: who sees the menu can press beside it.
  useLayoutEffect(() => {
    const press = ({ target }: Event) => {
      if (target instanceof Node && !ref.current?.contains(target) && !button?.contains(target)) close();
    };
    addEventListener('pointerdown', press, true);
    const watcher = typeof CloseWatcher === 'undefined' ? null : new CloseWatcher();
    if (watcher) watcher.onclose = close;
    return () => {
      removeEventListener('pointerdown', press, true);
      watcher?.destroy();
    };
  }, []);
}

function Menu({ entries, label, at, head, button }: Where) {
  const ref = useRef<HTMLDivElement>(null);
  useWayOut(ref, button);

  useLayoutEffect(() => {
    const menu = ref.current;
    if (!menu) return;
    menu.showPopover();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const toLeft = document.documentElement.dir === 'rtl';
    const margin = 8;
    const wanted = toLeft ? at.right - width : at.left;
    const fits = wanted >= margin && wanted + width <= innerWidth - margin;
    const x = fits ? wanted : toLeft ? at.left : at.right - width;
    const y = at.bottom + height + margin <= innerHeight ? at.bottom + 2 : at.top - height - 2;
    menu.style.left = `${Math.max(margin, Math.min(x, innerWidth - width - margin))}px`;
    menu.style.top = `${Math.max(margin, Math.min(y, innerHeight - height - margin))}px`;
    (menu.querySelector('[role^="menuitem"]') as HTMLElement | null)?.focus({ preventScroll: true });
  }, []);

  const move = (event: KeyboardEvent) => {
    const items = [...(ref.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const now = items.indexOf(document.activeElement as HTMLElement);
    const to =
      event.key === 'ArrowDown'
        ? (now + 1) % items.length
        : event.key === 'ArrowUp'
          ? (now - 1 + items.length) % items.length
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? items.length - 1
              : /^\p{L}$/u.test(event.key)
                ? items.findIndex((item) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))
                : -1;
    if (event.key === 'Tab' || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (to >= 0) {
      event.preventDefault();
      items[to]?.focus();
    }
  };

  return (
    <div
      ref={ref}
      class="menu"
      popover="manual"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={move}
    >
      {head?.(close)}
      {entries.map((entry, index) =>
        entry === false ? null : entry === null ? (
          <hr key={index} />
        ) : (
          <button
            key={index}
            type="button"
            role={entry.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
            aria-checked={entry.checked}
            class={entry.danger ? 'danger' : ''}
            onClick={() => {
              close();
              entry.run();
            }}
          >
            {entry.icon && <Icon of={entry.icon} turns={entry.turns ?? false} />}
            <span>{entry.label}</span>
          </button>
        ),
      )}
    </div>
  );
}
