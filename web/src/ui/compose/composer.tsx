import { computed } from '@preact/signals';
import { CalendarClock, Check, Mic, Paperclip, Pencil, Reply, SendHorizontal, Smile, X } from 'lucide';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Address, Chat, Conversation } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { Icon } from '../parts/icon';
import { openMenu } from '../parts/menu';
import { run, sayFailure, say } from '../parts/toast';
import { later } from '../parts/later';
import { QuoteOf } from '../talk/bubble';
import { attachEntries, takeFiles } from './attach';
import { Suggestions, wantedAt } from './mention';
import { PreviewStrip, useLinkPreview } from './preview';
import { laterEntries } from './scheduled';
import { composing, keep, mentionsIn, quoteOf, startEditing, stopEditing } from './state';

const MOST_CHARS = 20_000;
const EmojiPicker = later(async () => (await import('./emoji')).EmojiPicker);
const Recorder = later(async () => (await import('./recorder')).Recorder);

/** Where one writes: text, emoji, files, a voice note; with the answer or the edit that it is. */
export function Composer({ chat, conversation }: { chat: Chat; conversation: Conversation }) {
  const c = composing(chat.id);
  const field = useRef<HTMLTextAreaElement>(null);
  const [picking, setPicking] = useState(false);
  const [recording, setRecording] = useState(false);
  const [cursor, setCursor] = useState(0);
  const empty = useMemo(() => computed(() => c.text.value.trim() === ''), [c]);
  const editing = c.editing.value;
  const fine = matchMedia('(hover: hover)').matches;
  const link = useLinkPreview(c.text.value, !editing);

  // At once, not with the next frame: who presses a key right after "Reply" means the field.
  useEffect(() => c.focus.subscribe((wishes) => wishes && field.current?.focus()), [c]);

  useEffect(() => {
    if (fine) field.current?.focus({ preventScroll: true });
    return () => {
      keep(c);
      kith.chats.typing(chat.id, 'nothing');
    };
  }, [c]);

  // The field grows with its text where the browser does not do it by itself.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area || CSS.supports('field-sizing', 'content')) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [c.text.value]);

  const change = (text: string) => {
    c.text.value = text.slice(0, MOST_CHARS);
    if (text.length > MOST_CHARS) say(t('compose.tooLong', { n: MOST_CHARS }));
    setCursor(field.current?.selectionStart ?? text.length);
    keep(c);
    kith.chats.typing(chat.id, text ? 'text' : 'nothing');
  };

  /** Puts text where the cursor is; undo takes it back as if it had been typed. */
  const insert = (text: string, from?: number) => {
    const area = field.current;
    if (!area) return;
    const start = from ?? area.selectionStart;
    area.setRangeText(text, start, area.selectionEnd, 'end');
    change(area.value);
  };

  const submit = (later?: number) => {
    const text = c.text.peek().trim();
    if (!text) return;
    const mentions = mentionsIn(text, c.named);
    kith.chats.typing(chat.id, 'nothing');
    if (editing) {
      run(kith.messages.edit(editing.id, text, mentions));
      stopEditing(c);
    } else {
      const reply = c.reply.peek()?.id;
      const at = conversation.view.peek().newer;
      kith.messages.send(chat.id, { text, ...(link.preview && { preview: link.preview }), ...(later !== undefined && { at: later }), ...(mentions.length > 0 && { mentions }), ...(reply && { reply }) }).catch((error) => {
        // Nothing that was written is lost: it goes back to where it was.
        if (!c.text.peek()) c.text.value = text;
        keep(c);
        sayFailure(error);
      });
      c.text.value = '';
      c.reply.value = null;
      c.named.clear();
      keep(c);
      if (at !== 'all') void conversation.jump('end');
    }
    setPicking(false);
    field.current?.focus();
  };

  const drop = () => {
    if (editing) stopEditing(c);
    c.reply.value = null;
    keep(c);
    field.current?.focus();
  };

  const key = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const send = event.key === 'Enter' && !event.shiftKey && (kith.settings.values.peek().enterSends ? fine || event.ctrlKey : event.ctrlKey || event.metaKey);
    if (send) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && !c.text.peek()) {
      const last = conversation.view.peek().messages.findLast((message) => message.mine && message.content.kind === 'text' && kith.messages.mayEdit(message));
      if (!last || !kith.abilities.has('edit')) return;
      event.preventDefault();
      if (event.ctrlKey) c.reply.value = quoteOf(last);
      else startEditing(last);
    } else if ((event.ctrlKey || event.metaKey) && !event.shiftKey && (event.key === 'b' || event.key === 'i')) {
      event.preventDefault();
      wrap(event.key === 'b' ? '*' : '_');
    }
  };

  const wrap = (mark: string) => {
    const area = field.current;
    if (!area) return;
    const { selectionStart: start, selectionEnd: end, value } = area;
    area.setRangeText(mark + value.slice(start, end) + mark, start, end, 'end');
    if (start === end) area.setSelectionRange(start + 1, start + 1);
    change(area.value);
  };

  const wanted = chat.kind === 'group' ? wantedAt(c.text.value, cursor) : null;
  const name = (address: Address, named: string) => {
    const text = `@${named}`;
    c.named.set(text, address);
    insert(`${text} `, wanted?.start);
    field.current?.focus();
  };

  if (recording) return <Recorder chat={chat.id} close={() => setRecording(false)} />;
  return (
    <div
      class="composer"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || !(picking || editing || c.reply.peek())) return;
        event.preventDefault();
        event.stopPropagation();
        if (!picking) return drop();
        setPicking(false);
        field.current?.focus();
      }}
    >
      {wanted && <Suggestions chat={chat.id} typed={wanted.typed} field={field} onPick={name} />}
      {(editing || c.reply.value) && (
        <div class="strip">
          <Icon of={editing ? Pencil : Reply} turns />
          {editing ? (
            <QuoteOf quote={quoteOf(editing)} title={t('compose.editing')} />
          ) : (
            c.reply.value && <QuoteOf quote={c.reply.value} />
          )}
          <button type="button" class="round" aria-label={t('do.cancel')} onClick={drop}>
            <Icon of={X} />
          </button>
        </div>
      )}
      {link.preview && <PreviewStrip preview={link.preview} drop={link.drop} />}
      {picking && (
        <div class="picker">
          <EmojiPicker
            onPick={(emoji, byMouse) => {
              insert(emoji);
              if (byMouse && fine) field.current?.focus();
            }}
          />
        </div>
      )}
      <div class="write">
        <button
          type="button"
          class="round"
          aria-label={t('compose.emoji')}
          aria-expanded={picking}
          title={t('compose.emoji')}
          onClick={() => setPicking(!picking)}
        >
          <Icon of={Smile} />
        </button>
        {!editing && attachEntries(chat).some(Boolean) && (
          <button
            type="button"
            class="round"
            aria-label={t('compose.attach')}
            aria-haspopup="menu"
            title={t('compose.attach')}
            onClick={(event) => {
              const button = event.currentTarget;
              const toLater = { label: t('later.title'), icon: CalendarClock, run: () => openMenu(button, t('later.title'), laterEntries(submit)) };
              openMenu(button, t('compose.attach'), [...attachEntries(chat), !empty.value && toLater]);
            }}
          >
            <Icon of={Paperclip} />
          </button>
        )}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={c.text.value}
          maxLength={MOST_CHARS}
          placeholder={t('compose.write')}
          aria-label={t('compose.writeTo', { name: chat.name })}
          enterkeyhint={fine ? 'send' : 'enter'}
          aria-autocomplete={chat.kind === 'group' ? 'list' : undefined}
          onInput={(event) => change(event.currentTarget.value)}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onKeyDown={key}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (!files.length) return;
            event.preventDefault();
            takeFiles(chat, files);
          }}
        />
        {empty.value && !editing && kith.abilities.has('voice') ? (
          <button type="button" class="round" aria-label={t('compose.record')} title={t('compose.record')} onClick={() => setRecording(true)}>
            <Icon of={Mic} />
          </button>
        ) : (
          <button
            type="button"
            class="round main"
            aria-label={t(editing ? 'do.save' : 'do.send')}
            disabled={empty.value}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => submit()}
            onContextMenu={(event) => {
              event.preventDefault();
              if (!editing) openMenu(event.currentTarget, t('later.title'), laterEntries(submit));
            }}
          >
            <Icon of={editing ? Check : SendHorizontal} turns={!editing} />
          </button>
        )}
      </div>
    </div>
  );
}
