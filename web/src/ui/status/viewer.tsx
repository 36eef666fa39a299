import { ArrowLeft, ArrowRight, Eye, Pause, Play, SendHorizontal, Trash2 } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Person, Status } from '../../chat';
import { Text } from '../format/text';
import { t } from '../i18n';
import { stamp } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm, Dialog, show } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { run, say } from '../parts/toast';
import { PersonRow } from '../chats/found';
import { Frame } from '../talk/viewer';
import { grounds } from './form';

const STAYS_MILLIS = 6000;

interface Author {
  readonly from: Person;
  readonly statuses: readonly Status[];
  readonly unseen: number;
}

/** One author's statuses after the other, each for some seconds; it waits while one writes or asks it to. */
export function StatusViewer({ authors, start, close }: { authors: readonly Author[]; start: number; close: () => void }) {
  const [who, setWho] = useState(Math.max(0, start));
  const author = authors[who];
  const [at, setAt] = useState(() => firstUnseen(author));
  const [paused, setPaused] = useState(matchMedia('(prefers-reduced-motion: reduce)').matches);
  const [share, setShare] = useState(0);
  const [length, setLength] = useState(STAYS_MILLIS);
  const shown = author?.statuses[at];
  // As it is now: who has seen it, whether it is sent.
  const status = kith.statuses.list.value.flatMap((each) => each.statuses).find((each) => each.id === shown?.id) ?? shown;

  const step = (by: number) => {
    setShare(0);
    setLength(STAYS_MILLIS);
    const next = at + by;
    if (author?.statuses[next]) return setAt(next);
    const other = authors[who + by];
    if (!other) return by > 0 ? close() : undefined;
    setWho(who + by);
    setAt(by > 0 ? firstUnseen(other) : other.statuses.length - 1);
  };

  useEffect(() => {
    if (status && !status.mine && !status.seen) kith.statuses.viewed(status.id);
  }, [status?.id]);

  useEffect(() => {
    if (paused || !status) return;
    let before = performance.now();
    let now = share;
    let frame = requestAnimationFrame(function tick(time) {
      if (document.visibilityState === 'visible') now += (time - before) / length;
      before = time;
      if (now >= 1) return step(1);
      setShare(now);
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [status?.id, paused, length]);

  if (!author || !status) return null;
  const { from } = author;
  return (
    <Frame
      label={t('status.of', { name: from.name })}
      class="status-viewer"
      close={close}
      onKey={(key) => {
        if (document.activeElement instanceof HTMLInputElement) return;
        const turn = document.documentElement.dir === 'rtl' ? -1 : 1;
        if (key === 'ArrowRight') step(turn);
        if (key === 'ArrowLeft') step(-turn);
      }}
      head={
        <>
          <Avatar of={from.address} name={from.name} photo={from.photo} size="s" />
          <span class="grow">
            <bdi class="cut">{from.name}</bdi>
            <span class="under">{stamp(status.time)}</span>
          </span>
          <button type="button" class="round" aria-label={t(paused ? 'status.resume' : 'status.pause')} onClick={() => setPaused(!paused)}>
            <Icon of={paused ? Play : Pause} />
          </button>
          {status.mine && (
            <button
              type="button"
              class="round"
              aria-label={t('do.delete')}
              onClick={async () => {
                setPaused(true);
                if (await confirm(t('status.deleteAsk'), null, t('do.delete'), true)) {
                  close();
                  run(kith.statuses.remove(status.id));
                } else setPaused(false);
              }}
            >
              <Icon of={Trash2} />
            </button>
          )}
        </>
      }
    >
      <div class="bars" aria-hidden="true">
        {author.statuses.map((each, index) => (
          <span key={each.id}>
            <span style={{ width: `${index < at ? 100 : index === at ? share * 100 : 0}%` }} />
          </span>
        ))}
      </div>
      <p class="unseen" role="status">
        {t('status.position', { n: at + 1, of: author.statuses.length })}
      </p>
      <Show key={status.id} status={status} onLength={setLength} paused={paused} />
      <button type="button" class="round turn before" aria-label={t('status.before')} onClick={() => step(-1)}>
        <Icon of={ArrowLeft} turns />
      </button>
      <button type="button" class="round turn after" aria-label={t('status.next')} onClick={() => step(1)}>
        <Icon of={ArrowRight} turns />
      </button>
      {status.waiting ? <p class="viewers">{t('tick.waiting')}</p> : status.mine ? <Viewers status={status} pause={setPaused} /> : <Reply status={status} pause={setPaused} />}
    </Frame>
  );
}

function firstUnseen(author: Author | undefined): number {
  return Math.max(0, author?.statuses.findIndex((status) => !status.seen) ?? 0);
}

function Show({ status, onLength, paused }: { status: Status; onLength: (millis: number) => void; paused: boolean }) {
  const { content } = status;
  const [url, setUrl] = useState('');
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (content.kind === 'text') return;
    let made = '';
    kith.statuses.open(status.id).then(
      (blob) => {
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => {},
    );
    return () => URL.revokeObjectURL(made);
  }, [status.id]);
  useEffect(() => {
    if (paused) video.current?.pause();
    else void video.current?.play().catch(() => {});
  }, [paused, url]);
  if (content.kind === 'text') {
    const ground = grounds.find((name) => name === status.background) ?? grounds[0];
    return (
      <div class="stage words" data-ground={ground}>
        <div class="text">
          <Text text={content.text} />
        </div>
      </div>
    );
  }
  const shown = url || content.thumbnail;
  return (
    <>
      {content.kind === 'video' && url ? (
        <video ref={video} class="stage" src={url} playsInline autoPlay onLoadedMetadata={(event) => onLength(Math.min(60, event.currentTarget.duration || 6) * 1000)} />
      ) : (
        <div class="stage">{shown && <img src={shown} alt={content.caption || t('kind.image')} />}</div>
      )}
      {content.caption && (
        <p class="caption" dir="auto">
          {content.caption}
        </p>
      )}
    </>
  );
}

function Reply({ status, pause }: { status: Status; pause: (on: boolean) => void }) {
  const [text, setText] = useState('');
  const send = (event: Event) => {
    event.preventDefault();
    if (!text.trim()) return;
    run(kith.statuses.reply(status.id, text.trim()), () => say(t('status.replied')));
    setText('');
    pause(false);
  };
  return (
    <form class="status-reply" onSubmit={send}>
      <input
        dir="auto"
        value={text}
        maxLength={2000}
        placeholder={t('message.reply')}
        aria-label={t('message.reply')}
        onFocus={() => pause(true)}
        onBlur={() => text || pause(false)}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="round" aria-label={t('do.send')} disabled={!text.trim()}>
        <Icon of={SendHorizontal} turns />
      </button>
    </form>
  );
}

function Viewers({ status, pause }: { status: Status; pause: (on: boolean) => void }) {
  const viewers = status.viewers ?? [];
  return (
    <button
      type="button"
      class="viewers"
      onClick={() => {
        pause(true);
        show(
          (close) => (
            <Dialog title={t('status.viewers', { n: viewers.length })} close={close} flush>
              {viewers.map(({ who, time }) => (
                <PersonRow key={who} person={kith.people.person(who).value} under={stamp(time)} onPick={close} />
              ))}
              {!viewers.length && <p class="note">{t('status.noViewers')}</p>}
            </Dialog>
          ),
          () => pause(false),
        );
      }}
    >
      <Icon of={Eye} /> {t('status.viewers', { n: viewers.length })}
    </button>
  );
}
