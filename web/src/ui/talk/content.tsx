import { Download, File as FileIcon, ImageOff, MapPin, Music, Pause, Phone, PhoneMissed, Play, RotateCcw, User, Video, X } from 'lucide';
import { useState } from 'preact/hooks';
import type { CallContent, ContactContent, FileContent, LocationContent, Message, PollContent } from '../../chat';
import { nameOf } from '../chats/summary';
import { openChat } from '../chats/found';
import { sentence } from '../failure';
import { t } from '../i18n';
import { clock, size } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Dialog, show } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { run, sayFailure } from '../parts/toast';
import { PersonRow } from '../chats/found';
import { fetchedByItself, save, useFile } from './file';
import * as player from './player';
import { openViewer } from './viewing';

type Shown = FileContent | LocationContent | ContactContent | PollContent | CallContent;

/** What a message holds besides text. */
export function ContentOf({ message, content, mayWrite }: { message: Message; content: Shown | { kind: 'event' }; mayWrite: boolean }) {
  switch (content.kind) {
    case 'image':
    case 'video':
      return <Picture message={message} content={content} />;
    case 'voice':
      return <Sound message={message} content={content} />;
    case 'audio':
    case 'file':
      return <FileCard message={message} content={content} />;
    case 'location':
      return <Location content={content} />;
    case 'contact':
      return <Contacts content={content} />;
    case 'poll':
      return <Poll message={message} content={content} mayWrite={mayWrite} />;
    case 'call':
      return <Call content={content} />;
    default:
      return null;
  }
}

const WIDEST = 330;
const TALLEST = 360;

/** The place is kept before the picture is here, by the pixels that the sender named; absurd numbers are not believed. */
function boxOf({ width = 4, height = 3 }: FileContent): { width: number; height: number } {
  const ratio = Math.min(3, Math.max(0.4, width > 0 && height > 0 ? width / height : 4 / 3));
  const scaled = Math.min(WIDEST, TALLEST * ratio, Math.max(160, width));
  return { width: Math.round(scaled), height: Math.round(scaled / ratio) };
}

function Picture({ message, content }: { message: Message; content: FileContent }) {
  const [asked, setAsked] = useState(false);
  const [broken, setBroken] = useState(false);
  const film = content.kind === 'video';
  const wanted = !film && (asked || fetchedByItself(content, message.mine));
  const url = useFile(message, wanted);
  const box = boxOf(content);
  const label = content.caption || t(film ? 'kind.video' : 'kind.image');
  const shown = url ?? (content.thumbnail?.startsWith('data:image/') ? content.thumbnail : null);
  return (
    <div class="picture" style={{ width: `${box.width}px`, aspectRatio: `${box.width} / ${box.height}` }}>
      <button type="button" aria-label={t(film ? 'file.play' : 'file.open', { name: label })} onClick={() => (wanted || film ? openViewer(message) : setAsked(true))}>
        {shown && !broken ? (
          <img class={url ? '' : 'soft'} src={shown} alt="" decoding="async" draggable={false} onError={() => setBroken(true)} />
        ) : (
          <Icon of={broken ? ImageOff : film ? Video : Download} />
        )}
        {film && (
          <span class="disc">
            <Icon of={Play} class="full" />
          </span>
        )}
        {!film && !wanted && (
          <span class="disc wide">
            <Icon of={Download} /> {size(content.size)}
          </span>
        )}
      </button>
      {film && (
        <span class="length">
          <Icon of={Video} /> {content.durationMillis ? clock(content.durationMillis / 1000) : size(content.size)}
        </span>
      )}
      <Progress message={message} />
    </div>
  );
}

/** A ring over what is being sent or fetched; it can be stopped and tried again. */
function Progress({ message }: { message: Message }) {
  const transfer = kith.files.transfer(message.id).value;
  if (!transfer || transfer.state === 'done') return null;
  if (transfer.state === 'failed' || transfer.state === 'cancelled') {
    return (
      <button
        type="button"
        class="disc wide retry"
        title={transfer.failure && sentence(transfer.failure)}
        onClick={() => kith.files.retry(message.id)}
      >
        <Icon of={RotateCcw} /> {t('do.tryAgain')}
      </button>
    );
  }
  const share = transfer.total > 0 ? Math.min(1, transfer.bytes / transfer.total) : 0;
  const length = 2 * Math.PI * 20;
  return (
    <button
      type="button"
      class="disc ring"
      aria-label={t('file.progress', { percent: Math.round(share * 100) })}
      onClick={() => kith.files.cancel(message.id)}
    >
      <svg viewBox="0 0 44 44" aria-hidden="true">
        <circle cx="22" cy="22" r="20" class="track" />
        <circle cx="22" cy="22" r="20" stroke-dasharray={`${length}`} stroke-dashoffset={`${length * (1 - Math.max(0.04, share))}`} />
      </svg>
      <Icon of={X} />
    </button>
  );
}

const BARS = 48;

function bars(waveform: readonly number[] | undefined): number[] {
  const from = waveform?.length ? waveform : [8];
  return Array.from({ length: BARS }, (_, index) => {
    const value = from[Math.floor((index * from.length) / BARS)] ?? 0;
    return Math.min(100, Math.max(6, Number.isFinite(value) ? value : 0));
  });
}

function Sound({ message, content }: { message: Message; content: FileContent }) {
  const current = player.playing.value === message.id;
  const total = (content.durationMillis ?? 0) / 1000;
  const at = current ? player.seconds.value : 0;
  const share = total > 0 ? Math.min(1, at / total) : 0;
  const name = nameOf(message.from);
  const start = (from: number) =>
    void player
      .toggle(message.id, async () => URL.createObjectURL(await kith.files.open(message.id)), from)
      .catch(sayFailure);
  const seek = (to: number) => {
    const seconds = Math.max(0, Math.min(total, to));
    if (current) player.seek(seconds);
    else start(seconds);
  };
  return (
    <div class="sound">
      <button
        type="button"
        class="round main"
        aria-label={current && !player.paused.value ? t('voice.pause') : t('voice.play', { name })}
        onClick={() => start(0)}
      >
        <Icon of={current && !player.paused.value ? Pause : Play} class="full" />
      </button>
      <div
        class="wave"
        role="slider"
        tabIndex={0}
        aria-label={t('voice.position')}
        aria-valuemin={0}
        aria-valuemax={Math.round(total)}
        aria-valuenow={Math.round(at)}
        aria-valuetext={clock(at)}
        dir="ltr"
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - box.left) / box.width) * total);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowRight' ? 2 : event.key === 'ArrowLeft' ? -2 : 0;
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          seek(at + step);
        }}
      >
        <svg viewBox={`0 0 ${BARS * 4} 32`} preserveAspectRatio="none" aria-hidden="true">
          {bars(content.waveform).map((height, index) => (
            <rect
              key={index}
              class={index / BARS < share ? 'heard' : ''}
              x={index * 4}
              y={16 - (height * 15) / 100}
              width="2.400"
              height={(height * 30) / 100}
              rx="1.200"
            />
          ))}
        </svg>
      </div>
      <span class="time">{clock(current ? at : total)}</span>
      {current && (
        <button type="button" class="chip speed" aria-label={t('voice.speed', { n: player.speed.value })} onClick={player.faster}>
          {player.speed.value}×
        </button>
      )}
      <Progress message={message} />
    </div>
  );
}

function FileCard({ message, content }: { message: Message; content: FileContent }) {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(content.name)?.[1]?.toUpperCase();
  const name = content.name.slice(0, 200);
  const details = [extension, size(content.size)].filter(Boolean).join(' · ');
  return (
    <div class="card">
      <button type="button" title={t('file.save', { name: content.name })} onClick={() => void save(message, content.name)}>
        <span class="card-icon">
          <Icon of={content.kind === 'audio' ? Music : FileIcon} />
        </span>
        <span class="grow">
          <bdi class="two">{name}</bdi>
          <span class="quiet">{details}</span>
        </span>
        {!content.local && <Icon of={Download} />}
      </button>
      <Progress message={message} />
    </div>
  );
}

/** No map from a third party: a drawing of nowhere in particular, the coordinates, and a link that the reader may follow. */
function Location({ content }: { content: LocationContent }) {
  const latitude = Math.max(-90, Math.min(90, content.latitude));
  const longitude = Math.max(-180, Math.min(180, content.longitude));
  const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const name = content.label ?? t('kind.location');
  return (
    <a
      class="card location"
      href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
      target="_blank"
      rel="noopener noreferrer"
      title={t('location.open', { place: name })}
    >
      <span class="ground" aria-hidden="true">
        <Icon of={MapPin} />
      </span>
      <span class="grow">
        <bdi class="two">{name}</bdi>
        <span class="quiet" dir="ltr">
          {place}
        </span>
      </span>
    </a>
  );
}

function Contacts({ content }: { content: ContactContent }) {
  const first = content.people[0];
  if (!first) return null;
  const open = () => {
    if (content.people.length === 1 && first.address) void openChat(first.address);
    else showContacts(content);
  };
  return (
    <div class="card">
      <button type="button" onClick={open}>
        <Avatar of={first.address ?? first.phone ?? first.name} name={first.name} size="s" />
        <span class="grow">
          <bdi class="cut">{first.name}</bdi>
          <span class="quiet">
            {content.people.length > 1 ? t('contact.others', { n: content.people.length - 1 }) : <bdi>{first.phone ?? ''}</bdi>}
          </span>
        </span>
        <Icon of={User} />
      </button>
    </div>
  );
}

function showContacts(content: ContactContent): void {
  show((close) => (
    <Dialog title={t('people.title')} close={close} flush>
      {content.people.slice(0, 100).map((person, index) => (
        <PersonRow
          key={index}
          person={{ address: person.address ?? person.phone ?? person.name, name: person.name, ...(person.phone && { phone: person.phone }) }}
          onPick={() => {
            close();
            const typed = person.address ?? person.phone;
            if (typed) run(kith.people.find(typed).then((found) => openChat(found.address)));
          }}
        />
      ))}
    </Dialog>
  ));
}

function Poll({ message, content, mayWrite }: { message: Message; content: PollContent; mayWrite: boolean }) {
  const voters = new Set(content.options.flatMap((option) => option.voters));
  const mine = content.options.filter((option) => option.mine).map((option) => option.id);
  const closed = content.closed || !mayWrite;
  const vote = (id: string) => {
    const next = mine.includes(id) ? mine.filter((each) => each !== id) : content.multiple ? [...mine, id] : [id];
    run(kith.messages.vote(message.id, next));
  };
  return (
    <div class="poll">
      <bdi class="question">{content.question}</bdi>
      <span class="quiet">{t(content.closed ? 'poll.closed' : content.multiple ? 'poll.several' : 'poll.one')}</span>
      <div role={content.multiple ? 'group' : 'radiogroup'} aria-label={content.question.slice(0, 200)}>
        {content.options.slice(0, 20).map((option) => (
          <button
            key={option.id}
            type="button"
            class="option"
            role={content.multiple ? 'checkbox' : 'radio'}
            aria-checked={option.mine}
            disabled={closed}
            onClick={() => vote(option.id)}
          >
            <span class="check" data-on={option.mine} aria-hidden="true" />
            <bdi class="grow">{option.text}</bdi>
            <span class="quiet">{option.voters.length || ''}</span>
            <Share of={voters.size ? option.voters.length / voters.size : 0} />
          </button>
        ))}
      </div>
      <button type="button" class="button plain wide" disabled={!voters.size} onClick={() => showVotes(content)}>
        {voters.size ? t('poll.voters', { n: voters.size }) : t('poll.nobody')}
      </button>
    </div>
  );
}

function Share({ of }: { of: number }) {
  return (
    <span class="share" aria-hidden="true">
      <span style={{ width: `${Math.round(of * 100)}%` }} />
    </span>
  );
}

function showVotes(content: PollContent): void {
  show((close) => (
    <Dialog title={content.question} close={close} flush>
      {content.options.map((option) => (
        <div key={option.id}>
          <h3 class="heading">
            <bdi>{option.text}</bdi> · {option.voters.length}
          </h3>
          {option.voters.slice(0, 200).map((voter) => (
            <PersonRow key={voter} person={kith.people.person(voter).value} onPick={close} />
          ))}
        </div>
      ))}
    </Dialog>
  ));
}

function Call({ content }: { content: CallContent }) {
  return (
    <div class="card call">
      <span class="card-icon">
        <Icon of={content.missed ? PhoneMissed : content.video ? Video : Phone} />
      </span>
      <span class="grow">
        <span>{t(content.missed ? 'call.missed' : content.video ? 'call.video' : 'call.voice')}</span>
        {!content.missed && <span class="quiet">{clock(content.durationMillis / 1000)}</span>}
      </span>
    </div>
  );
}

