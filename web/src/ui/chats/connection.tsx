import { CloudOff } from 'lucide';
import { t } from '../i18n';
import { kith } from '../kith';
import { Icon } from '../parts/icon';

/** Says when there is no connection, and what becomes of what is written meanwhile. Silent when all is well. */
export function ConnectionLine() {
  const now = kith.account.connection.value;
  const waiting = kith.account.waiting.value;
  if (now.state === 'online' || now.state === 'syncing') return <div role="status" />;
  return (
    <div role="status">
      {now.state === 'offline' && (
        <div class="offline">
          <Icon of={CloudOff} />
          <span class="grow">
            <strong>{t('connection.offline')}</strong>
            <span>{waiting ? t('connection.waiting', { n: waiting }) : t('connection.offlineText')}</span>
          </span>
          <button type="button" class="button plain" onClick={() => kith.account.reconnect()}>
            {t('do.tryAgain')}
          </button>
        </div>
      )}
      {now.state === 'connecting' && <span class="unseen">{t('connection.connecting')}</span>}
    </div>
  );
}
