import { ChevronDown, CircleAlert, CircleSlash, Clock, Forward, Star } from 'lucide';
import { memo } from 'preact/compat';
import type { LinkPreview, Message, Quote } from '../../chat';
import { hueOf } from '../parts/avatar';
import { eventText, iconOf, nameOf, gist } from '../chats/summary';
import { emojiOnly, safeUrl } from '../format/styling';
import { Text } from '../format/text';
import { sentence } from '../failure';
import { t } from '../i18n';
import { dateAndTime, dayName, time } from '../i18n/when';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { run } from '../parts/toast';
import { Ticks } from '../parts/ticks';
import { kith } from '../kith';
import { go } from '../place';
import { messageMenu, react, selected } from './actions';
import { ContentOf } from './content';

export interface RowProps {
  message: Message;
  /** First (last) of a run of messages by the same person within a few minutes. */
  first: boolean;
  last: boolean;
  /** Starts a day; the day's name stands above it. */
  newDay: boolean;
  unreadLine: boolean;
  inGroup: boolean;
  mayWrite: boolean;
  jump: (id: string) => void;
}

/** One message with what stands above it: the day, the line above the first unread one. */
export const MessageRow = memo(function MessageRow(props: RowProps) {
  const { message } = props;
  const choosing = selected.value;
  const chosen = choosing?.has(message.id) ?? false;
  return (
    <>
      {props.newDay && (
        <div class="day">
          <span>{dayName(message.time)}</span>
        </div>
      )}
      {props.unreadLine && (
        <div class="unread-line" role="separator">
          <span>{t('talk.unread')}</span>
        </div>
      )}
      {message.content.kind === 'event' ? (
        <div class="event" data-message={message.id}>
          <span>
            <bdi>{eventText(message.content.event)}</bdi>
          </span>
        </div>
      ) : (
        <div
          class={`message ${message.mine ? 'mine' : ''} ${props.first ? 'first' : ''} ${props.last ? 'last' : ''} ${chosen ? 'chosen' : ''}`}
          data-message={message.id}
          tabIndex={-1}
        >
          {choosing && (
            <input
              type="checkbox"
              class="pick"
              checked={chosen}
              aria-label={t('message.selectThis', { text: gistOf(message) })}
              tabIndex={0}
            />
          )}
          {props.inGroup && !message.mine && (
            <span class="face">{props.last && <Face message={message} />}</span>
          )}
          <Bubble {...props} />
        </div>
      )}
    </>
  );
});

function Face({ message }: { message: Message }) {
  const person = kith.people.person(message.from).value;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={t('person.open', { name: person.name })}
      onClick={() => go({ side: { kind: 'person', address: message.from } })}
    >
      <Avatar of={message.from} name={message.fromName ?? person.name} photo={person.photo} size="s" />
    </button>
  );
}

export function gistOf({ content }: Message): string {
  if (content.kind === 'event') return eventText(content.event);
  const text = 'text' in content ? content.text : 'caption' in content ? content.caption : content.kind === 'poll' ? content.question : '';
  return gist(content.kind, text).slice(0, 160);
}

function Bubble({ message, first, inGroup, mayWrite, jump }: RowProps) {
  const { content } = message;
  const large = content.kind === 'text' && !message.reply && !content.preview ? emojiOnly(content.text) : 0;
  const name = message.mine ? t('you') : (message.fromName ?? nameOf(message.from));
  return (
    <div class={`bubble ${large ? 'large' : ''} ${content.kind}`} data-count={large || undefined}>
      <span class="unseen">{t('message.says', { name, time: time(message.time) })}</span>
      {inGroup && !message.mine && first && (
        <button
          type="button"
          class="author"
          tabIndex={-1}
          data-hue={hueOf(message.from)}
          onClick={() => go({ side: { kind: 'person', address: message.from } })}
        >
          <bdi class="cut">{name}</bdi>
        </button>
      )}
      {message.forwarded && (
        <span class="forwarded">
          <Icon of={Forward} turns />
          {t('message.forwarded')}
        </span>
      )}
      {message.reply && <QuoteOf quote={message.reply} onOpen={jump} />}
      {content.kind === 'text' || content.kind === 'unknown' ? (
        <div class="text">
          {content.kind === 'text' && content.preview && <Preview {...content.preview} />}
          <Text text={content.text || t('message.unknown')} mentions={message.mentions} />
          <Meta message={message} />
        </div>
      ) : content.kind === 'retracted' ? (
        <div class="text quiet">
          <Icon of={CircleSlash} /> {t(message.mine ? 'message.retractedByMe' : 'message.retracted')}
          <Meta message={message} />
        </div>
      ) : (
        <>
          <ContentOf message={message} content={content} mayWrite={mayWrite} />
          {'caption' in content && content.caption !== '' ? (
            <div class="text">
              <Text text={content.caption} mentions={message.mentions} />
              <Meta message={message} />
            </div>
          ) : (
            <Meta message={message} over={content.kind === 'image' || content.kind === 'video'} />
          )}
        </>
      )}
      {message.tick === 'failed' && message.content.kind !== 'retracted' && <Failed message={message} />}
      {message.reactions && message.reactions.length > 0 && <Reactions message={message} mayWrite={mayWrite} />}
      <button
        type="button"
        class="round small more"
        tabIndex={-1}
        aria-label={t('message.menu')}
        aria-haspopup="menu"
        onClick={(event) => {
          event.stopPropagation();
          messageMenu(message, event.currentTarget, mayWrite);
        }}
      >
        <Icon of={ChevronDown} />
      </button>
    </div>
  );
}

/** Why it did not go, and what to do. */
function Failed({ message }: { message: Message }) {
  return (
    <div class="failed">
      <Icon of={CircleAlert} />
      <span class="grow">{sentence(message.failure ?? { code: 'other' })}</span>
      <button
        type="button"
        class="button plain"
        onClick={(event) => {
          event.stopPropagation();
          run(kith.messages.resend(message.id));
        }}
      >
        {t('message.resend')}
      </button>
    </div>
  );
}

function Meta({ message, over = false }: { message: Message; over?: boolean }) {
  return (
    <span class={`meta ${over ? 'over' : ''}`}>
      {message.starred && (
        <>
          <Icon of={Star} class="full" />
          <span class="unseen">{t('message.starred')}</span>
        </>
      )}
      {message.edited !== undefined && message.content.kind !== 'retracted' && <span>{t('message.edited')}</span>}
      {message.scheduled !== undefined && (
        <>
          <Icon of={Clock} />
          <span>{t('message.scheduled', { when: dateAndTime(message.scheduled) })}</span>
        </>
      )}
      <time dateTime={new Date(message.time).toISOString()} title={dateAndTime(message.time)}>
        {time(message.time)}
      </time>
      {message.mine && message.content.kind !== 'retracted' && <Ticks of={message.tick} />}
    </span>
  );
}

/** What is answered, above the answer (and above the text field). */
export function QuoteOf({ quote, title, onOpen }: { quote: Quote; title?: string; onOpen?: (id: string) => void }) {
  const icon = iconOf(quote.kind);
  const name = quote.from === kith.account.me.value.address ? t('you') : (quote.fromName ?? nameOf(quote.from));
  const inside = (
    <>
      <span class="grow">
        <bdi class="who cut">{title ?? name}</bdi>
        <span class="what">
          {icon && <Icon of={icon} />}
          <bdi>{gist(quote.kind, quote.text)}</bdi>
        </span>
      </span>
      {quote.thumbnail && <img src={quote.thumbnail} alt="" width="44" height="44" />}
    </>
  );
  const hue = hueOf(quote.from);
  const id = quote.id;
  return id && onOpen ? (
    <button type="button" class="quote" data-hue={hue} title={t('message.openQuote', { name })} onClick={() => onOpen(id)}>
      {inside}
    </button>
  ) : (
    <div class="quote" data-hue={hue}>
      {inside}
    </div>
  );
}

/** From here on it is what the page shows; what is narrower is its sign. */
const SHOWN_PIXELS = 150;

function Preview({ url, title, description, image, width = 0, height = 0 }: LinkPreview) {
  const safe = safeUrl(url);
  if (!safe) return null;
  return (
    <a class={`preview ${image && width < SHOWN_PIXELS ? 'signed' : ''}`} href={safe} target="_blank" rel="noopener noreferrer nofollow">
      {image?.startsWith('data:image/') && <img src={image} alt="" width={width || undefined} height={height || undefined} />}
      <bdi class="title two">{title}</bdi>
      {description && <bdi class="two quiet">{description}</bdi>}
      <bdi class="cut quiet">{new URL(safe).hostname}</bdi>
    </a>
  );
}

const CHIPS = 6;

function Reactions({ message, mayWrite }: { message: Message; mayWrite: boolean }) {
  const all = message.reactions ?? [];
  return (
    <div class="reactions">
      {all.slice(0, CHIPS).map(({ emoji, from, mine }) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={mine}
          disabled={!mayWrite}
          title={from.slice(0, 12).map(nameOf).join(', ')}
          aria-label={t('message.reactions', { emoji, n: from.length })}
          onClick={(event) => {
            event.stopPropagation();
            react(message, emoji);
          }}
        >
          <span class="sign">{emoji.slice(0, 16)}</span>
          {from.length > 1 && from.length}
        </button>
      ))}
      {all.length > CHIPS && <span class="quiet">+{all.length - CHIPS}</span>}
    </div>
  );
}
