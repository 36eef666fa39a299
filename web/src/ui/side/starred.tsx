import { Star } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { Address, Message } from '../../chat';
import { Back } from '../chats/list';
import { nameOf } from '../chats/summary';
import { t } from '../i18n';
import { stamp } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { sayFailure } from '../parts/toast';
import { go } from '../place';
import { gistOf } from '../talk/bubble';

/** All starred messages, in the first column. */
export function Starred() {
  return (
    <>
      <header class="bar">
        <Back />
        <h1 class="grow">{t('starred.title')}</h1>
      </header>
      <div class="scroll">
        <StarredIn />
      </div>
    </>
  );
}

export function StarredIn({ chat }: { chat?: Address }) {
  const [found, setFound] = useState<readonly Message[] | null>(null);
  useEffect(() => {
    kith.messages.starred(chat).then(setFound, sayFailure);
  }, [chat]);
  if (!found) return null;
  if (!found.length) {
    return (
      <div class="empty">
        <Icon of={Star} />
        <h2>{t('starred.none')}</h2>
        <p>{t('starred.noneText')}</p>
      </div>
    );
  }
  return (
    <>
      {found.map((message) => {
        const where = kith.chats.chat(message.chat).value;
        return (
          <button key={message.id} type="button" class="row hit" onClick={() => go({ chat: message.chat, jump: message.id })}>
            <Avatar of={message.from} name={nameOf(message.from)} photo={kith.people.person(message.from).value.photo} size="s" />
            <span class="grow">
              <span class="line">
                <bdi class="title cut">
                  {nameOf(message.from)}
                  {!chat && where && where.id !== message.from && ` › ${where.name}`}
                </bdi>
                <time class="when">{stamp(message.time)}</time>
              </span>
              <bdi class="under two">{gistOf(message)}</bdi>
            </span>
          </button>
        );
      })}
    </>
  );
}
