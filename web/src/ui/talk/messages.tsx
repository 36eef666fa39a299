import { effect, signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Address, Chat, Conversation, Message } from '../../chat';
import { replyTo } from '../compose/state';
import { t } from '../i18n';
import { dayName, dayOf } from '../i18n/when';
import { focusSoon } from '../parts/soon';
import { jump as jumpTo } from '../place';
import { mayBeAnswered, messageMenu, selected, toggleSelected } from './actions';
import { Beginning, FloatingDay, Offline, ToEnd } from './around';
import { MessageRow } from './bubble';
import { useHands, usePress } from './hands';
import { announce } from './spoken';
import { useStaged } from './staged';

const RUN_MILLIS = 5 * 60_000;
/** How far from an end the next page is asked for. */
const AHEAD_PIXELS = 1600;
const END_PIXELS = 48;
/** So many frames without a change, and at most so many, until the first place is taken as found. */
const STILL_FRAMES = 2;
const SETTLE_FRAMES = 40;
/** So long the day stays after the last scroll. */
const DAY_MILLIS = 1200;

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Where each chat was left, to come back to; forgotten when one was at its end. */
const left = new Map<Address, string>();

export function positionOf(chat: Chat | undefined): 'unread' | { message: string } {
  const message = chat && left.get(chat.id);
  return message && chat.unread === 0 ? { message } : 'unread';
}

function follows(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.from === message.from &&
    before.mine === message.mine &&
    before.content.kind !== 'event' &&
    message.content.kind !== 'event' &&
    message.time - before.time < RUN_MILLIS &&
    dayOf(before.time) === dayOf(message.time)
  );
}

/** The messages of a chat: only those on the screen exist, and the place is kept whatever arrives above or below. */
export function Messages({ conversation, chat }: { conversation: Conversation; chat: Chat }) {
  const view = conversation.view.value;
  const { messages, shift } = useStaged(view.messages);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useSignal(true);
  const day = useSignal('');
  const scrolling = useSignal(false);
  const highlighted = useMemo(() => signal<string | null>(null), []);
  /** Until the first scroll to the anchor is done, positions mean nothing. */
  const settled = useRef(false);
  const settling = useRef(0);
  const busy = useRef(false);
  const quiet = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const read = useRef('');
  const lastId = useRef<string | undefined>(undefined);
  const anchored = useRef<unknown>(null);
  const hands = useHands();
  /** Who has answered has read: the line above what was unread goes. */
  const answered = useRef(false);
  if (view.newer === 'all' && messages.at(-1)?.mine) answered.current = true;

  const scrollToEnd = (smooth = false) => {
    if (messages.length === 0) return;
    if (smooth && !calm.matches) list.current?.scrollToIndex(messages.length - 1, { align: 'end', smooth });
    else if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };

  /** Where the window begins, or where it was moved to: the message that it was opened at, else its end. */
  const place = () => {
    const anchor = view.anchor;
    const index = anchor ? messages.findIndex((message) => message.id === anchor.message) : -1;
    atEnd.value = !anchor || index < 0 || (anchor.align === 'end' && index === messages.length - 1);
    if (atEnd.peek()) scrollToEnd();
    else list.current?.scrollToIndex(index, { align: anchor!.align });
  };
  const placeNow = useRef(place);
  placeNow.current = place;

  const goTo = async (id: string) => {
    const index = messages.findIndex((message) => message.id === id);
    if (index < 0) {
      if (await conversation.jump({ message: id })) highlighted.value = id;
      return;
    }
    atEnd.value = false;
    list.current?.scrollToIndex(index, { align: 'center', smooth: !calm.matches });
    highlighted.value = id;
  };
  const goNow = useRef(goTo);
  goNow.current = goTo;
  // The same one always, so that no row is drawn anew for it.
  const jump = useMemo(() => (id: string) => void goNow.current(id), []);

  const look = () => {
    const handle = list.current;
    if (!handle || !settled.current || !messages.length) return;
    const { scrollOffset: top, scrollSize, viewportSize } = handle;
    const now = conversation.view.peek();
    const toEnd = scrollSize - top - viewportSize;
    const isEnd = now.newer === 'all' && toEnd < END_PIXELS;
    // Who was at the end stays there while others write and old messages are put in front.
    if (!isEnd && atEnd.peek() && now.newer === 'all' && !hands.moving()) {
      scrollToEnd();
      return;
    }
    atEnd.value = isEnd;
    const first = handle.findItemIndex(top + 4);
    const firstSeen = messages[first];
    if (firstSeen) {
      // Where the day stands in the flow it need not float above it.
      const stands = dayOf(messages[first - 1]?.time ?? 0) !== dayOf(firstSeen.time) && handle.getItemOffset(first) >= top;
      day.value = stands ? '' : dayName(firstSeen.time);
      if (atEnd.peek()) left.delete(conversation.chat);
      else left.set(conversation.chat, firstSeen.id);
    }
    noteRead(handle);
    if (busy.current || now.messages !== view.messages) return;
    if (top < AHEAD_PIXELS && now.older === 'more') ask(conversation.loadOlder());
    else if (toEnd < AHEAD_PIXELS && now.newer === 'more') ask(conversation.loadNewer());
  };

  /** One page at a time, and none before the list has found its place with the one before. */
  const ask = (page: Promise<void>) => {
    busy.current = true;
    const placed = () => requestAnimationFrame(() => requestAnimationFrame(() => {
      busy.current = false;
      lookNow.current();
    }));
    page.then(placed, placed);
  };

  /**
   * Rows are measured after they are drawn, which moves the others: the place is taken anew in each frame until all stand still,
   * or until the person scrolls. Only then pages are asked for.
   */
  const settle = () => {
    settled.current = false;
    const turn = ++settling.current;
    let before = -1;
    let still = 0;
    let frames = 0;
    const wait = () => {
      const handle = list.current;
      if (!handle || settled.current || turn !== settling.current) return;
      if (hands.moving()) return stand();
      placeNow.current();
      const now = handle.scrollOffset + handle.scrollSize;
      still = now === before ? still + 1 : 0;
      before = now;
      if (still < STILL_FRAMES && ++frames < SETTLE_FRAMES) requestAnimationFrame(wait);
      else stand();
    };
    requestAnimationFrame(wait);
  };

  const stand = () => {
    if (settled.current) return;
    settled.current = true;
    lookNow.current();
  };

  const lookNow = useRef(look);
  lookNow.current = look;

  const noteRead = (handle: VirtualizerHandle) => {
    if (document.visibilityState !== 'visible' || !document.hasFocus()) return;
    const seen = messages[Math.min(messages.length - 1, handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 12))];
    if (seen && seen.id !== read.current) {
      read.current = seen.id;
      conversation.displayed(seen.id);
    }
  };

  useLayoutEffect(() => {
    const { anchor } = view;
    const moved = anchor !== undefined && anchor !== anchored.current;
    if (moved) {
      anchored.current = anchor;
      if (settled.current && anchor.align === 'center') highlighted.value = anchor.message;
    }
    if (settled.current && !moved) return;
    place();
    if (view.loaded) settle();
  }, [view.anchor, view.loaded]);

  // New at the end: one's own is always shown; others' only if one was at the end already.
  useLayoutEffect(() => {
    const last = messages.at(-1);
    const before = lastId.current;
    lastId.current = last?.id;
    if (!last || !before || last.id === before || !settled.current || view.newer !== 'all') return;
    if (atEnd.peek() || (last.mine && (!last.tick || last.tick === 'waiting'))) scrollToEnd();
    if (!last.mine) announce(last);
  }, [messages]);

  useEffect(() => {
    look();
  }, [messages]);

  useEffect(() => {
    const again = () => lookNow.current();
    addEventListener('focus', again);
    document.addEventListener('visibilitychange', again);
    return () => {
      removeEventListener('focus', again);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);

  useEffect(
    () =>
      effect(() => {
        const wanted = jumpTo.value;
        if (wanted?.chat !== conversation.chat) return;
        jumpTo.value = null;
        jump(wanted.message);
      }),
    [conversation],
  );

  useEffect(
    () =>
      effect(() => {
        const id = highlighted.value;
        if (!id) return;
        const timer = setTimeout(() => {
          highlighted.value = null;
        }, 1600);
        return () => clearTimeout(timer);
      }),
    [],
  );

  const byId = (target: EventTarget | null): Message | undefined => {
    const id = (target as Element | null)?.closest?.('[data-message]')?.getAttribute('data-message');
    return id ? messages.find((message) => message.id === id) : undefined;
  };

  const press = usePress((target, at) => {
    const message = byId(target);
    if (message) messageMenu(message, at, chat.mayWrite);
  }, (target) => {
    const message = byId(target);
    if (message && chat.mayWrite && !selected.peek() && mayBeAnswered(message)) replyTo(message);
  });

  // Where the focus goes: who presses a key quickly does not wait for it to be there.
  const aim = useRef<string | undefined>(undefined);

  const step = (event: KeyboardEvent) => {
    const row = (event.target as Element).closest<HTMLElement>('.message');
    const onRow = event.target === row;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      if (!onRow && event.target !== scroller.current) return;
      event.preventDefault();
      const at = aim.current ?? row?.dataset['message'];
      const from = at ? messages.findIndex((message) => message.id === at) : messages.length;
      focusMessage(from + (event.key === 'ArrowUp' ? -1 : 1), event.key === 'ArrowUp' ? -1 : 1);
      return;
    }
    const message = onRow ? byId(row) : undefined;
    if (!message || !row || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === 'ContextMenu') messageMenu(message, row.querySelector<HTMLElement>('.bubble') ?? row, chat.mayWrite);
    else if (event.key === ' ' && selected.value) toggleSelected(message.id);
    else if (event.key === 'r' && chat.mayWrite) replyTo(message);
    else return;
    event.preventDefault();
  };

  const focusMessage = (index: number, direction: number) => {
    let to = index;
    while (messages[to]?.content.kind === 'event') to += direction;
    const message = messages[to];
    if (!message) return;
    aim.current = message.id;
    list.current?.scrollToIndex(to, { align: 'nearest' });
    focusSoon(() => scroller.current?.querySelector<HTMLElement>(`.message[data-message="${CSS.escape(message.id)}"]`));
  };

  const moved = () => {
    scrolling.value = true;
    clearTimeout(quiet.current);
    quiet.current = setTimeout(() => {
      scrolling.value = false;
    }, DAY_MILLIS);
  };

  const lit = highlighted.value;
  return (
    <div class="messages-box">
      <div
        ref={scroller}
        class={`messages scroll ${selected.value ? 'choosing' : ''}`}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t('talk.messages', { name: chat.name })}
        onKeyDown={step}
        onFocusIn={() => {
          aim.current = undefined;
        }}
        {...hands.on}
        onContextMenu={(event) => {
          const message = byId(event.target);
          if (!message || (event.target as Element).closest('a, input')) return;
          if (getSelection()?.toString()) return;
          event.preventDefault();
          messageMenu(message, event, chat.mayWrite);
        }}
        onDblClick={(event) => {
          const message = byId(event.target);
          if (message && chat.mayWrite && !(event.target as Element).closest('.bubble')) replyTo(message);
        }}
        onClick={(event) => {
          if (!selected.value) return;
          const message = byId(event.target);
          if (message && message.content.kind !== 'event') {
            event.preventDefault();
            toggleSelected(message.id);
          }
        }}
        {...press}
      >
        <div class="push" />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={messages}
          shift={shift}
          bufferSize={500}
          onScroll={() => {
            look();
            if (scrolling.peek() || hands.moving()) moved();
          }}
          onResize={() => atEnd.peek() && settled.current && scrollToEnd()}
        >
          {(message: Message, index: number) => {
            const before = messages[index - 1];
            const after = messages[index + 1];
            return (
              <div key={message.id} class={lit === message.id ? 'lit' : undefined}>
                {index === 0 && view.older === 'all' && <Beginning chat={chat} />}
                <MessageRow
                  message={message}
                  first={!follows(before, message)}
                  last={!after || !follows(message, after)}
                  newDay={!before || dayOf(before.time) !== dayOf(message.time)}
                  unreadLine={view.unreadFrom === message.id && !answered.current}
                  inGroup={chat.kind === 'group'}
                  mayWrite={chat.mayWrite}
                  jump={jump}
                />
              </div>
            );
          }}
        </Virtualizer>
        {view.loaded && !messages.length && <Beginning chat={chat} />}
      </div>
      <FloatingDay day={day} on={scrolling} />
      {(view.older === 'loading' || view.newer === 'loading') && (
        <div class={`edge ${view.newer === 'loading' ? 'low' : ''}`} role="status">
          <span class="turning" />
          <span class="unseen">{t('talk.loading')}</span>
        </div>
      )}
      {view.older === 'offline' && <Offline />}
      {view.loaded && <ToEnd at={atEnd} unread={chat.unread} go={() => (view.newer === 'all' ? scrollToEnd(true) : void conversation.jump('end'))} />}
    </div>
  );
}
