import { CheckCheck } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Message, Receipt } from '../../chat';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { MessageRow } from '../talk/bubble';
import { Icon } from '../parts/icon';
import { sayFailure } from '../parts/toast';

/** Who has got a message and who has seen it, and when. */
export function MessageInfo({ id }: { id: string }) {
  const [message, setMessage] = useState<Message | null>(null);
  useEffect(() => {
    kith.messages.get(id).then((found) => setMessage(found ?? null), sayFailure);
  }, [id]);
  const receipts = useMemo(() => kith.messages.receipts(id), [id]).value;
  if (!message) return null;
  const many = kith.chats.chat(message.chat).value?.kind === 'group' && (kith.groups.group(message.chat).value?.members.length ?? 0) > 257;
  const read = receipts.filter((receipt) => receipt.read !== undefined);
  const delivered = receipts.filter((receipt) => receipt.read === undefined && receipt.delivered !== undefined);
  const waiting = receipts.filter((receipt) => receipt.read === undefined && receipt.delivered === undefined);
  return (
    <>
      <div class="specimen" inert>
        <MessageRow message={message} first last newDay={false} unreadLine={false} inGroup={false} mayWrite={false} jump={() => {}} />
      </div>
      <p class="note">{t('receipts.sent', { when: dateAndTime(message.time) })}</p>
      <Part title={t('receipts.read')} look="read" receipts={read} when={(receipt) => receipt.read} />
      <Part title={t('receipts.delivered')} look="" receipts={delivered} when={(receipt) => receipt.delivered} />
      <Part title={t('receipts.waiting')} look="" receipts={waiting} when={() => undefined} />
      {many && <p class="note">{t('receipts.tooMany')}</p>}
      {!receipts.length && !many && <p class="note">{t('receipts.none')}</p>}
    </>
  );
}

const SHOWN = 500;

function Part(props: { title: string; look: string; receipts: readonly Receipt[]; when: (receipt: Receipt) => number | undefined }) {
  if (!props.receipts.length) return null;
  return (
    <section class="block">
      <h3 class={`heading receipts ${props.look}`}>
        <Icon of={CheckCheck} /> {props.title}
      </h3>
      <ul>
        {props.receipts.slice(0, SHOWN).map((receipt) => {
          const person = kith.people.person(receipt.who).value;
          const at = props.when(receipt);
          return (
            <li class="row" key={receipt.who}>
              <Avatar of={receipt.who} name={person.name} photo={person.photo} size="s" />
              <span class="grow">
                <bdi class="cut">{person.name}</bdi>
                {at !== undefined && <span class="under">{dateAndTime(at)}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
