import { ArrowLeft, ArrowRight, Download, Forward, MessageSquare, X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Message, Photo } from '../../chat';
import { nameOf } from '../chats/summary';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { Icon } from '../parts/icon';
import { go } from '../place';
import { askForward } from './actions';
import { save, useFile } from './file';
import '../styles/viewer.css';

/** A picture or film over the whole window; the arrow keys go to the ones before and after it. */
export function Viewer({ message: first, close }: { message: Message; close: () => void }) {
  const [message, setMessage] = useState(first);
  const [around, setAround] = useState<readonly Message[]>([first]);
  useEffect(() => {
    kith.files.gallery(first.chat, 'media').then(
      (found) => found.some((each) => each.id === first.id) && setAround(found),
      () => {},
    );
  }, []);
  const at = around.findIndex((each) => each.id === message.id);
  const step = (by: number) => setMessage(around[at + by] ?? message);
  const { content } = message;
  const name = 'name' in content ? content.name : '';
  return (
    <Frame
      label={t('viewer.title')}
      close={close}
      onKey={(key) => {
        const turn = document.documentElement.dir === 'rtl' ? -1 : 1;
        if (key === 'ArrowLeft') step(turn);
        if (key === 'ArrowRight') step(-turn);
      }}
      head={
        <>
          <span class="grow">
            <bdi class="cut">{nameOf(message.from)}</bdi>
            <span class="under">{dateAndTime(message.time)}</span>
          </span>
          <Act icon={MessageSquare} label={t('viewer.inChat')} run={() => (close(), go({ chat: message.chat, side: null, jump: message.id }))} />
          <Act icon={Forward} label={t('message.forward')} run={() => (close(), askForward([message.id]))} turns />
          <Act icon={Download} label={t('file.save', { name })} run={() => void save(message, name)} />
        </>
      }
    >
      <Stage key={message.id} message={message} />
      {at < around.length - 1 && (
        <button type="button" class="round turn before" aria-label={t('viewer.older')} onClick={() => step(1)}>
          <Icon of={ArrowLeft} turns />
        </button>
      )}
      {at > 0 && (
        <button type="button" class="round turn after" aria-label={t('viewer.newer')} onClick={() => step(-1)}>
          <Icon of={ArrowRight} turns />
        </button>
      )}
      {'caption' in content && content.caption && (
        <p class="caption" dir="auto">
          {content.caption}
        </p>
      )}
    </Frame>
  );
}

function Stage({ message }: { message: Message }) {
  const { content } = message;
  const url = useFile(message, true);
  const thumbnail = 'thumbnail' in content && content.thumbnail?.startsWith('data:image/') ? content.thumbnail : null;
  if (url && content.kind === 'video') return <video class="stage" src={url} controls autoPlay playsInline />;
  if (url) return <Zoom src={url} label={('caption' in content && content.caption) || t('kind.image')} />;
  return (
    <div class="stage waiting" aria-busy="true">
      {thumbnail && <img src={thumbnail} alt="" />}
      <span class="turning" />
    </div>
  );
}

/** A click makes the picture as large as it is, another one fits it again. */
function Zoom({ src, label }: { src: string; label: string }) {
  const [large, setLarge] = useState(false);
  return (
    <div class={`stage ${large ? 'large' : ''}`} onClick={() => setLarge(!large)}>
      <img src={src} alt={label} />
    </div>
  );
}

export function PhotoViewer({ photo, close }: { photo: Photo; close: () => void }) {
  const url = kith.photoUrl(photo).value;
  return (
    <Frame label={t('viewer.title')} close={close} head={<bdi class="grow cut">{nameOf(photo.owner)}</bdi>} onKey={() => {}}>
      {url && <Zoom src={url} label={t('person.photo', { name: nameOf(photo.owner) })} />}
    </Frame>
  );
}

function Act({ icon, label, run, turns = false }: { icon: typeof X; label: string; run: () => void; turns?: boolean }) {
  return (
    <button type="button" class="round" aria-label={label} title={label} onClick={run}>
      <Icon of={icon} turns={turns} />
    </button>
  );
}

export function Frame(props: { label: string; close: () => void; head: ComponentChildren; children: ComponentChildren; onKey: (key: string) => void; class?: string }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current?.showModal();
    return () => {
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={`viewer ${props.class ?? ''}`}
      aria-label={props.label}
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      onKeyDown={(event) => props.onKey(event.key)}
    >
      <header>
        <button type="button" class="round" aria-label={t('do.close')} onClick={props.close}>
          <Icon of={X} />
        </button>
        {props.head}
      </header>
      {props.children}
    </dialog>
  );
}
