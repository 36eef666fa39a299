import { signal } from '@preact/signals';
import { X } from 'lucide';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';

interface Open {
  id: number;
  draw: (close: () => void) => VNode;
  closed: () => void;
}

const open = signal<readonly Open[]>([]);
let ids = 0;

/** Puts a dialog on top of everything; the browser keeps the focus in it. Returns the way to close it. */
export function show(draw: (close: () => void) => VNode, closed: () => void = () => {}): () => void {
  const id = ++ids;
  open.value = [...open.value, { id, draw, closed }];
  return () => shut(id);
}

function shut(id: number): void {
  const found = open.value.find((dialog) => dialog.id === id);
  if (!found) return;
  open.value = open.value.filter((dialog) => dialog !== found);
  found.closed();
}

export const anyDialog = () => open.value.length > 0;

export function Dialogs() {
  return (
    <>
      {open.value.map(({ id, draw }) => (
        <Frame key={id} close={() => shut(id)} draw={draw} />
      ))}
    </>
  );
}

function Frame({ draw, close }: { draw: Open['draw']; close: () => void }) {
  return draw(close);
}

/** A dialog's frame: a title, a body that scrolls, what can be done at the foot. */
export function Dialog(props: {
  title: string;
  close: () => void;
  children?: ComponentChildren;
  foot?: ComponentChildren;
  flush?: boolean;
  class?: string;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement as HTMLElement | null;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog ${props.class ?? ''}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onMouseDown={(event) => event.target === ref.current && outside(event.currentTarget, event) && props.close()}
    >
      <header>
        <h2 id={heading}>{props.title}</h2>
        <button type="button" class="round" aria-label={t('do.close')} onClick={props.close}>
          <Icon of={X} />
        </button>
      </header>
      <div class={`body ${props.flush ? 'flush' : ''}`}>{props.children}</div>
      {props.foot && <footer>{props.foot}</footer>}
    </dialog>
  );
}

function outside(dialog: HTMLElement, { clientX: x, clientY: y }: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

interface Choice<T> {
  label: string;
  value: T;
  look?: 'main' | 'danger' | 'plain';
}

/** Asks one question; null when the person turned away. */
export function choose<T>(title: string, text: ComponentChildren, choices: readonly Choice<T>[]): Promise<T | null> {
  return new Promise((answer) => {
    let chosen: T | null = null;
    show(
      (close) => (
        <Dialog
          title={title}
          close={close}
          foot={
            <>
              <button type="button" class="button plain" data-first={true} onClick={close}>
                {t('do.cancel')}
              </button>
              {choices.map((choice) => (
                <button
                  key={choice.label}
                  type="button"
                  class={`button ${choice.look ?? 'main'}`}
                  onClick={() => {
                    chosen = choice.value;
                    close();
                  }}
                >
                  {choice.label}
                </button>
              ))}
            </>
          }
        >
          {text && <p>{text}</p>}
        </Dialog>
      ),
      () => answer(chosen),
    );
  });
}

export async function confirm(title: string, text: ComponentChildren, label: string, danger = false): Promise<boolean> {
  return (await choose(title, text, [{ label, value: true, look: danger ? 'danger' : 'main' }])) ?? false;
}
