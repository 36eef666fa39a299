import { signal } from '@preact/signals';
import { Copy, Forward, Info, Pencil, Reply, RotateCcw, SquareCheck, Star, StarOff, Trash2, X } from 'lucide';
import type { Address, Message } from '../../chat';
import { nameOf } from '../chats/summary';
import { replyTo, startEditing } from '../compose/state';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { choose, show } from '../parts/dialog';
import { type Entry, openMenu } from '../parts/menu';
import { run, say } from '../parts/toast';
import { go } from '../place';
import { Forwarding } from './forwarding';

/** The messages that are selected; null when nothing is being selected. */
export const selected = signal<ReadonlySet<string> | null>(null);

export function toggleSelected(id: string): void {
  const next = new Set(selected.value);
  if (!next.delete(id)) next.add(id);
  selected.value = next;
}

const QUICK = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

export const mayBeAnswered = (message: Message) =>
  message.content.kind !== 'event' && message.content.kind !== 'retracted' && message.content.kind !== 'call';

/** The menu of one message. */
export function messageMenu(message: Message, at: MouseEvent | HTMLElement, mayWrite: boolean): void {
  if (message.content.kind === 'event') return;
  const answerable = kith.abilities.has('reactions') && mayBeAnswered(message) && mayWrite && message.tick !== 'waiting' && message.tick !== 'failed';
  openMenu(at, t('message.menu'), entries(message, mayWrite), answerable ? (close) => <QuickReactions message={message} close={close} /> : undefined);
}

function entries(message: Message, mayWrite: boolean): Entry[] {
  const { content } = message;
  const real = mayBeAnswered(message);
  const text = textOf(message);
  const waits = message.tick === 'waiting' || message.scheduled !== undefined;
  return [
    message.tick === 'failed' && { label: t('message.resend'), icon: RotateCcw, run: () => run(kith.messages.resend(message.id)) },
    waits && {
      label: t('message.cancel'),
      icon: X,
      run: () => run(kith.messages.cancel(message.id).then((gone) => gone || say(t('message.tooLate')))),
    },
    real && mayWrite && { label: t('message.reply'), icon: Reply, turns: true, run: () => replyTo(message) },
    kith.abilities.has('edit') && message.mine && content.kind === 'text' && kith.messages.mayEdit(message) && { label: t('message.edit'), icon: Pencil, run: () => startEditing(message) },
    text !== '' && { label: t('message.copy'), icon: Copy, run: () => copy(text) },
    kith.abilities.has('forward') && real && !waits && { label: t('message.forward'), icon: Forward, turns: true, run: () => askForward([message.id]) },
    kith.abilities.has('star') && real && {
      label: t(message.starred ? 'message.unstar' : 'message.star'),
      icon: message.starred ? StarOff : Star,
      run: () => run(kith.messages.star([message.id], !message.starred)),
    },
    kith.abilities.has('receipts') && message.mine && real && !waits && {
      label: t('message.info'),
      icon: Info,
      run: () => go({ side: { kind: 'message', id: message.id } }),
    },
    { label: t('message.select'), icon: SquareCheck, run: () => toggleSelected(message.id) },
    null,
    { label: t('do.delete'), icon: Trash2, danger: true, run: () => void askDelete([message]) },
  ];
}

function QuickReactions({ message, close }: { message: Message; close: () => void }) {
  const mine = message.reactions?.find((reaction) => reaction.mine)?.emoji;
  return (
    <div class="quick" role="group" aria-label={t('message.react')}>
      {QUICK.map((emoji) => (
        <button
          key={emoji}
          type="button"
          role="menuitemcheckbox"
          aria-checked={mine === emoji}
          aria-label={t('message.reactWith', { emoji })}
          onClick={() => {
            close();
            react(message, emoji);
          }}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        role="menuitem"
        aria-label={t('message.reactMore')}
        onClick={() => {
          close();
          void pickReaction(message);
        }}
      >
        +
      </button>
    </div>
  );
}

/** The same emoji again takes the reaction back. */
export function react(message: Message, emoji: string): void {
  const mine = message.reactions?.find((reaction) => reaction.mine)?.emoji;
  run(kith.messages.react(message.id, mine === emoji ? [] : [emoji]));
}

async function pickReaction(message: Message): Promise<void> {
  const { EmojiDialog } = await import('../compose/emoji');
  show((close) => (
    <EmojiDialog
      title={t('message.react')}
      close={close}
      onPick={(emoji) => {
        close();
        react(message, emoji);
      }}
    />
  ));
}

/** What can be copied of a message; empty when there is no text. */
export function textOf({ content }: Message): string {
  if (content.kind === 'text' || content.kind === 'unknown') return content.text;
  if ('caption' in content) return content.caption;
  if (content.kind === 'poll') return [content.question, ...content.options.map((option) => `– ${option.text}`)].join('\n');
  if (content.kind === 'location') return `${content.latitude}, ${content.longitude}`;
  return '';
}

export function copy(text: string): void {
  run(navigator.clipboard.writeText(text), () => say(t('do.copied')));
}

/** Several messages as text, each with its author and time, as one would paste them into a mail. */
export function copyAll(messages: readonly Message[]): void {
  copy(
    messages
      .filter((message) => textOf(message) !== '')
      .map((message) => (messages.length === 1 ? textOf(message) : `[${dateAndTime(message.time)}] ${nameOf(message.from)}: ${textOf(message)}`))
      .join('\n'),
  );
}

export function askForward(ids: readonly string[]): void {
  show((close) => <Forwarding ids={ids} close={close} onSent={sent} />);
}

function sent(to: readonly Address[]): void {
  selected.value = null;
  const only = to.length === 1 ? to[0] : undefined;
  if (only) go({ chat: only });
  say(t('message.forwardedTo', { n: to.length }));
}

/** Asks how far the deletion goes. Deleting for everyone is offered where it is allowed for all of them. */
export async function askDelete(messages: readonly Message[]): Promise<void> {
  const everywhere = kith.abilities.has('retract') && messages.every((message) => kith.messages.mayRetract(message));
  const ids = messages.map((message) => message.id);
  const how = await choose(t('message.deleteAsk', { n: ids.length }), everywhere ? t('message.deleteText') : t('message.deleteMineText'), [
    { label: t('message.deleteForMe'), value: 'me', look: everywhere ? 'plain' : 'danger' },
    ...(everywhere ? [{ label: t('message.deleteForAll'), value: 'all', look: 'danger' as const }] : []),
  ]);
  if (!how) return;
  selected.value = null;
  if (how === 'me') run(kith.messages.deleteForMe(ids), () => say(t('message.deleted', { n: ids.length })));
  else run(Promise.all(ids.map((id) => kith.messages.retract(id))));
}

