import { type Signal, signal } from '@preact/signals';
import type { Address, Mention, Message, Quote } from '../../chat';
import { gist } from '../chats/summary';
import { kith } from '../kith';

/** What is being written in one chat. Every change is kept as the chat's draft, so a reload or a crash loses no letter. */
export interface Composing {
  readonly chat: Address;
  readonly text: Signal<string>;
  readonly reply: Signal<Quote | null>;
  readonly editing: Signal<Message | null>;
  /** People chosen with `@` so far: what was put into the text, and whom it means. */
  readonly named: Map<string, Address>;
  /** Counts up when something wants the cursor in the text field. */
  readonly focus: Signal<number>;
}

const all = new Map<Address, Composing>();
const KEPT = 30;

export function composing(chat: Address): Composing {
  const found = all.get(chat);
  if (found) return found;
  const draft = kith.chats.chat(chat).peek()?.draft;
  const made: Composing = {
    chat,
    text: signal(draft?.text ?? ''),
    reply: signal(draft?.reply ?? null),
    editing: signal(null),
    named: new Map(),
    focus: signal(0),
  };
  for (const mention of draft?.mentions ?? []) {
    made.named.set(made.text.peek().slice(mention.start, mention.end), mention.address);
  }
  if (draft?.editing) {
    void kith.messages.get(draft.editing).then((message) => {
      if (message) made.editing.value = message;
    });
  }
  if (all.size >= KEPT) all.delete(all.keys().next().value as string);
  all.set(chat, made);
  return made;
}

/** Where the people that were named stand in the text now. */
export function mentionsIn(text: string, named: ReadonlyMap<string, Address>): Mention[] {
  const found: Mention[] = [];
  for (const [name, address] of named) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      const overlaps = found.some((other) => at < other.end && other.start < at + name.length);
      if (!overlaps) found.push({ start: at, end: at + name.length, address });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

export function keep(c: Composing): void {
  const text = c.text.peek();
  const reply = c.reply.peek();
  const editing = c.editing.peek();
  const mentions = mentionsIn(text, c.named);
  kith.chats.setDraft(
    c.chat,
    text || reply
      ? {
          text,
          ...(mentions.length > 0 && { mentions }),
          ...(reply && { reply }),
          ...(editing && { editing: editing.id }),
        }
      : undefined,
  );
}

export function quoteOf(message: Message): Quote {
  const { content } = message;
  const text =
    content.kind === 'text' || content.kind === 'unknown'
      ? content.text
      : 'caption' in content
        ? content.caption || (content.kind === 'file' ? content.name : '')
        : content.kind === 'poll'
          ? content.question
          : '';
  return {
    id: message.id,
    from: message.from,
    ...(message.fromName && { fromName: message.fromName }),
    text: gist(content.kind, text).slice(0, 200),
    kind: content.kind,
    ...('thumbnail' in content && content.thumbnail && { thumbnail: content.thumbnail }),
  };
}

export function replyTo(message: Message): void {
  const c = composing(message.chat);
  if (c.editing.peek()) stopEditing(c);
  c.reply.value = quoteOf(message);
  keep(c);
  c.focus.value++;
}

export function startEditing(message: Message): void {
  const { content } = message;
  const c = composing(message.chat);
  c.reply.value = null;
  c.editing.value = message;
  c.text.value = content.kind === 'text' ? content.text : 'caption' in content ? content.caption : '';
  for (const mention of message.mentions ?? []) c.named.set(c.text.peek().slice(mention.start, mention.end), mention.address);
  keep(c);
  c.focus.value++;
}

export function stopEditing(c: Composing): void {
  c.editing.value = null;
  c.text.value = '';
  keep(c);
}
