import { Bell, BellOff, ChevronRight, Images, Star, Timer, Volume2 } from 'lucide';
import type { IconNode } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { Chat, Message } from '../../chat';
import { isMuted } from '../chats/row';
import { askMute } from '../chats/mute';
import { duration } from '../chats/summary';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { Dialog, show } from '../parts/dialog';
import { Options, Toggle } from '../parts/field';
import { Icon } from '../parts/icon';
import { run } from '../parts/toast';
import { go } from '../place';
import { openViewer } from '../talk/viewing';
import { useFile } from '../talk/file';

/** What every chat has: its pictures, starred messages, sound, and how long messages stay. */
export function AboutChat({ chat, mayChange }: { chat: Chat; mayChange: boolean }) {
  return (
    <>
      {kith.abilities.has('files') && <Media chat={chat} />}
      <section class="block">
        {kith.abilities.has('star') && <Line icon={Star} label={t('starred.title')} onClick={() => go({ side: { kind: 'starred' } })} />}
        <Line
          icon={isMuted(chat) ? BellOff : Bell}
          label={t(isMuted(chat) ? 'chat.muted' : 'chat.mute')}
          under={isMuted(chat) && Number.isFinite(chat.mutedUntil) ? t('chat.mutedUntil', { when: dateAndTime(chat.mutedUntil ?? 0) }) : undefined}
          onClick={() => (isMuted(chat) ? run(kith.chats.mute(chat.id, null)) : void askMute(chat))}
        />
        {chat.kind !== 'self' && chat.kind !== 'broadcast' && (
          <Line icon={Volume2} label={t('chat.notify')} under={told(chat)} onClick={() => askNotify(chat.id)} />
        )}
        {kith.abilities.has('disappearing') && (
          <Line
            icon={Timer}
            label={t('disappear.title')}
            under={chat.disappearingSeconds ? duration(chat.disappearingSeconds) : t('do.off')}
            onClick={mayChange ? () => askDisappearing(chat) : undefined}
          />
        )}
      </section>
    </>
  );
}

export function Line(props: { icon: IconNode; label: string; under?: string | undefined; onClick?: (() => void) | undefined; danger?: boolean; end?: string }) {
  const inside = (
    <>
      <Icon of={props.icon} />
      <span class="grow">
        <span>{props.label}</span>
        {props.under && <span class="under">{props.under}</span>}
      </span>
      {props.end && <span class="quiet">{props.end}</span>}
    </>
  );
  const look = `row ${props.danger ? 'danger' : ''}`;
  if (!props.onClick) return <div class={look}>{inside}</div>;
  return (
    <button type="button" class={look} onClick={props.onClick}>
      {inside}
    </button>
  );
}

const SHOWN = 6;

function Media({ chat }: { chat: Chat }) {
  const [media, setMedia] = useState<readonly Message[]>([]);
  useEffect(() => {
    let here = true;
    kith.files.gallery(chat.id, 'media').then(
      (found) => here && setMedia(found),
      () => {},
    );
    return () => {
      here = false;
    };
  }, [chat.id]);
  return (
    <section class="block">
      <button type="button" class="row" onClick={() => go({ side: { kind: 'gallery' } })}>
        <Icon of={Images} />
        <span class="grow">{t('gallery.title')}</span>
        <Icon of={ChevronRight} turns />
      </button>
      {media.length > 0 && (
        <div class="tiles few">
          {media.slice(0, SHOWN).map((message) => (
            <Tile key={message.id} message={message} />
          ))}
        </div>
      )}
    </section>
  );
}

export function Tile({ message }: { message: Message }) {
  const { content } = message;
  const file = 'thumbnail' in content ? content : undefined;
  const url = useFile(message, content.kind === 'image' && (file?.local ?? false));
  const shown = url ?? file?.thumbnail;
  return (
    <button
      type="button"
      class="tile"
      aria-label={t(content.kind === 'video' ? 'file.play' : 'file.open', { name: `${t(content.kind === 'video' ? 'kind.video' : 'kind.image')}, ${dateAndTime(message.time)}` })}
      onClick={() => openViewer(message)}
    >
      {shown?.startsWith('data:image/') || shown?.startsWith('blob:') ? <img src={shown} alt="" loading="lazy" /> : <Icon of={Images} />}
    </button>
  );
}

function told(chat: Chat): string {
  const what = t(chat.mentionsOnly ? 'chat.mentionsOnly' : 'chat.everyMessage');
  return chat.silent ? `${what} · ${t('chat.noSound')}` : what;
}

/** What one is told of in a chat, and whether it sounds; the same on all of one's devices. */
function askNotify(id: string): void {
  show((close) => <NotifyForm id={id} close={close} />);
}

function NotifyForm({ id, close }: { id: string; close: () => void }) {
  const chat = kith.chats.chat(id).value;
  if (!chat) return null;
  return (
    <Dialog title={t('chat.notify')} close={close} flush>
      {chat.kind === 'group' && (
        <Options
          label={t('chat.notify')}
          value={chat.mentionsOnly ? 'mentions' : 'all'}
          options={[
            { value: 'all', label: t('chat.everyMessage') },
            { value: 'mentions', label: t('chat.mentionsOnly') },
          ]}
          onChange={(value) => run(kith.chats.notify(id, { mentionsOnly: value === 'mentions' }))}
        />
      )}
      <Toggle label={t('chat.sound')} on={!chat.silent} onChange={(on) => run(kith.chats.notify(id, { silent: !on }))} />
      <p class="note">{t('chat.notifyText')}</p>
    </Dialog>
  );
}

function askDisappearing(chat: Chat): void {
  const choices = [0, 86_400, 604_800, 7_776_000];
  show((close) => (
    <Dialog title={t('disappear.title')} close={close} flush>
      <p class="note">{t('disappear.text')}</p>
      <Options
        label={t('disappear.title')}
        value={chat.disappearingSeconds ?? 0}
        options={choices.map((value) => ({ value, label: value ? duration(value) : t('do.off') }))}
        onChange={(seconds) => {
          run(kith.chats.setDisappearing(chat.id, seconds));
          close();
        }}
      />
    </Dialog>
  ));
}
