import { useState } from 'preact/hooks';
import type { Address, Chat } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Dialog } from '../parts/dialog';
import { SearchBox } from '../parts/field';
import { sayFailure } from '../parts/toast';

const MOST = 5;
const SHOWN = 60;

/** Chooses up to five chats to forward messages to. */
export function Forwarding(props: { ids: readonly string[]; close: () => void; onSent: (to: readonly Address[]) => void }) {
  const [query, setQuery] = useState('');
  const [to, setTo] = useState<readonly Address[]>([]);
  const wanted = query.trim().toLocaleLowerCase();
  const chats = kith.chats.list.value
    .filter((chat) => chat.mayWrite && !chat.blocked && chat.name.toLocaleLowerCase().includes(wanted))
    .slice(0, SHOWN);
  const toggle = (id: Address) => setTo(to.includes(id) ? to.filter((each) => each !== id) : to.length < MOST ? [...to, id] : to);
  const send = () => {
    kith.messages.forward(props.ids, to).then(() => props.onSent(to), sayFailure);
    props.close();
  };
  return (
    <Dialog
      title={t('forward.title', { n: props.ids.length })}
      close={props.close}
      flush
      class="tall"
      foot={
        <>
          <span class="quiet grow" role="status">
            {to.length === MOST ? t('forward.most', { n: MOST }) : t('forward.chosen', { n: to.length })}
          </span>
          <button type="button" class="button main" disabled={!to.length} onClick={send}>
            {t('do.send')}
          </button>
        </>
      }
    >
      <div class="finder">
        <SearchBox value={query} label={t('search.chats')} onInput={setQuery} first />
      </div>
      {chats.map((chat) => (
        <ChatChoice key={chat.id} chat={chat} on={to.includes(chat.id)} onToggle={() => toggle(chat.id)} />
      ))}
      {!chats.length && <p class="note">{t('search.nothing')}</p>}
    </Dialog>
  );
}

function ChatChoice({ chat, on, onToggle }: { chat: Chat; on: boolean; onToggle: () => void }) {
  return (
    <button type="button" class="row" role="checkbox" aria-checked={on} onClick={onToggle}>
      <Avatar of={chat.id} name={chat.name} photo={chat.photo} kind={chat.kind} size="s" />
      <span class="grow">
        <bdi class="cut">{chat.kind === 'self' ? t('chat.self') : chat.name}</bdi>
      </span>
      <span class="check" data-on={on} aria-hidden="true" />
    </button>
  );
}
