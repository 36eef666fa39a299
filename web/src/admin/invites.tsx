import { useEffect, useState } from 'preact/hooks';
import { dateAndTime } from '../ui/i18n/when';
import { confirm } from '../ui/parts/dialog';
import { t } from './i18n';
import { copy, doing } from './said';
import { look, order } from './server';

interface Invite {
  readonly id: string;
  readonly inviter: string;
  readonly expiresMillis: number;
}

interface Made {
  readonly code: string;
  readonly link: string;
  readonly expiresMillis: number;
}

const DAYS = [1, 3, 7, 30];

/** Invitations that wait to be used; a new one is shown once, with its link. */
export function InvitesPage() {
  const [invites, setInvites] = useState<readonly Invite[] | null>(null);
  const [days, setDays] = useState(3);
  const [made, setMade] = useState<Made | null>(null);
  const load = () => doing(look<{ invites: readonly Invite[] }>('invites').then((answer) => setInvites(answer.invites)));
  useEffect(() => void load(), []);
  const make = async () => {
    if (await doing(order<Made>('invites', { hours: days * 24 }).then(setMade))) await load();
  };
  const revoke = async (invite: Invite) => {
    if (!(await confirm(t('invites.revokeAsk'), t('invites.revokeText'), t('invites.revoke'), true))) return;
    await doing(order('invites/revoke', { id: invite.id }));
    await load();
  };
  return (
    <>
      <form
        class="tools"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label class="choice">
          <span>{t('invites.life')}</span>
          <select class="input" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((n) => (
              <option key={n} value={n}>
                {t('invites.days', { n })}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button main">
          {t('invites.make')}
        </button>
      </form>
      <div role="status">
        {made && (
          <div class="made">
            <code dir="ltr">{made.link}</code>
            <button type="button" class="button" onClick={() => void copy(made.link)}>
              {t('do.copy')}
            </button>
            <p class="under">{t('invites.made', { when: dateAndTime(made.expiresMillis) })}</p>
          </div>
        )}
        {invites?.length === 0 && <p class="none">{t('invites.none')}</p>}
      </div>
      <ul class="cards">
        {invites?.map((invite) => (
          <li class="card" key={invite.id}>
            <div class="line">
              <div class="grow">
                <h2>{invite.inviter ? t('invites.by', { name: invite.inviter }) : t('invites.operator')}</h2>
                <p class="under">{t('invites.until', { when: dateAndTime(invite.expiresMillis) })}</p>
              </div>
              <button type="button" class="button" onClick={() => void revoke(invite)}>
                {t('invites.revoke')}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
