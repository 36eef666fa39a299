import { File as FileIcon, Music, Trash2 } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../../chat';
import { t } from '../i18n';
import { size } from '../i18n/when';
import { kith } from '../kith';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { run } from '../parts/toast';
import { type Prepared, prepare } from './prepare';
import { composing, keep } from './state';

interface Item {
  file: File;
  caption: string;
  ready: Prepared | null;
}

/** What is about to be sent, each file with its caption. What stood in the text field is the first one's caption. */
export function Sending({ chat, files, close }: { chat: Chat; files: readonly File[]; close: () => void }) {
  const c = composing(chat.id);
  const [items, setItems] = useState<readonly Item[]>(() => files.map((file, index) => ({ file, caption: index ? '' : c.text.peek(), ready: null })));
  const made = useRef<Prepared[]>([]);
  /** Who says so before the files are read need not say it again. */
  const [wanted, setWanted] = useState(false);

  useEffect(() => {
    let gone = false;
    void (async () => {
      // One after the other: many large photos at once would need all the memory there is.
      for (const file of files) {
        const ready = await prepare(file);
        made.current.push(ready);
        if (gone) return;
        setItems((now) => now.map((item) => (item.file === file ? { ...item, ready } : item)));
      }
    })();
    return () => {
      gone = true;
      for (const { url } of made.current) URL.revokeObjectURL(url);
    };
  }, []);

  const change = (file: File, caption: string) => setItems(items.map((item) => (item.file === file ? { ...item, caption } : item)));
  const ready = items.every((item) => item.ready);
  const send = () => {
    const outgoing = items.flatMap(({ ready: it, caption }) => {
      if (!it) return [];
      const { url: _, ...file } = it;
      return [{ ...file, ...(caption.trim() && { caption: caption.trim() }) }];
    });
    run(kith.messages.sendFiles(chat.id, outgoing, c.reply.peek()?.id));
    c.text.value = '';
    c.reply.value = null;
    keep(c);
    close();
  };
  useEffect(() => {
    if (wanted && ready && items.length) send();
  }, [wanted, ready]);

  return (
    <Dialog
      title={t('attach.sendTo', { name: chat.name })}
      close={close}
      foot={
        <>
          <button type="button" class="button" onClick={close}>
            {t('do.cancel')}
          </button>
          <button type="button" class="button main" disabled={wanted || !items.length} onClick={() => setWanted(true)}>
            {wanted ? <span class="turning" /> : t('attach.send', { n: items.length })}
          </button>
        </>
      }
    >
      <ul class={`sending ${items.length === 1 ? 'one' : ''}`}>
        {items.map((item, index) => (
          <li key={index}>
            <Thumb item={item} />
            <div class="grow">
              <bdi class="cut">{item.file.name}</bdi>
              <span class="quiet">{size(item.ready?.file.size ?? item.file.size)}</span>
              <input
                class="input"
                dir="auto"
                value={item.caption}
                maxLength={4000}
                placeholder={t('attach.caption')}
                aria-label={t('attach.captionOf', { name: item.file.name })}
                data-first={index === 0}
                onInput={(event) => change(item.file, event.currentTarget.value)}
                onKeyDown={(event) => event.key === 'Enter' && !event.isComposing && setWanted(true)}
              />
            </div>
            {items.length > 1 && (
              <button type="button" class="round" aria-label={t('attach.remove', { name: item.file.name })} onClick={() => setItems(items.filter((other) => other !== item))}>
                <Icon of={Trash2} />
              </button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Thumb({ item: { ready } }: { item: Item }) {
  if (!ready) return <span class="thumb"><span class="turning" /></span>;
  if (ready.kind === 'image') return <img class="thumb" src={ready.url} alt="" />;
  if (ready.kind === 'video') return <video class="thumb" src={ready.url} muted playsInline />;
  return (
    <span class="thumb">
      <Icon of={ready.kind === 'audio' ? Music : FileIcon} />
    </span>
  );
}
