import { Check, UserRoundCheck, X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import type { Chat, Group } from '../../chat';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { run } from '../parts/toast';
import { go, side } from '../place';

/** Over a group's messages: somebody waits for its administrators. */
export function Asking({ chat }: { chat: Chat }) {
  if (!chat.asking) return null;
  return (
    <div class="strip" role="status">
      <Icon of={UserRoundCheck} />
      <span class="grow">{t('request.count', { n: chat.asking })}</span>
      <button type="button" class="button plain" onClick={() => go({ side: { kind: 'info', part: 'requests' } })}>
        {t('request.see')}
      </button>
    </div>
  );
}

/** Who wants to come in; an administrator lets them, or not. */
export function Requests({ group }: { group: Group }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const about = side.value;
  const wanted = about?.kind === 'info' && about.part === 'requests';
  useEffect(() => {
    if (!wanted) return;
    heading.current?.scrollIntoView({ block: 'start' });
    heading.current?.focus({ preventScroll: true });
  }, [wanted]);
  if (!group.requests.length) return null;
  const answer = (address: string, allow: boolean) => run(kith.groups.answer(group.address, address, allow));
  return (
    <section class="block">
      <h3 class="heading" ref={heading} tabIndex={-1}>
        {t('request.title')}
      </h3>
      <ul>
        {group.requests.map((person) => (
          <li class="row request" key={person.address}>
            <Avatar of={person.address} name={person.name} photo={person.photo} size="s" />
            <span class="grow">
              <bdi class="cut">{person.name}</bdi>
              {person.phone && (
                <span class="under cut">
                  <bdi dir="ltr">{person.phone}</bdi>
                </span>
              )}
              {person.since !== undefined && <span class="under cut">{t('request.since', { when: dateAndTime(person.since) })}</span>}
            </span>
            <button type="button" class="round" aria-label={t('request.refuseName', { name: person.name })} title={t('request.refuse')} onClick={() => answer(person.address, false)}>
              <Icon of={X} />
            </button>
            <button type="button" class="round main" aria-label={t('request.allowName', { name: person.name })} title={t('request.allow')} onClick={() => answer(person.address, true)}>
              <Icon of={Check} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
