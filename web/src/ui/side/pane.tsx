import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import type { Address } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { Icon } from '../parts/icon';
import { later } from '../parts/later';
import { go, narrow, type Side } from '../place';
import { ChatSearch } from './search';
import { MessageInfo } from './message';
import { PersonInfo } from './person';
import { Gallery } from './gallery';
import { StarredIn } from './starred';
import '../styles/side.css';

const ListInfo = later(async () => (await import('../groups/list')).ListInfo);
const GroupInfo = later(async () => (await import('../groups/info')).GroupInfo);

/** The third column: about the chat, a person in it, or one of its messages. */
export function SidePane({ about, chat }: { about: Side; chat: Address }) {
  switch (about.kind) {
    case 'info':
      return <Info chat={chat} />;
    case 'person':
      return (
        <Pane title={t('person.title')} back={chat === about.address ? null : () => go({ side: { kind: 'info' } })}>
          <PersonInfo key={about.address} address={about.address} inChat={chat} />
        </Pane>
      );
    case 'message':
      return (
        <Pane title={t('message.info')}>
          <MessageInfo key={about.id} id={about.id} />
        </Pane>
      );
    case 'search':
      return (
        <Pane title={t('search.inChat')}>
          <ChatSearch key={chat} chat={chat} />
        </Pane>
      );
    case 'gallery':
      return (
        <Pane title={t('gallery.title')} back={() => go({ side: { kind: 'info' } })}>
          <Gallery key={chat} chat={chat} />
        </Pane>
      );
    case 'starred':
      return (
        <Pane title={t('starred.title')} back={() => go({ side: { kind: 'info' } })}>
          <StarredIn key={chat} chat={chat} />
        </Pane>
      );
  }
}

function Info({ chat }: { chat: Address }) {
  const it = kith.chats.chat(chat).value;
  if (it?.kind === 'group') {
    return (
      <Pane title={t(it.announces ? 'community.title' : 'group.title')}>
        <GroupInfo key={chat} chat={chat} />
      </Pane>
    );
  }
  if (it?.kind === 'broadcast') {
    return (
      <Pane title={t('list.title')}>
        <ListInfo key={chat} chat={chat} />
      </Pane>
    );
  }
  return (
    <Pane title={t('person.title')}>
      <PersonInfo key={chat} address={chat} inChat={chat} />
    </Pane>
  );
}

function Pane({ title, children, back }: { title: string; children: ComponentChildren; back?: (() => void) | null }) {
  const Heading = narrow.value ? 'h1' : 'h2';
  const close = () => (back ? back() : go({ side: null }));
  return (
    <>
      <header class="bar">
        <button type="button" class="round" aria-label={t(back ? 'do.back' : 'do.close')} onClick={close}>
          <Icon of={X} />
        </button>
        <Heading class="grow">{title}</Heading>
      </header>
      <div
        class="scroll side"
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.defaultPrevented) return;
          event.preventDefault();
          event.stopPropagation();
          close();
        }}
      >
        {children}
      </div>
    </>
  );
}
