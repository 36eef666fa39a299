import { FileText, Images, Link, Mic } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Address, Message } from '../../chat';
import { nameOf } from '../chats/summary';
import { styled, type Block, type Span } from '../format/styling';
import { type Key, t } from '../i18n';
import { dateAndTime, size } from '../i18n/when';
import { kith } from '../kith';
import { Icon } from '../parts/icon';
import { sayFailure } from '../parts/toast';
import { go } from '../place';
import { save } from '../talk/file';
import { Tile } from './about';

type Kind = 'media' | 'files' | 'links' | 'voice';

const tabs: readonly { kind: Kind; label: Key }[] = [
  { kind: 'media', label: 'gallery.media' },
  { kind: 'files', label: 'gallery.files' },
  { kind: 'links', label: 'gallery.links' },
  { kind: 'voice', label: 'gallery.voice' },
];

/** Everything that was ever sent in a chat, newest first; more comes as one scrolls. */
export function Gallery({ chat }: { chat: Address }) {
  const [kind, setKind] = useState<Kind>('media');
  return (
    <>
      <div class="chips" role="tablist" aria-label={t('gallery.title')}>
        {tabs.map((tab) => (
          <button key={tab.kind} type="button" role="tab" class="chip" aria-selected={kind === tab.kind} onClick={() => setKind(tab.kind)}>
            {t(tab.label)}
          </button>
        ))}
      </div>
      <Shelf key={kind} chat={chat} kind={kind} />
    </>
  );
}

function Shelf({ chat, kind }: { chat: Address; kind: Kind }) {
  const [found, setFound] = useState<readonly Message[] | null>(null);
  const end = useRef(false);
  const busy = useRef(false);
  const sentinel = useRef<HTMLDivElement>(null);

  const more = async () => {
    if (busy.current || end.current) return;
    busy.current = true;
    try {
      const last = found?.at(-1)?.id;
      const next = await kith.files.gallery(chat, kind, last);
      end.current = next.length === 0;
      setFound((before) => [...(before ?? []), ...next]);
    } catch (error) {
      end.current = true;
      sayFailure(error);
    }
    busy.current = false;
  };

  useEffect(() => {
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void more(), { rootMargin: '400px' });
    if (sentinel.current) watch.observe(sentinel.current);
    return () => watch.disconnect();
  });

  const icon = { media: Images, files: FileText, links: Link, voice: Mic }[kind];
  return (
    <>
      {found?.length === 0 && (
        <div class="empty">
          <Icon of={icon} />
          <p>{t('gallery.empty')}</p>
        </div>
      )}
      {kind === 'media' ? (
        <div class="tiles">
          {found?.map((message) => (
            <Tile key={message.id} message={message} />
          ))}
        </div>
      ) : (
        found?.map((message) => <Item key={message.id} message={message} />)
      )}
      <div ref={sentinel} class="sentinel" />
    </>
  );
}

function Item({ message }: { message: Message }) {
  const { content } = message;
  const under = `${nameOf(message.from)}, ${dateAndTime(message.time)}`;
  const show = () => go({ jump: message.id });
  if (content.kind === 'text') {
    const link = firstLink(styled(content.text));
    return (
      <div class="row">
        <Icon of={Link} />
        <span class="grow">
          {link && (
            <a class="two" href={link} target="_blank" rel="noopener noreferrer nofollow">
              <bdi>{link}</bdi>
            </a>
          )}
          <button type="button" class="under" onClick={show}>
            {under}
          </button>
        </span>
      </div>
    );
  }
  const file = 'size' in content ? content : undefined;
  return (
    <button type="button" class="row" onClick={() => (content.kind === 'file' && file ? void save(message, file.name) : show())}>
      <Icon of={content.kind === 'voice' ? Mic : FileText} />
      <span class="grow">
        <bdi class="two">{content.kind === 'voice' ? t('kind.voice') : file?.name}</bdi>
        <span class="under">
          {file && `${size(file.size)} · `}
          {under}
        </span>
      </span>
    </button>
  );
}

function firstLink(blocks: readonly Block[]): string | null {
  const inSpans = (spans: readonly Span[]): string | null => {
    for (const span of spans) {
      const found = span.kind === 'link' ? span.url : 'spans' in span ? inSpans(span.spans) : null;
      if (found) return found;
    }
    return null;
  };
  for (const block of blocks) {
    const found = block.kind === 'lines' ? inSpans(block.spans) : block.kind === 'quote' ? firstLink(block.blocks) : null;
    if (found) return found;
  }
  return null;
}
