import { useEffect, useState } from 'preact/hooks';
import type { StorageUse } from '../../chat';
import { t } from '../i18n';
import { size } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { run, say, sayFailure } from '../parts/toast';

const SHOWN = 20;

/** How much room this app takes on this device, and which chats take it. */
export function Storage() {
  const [use, setUse] = useState<StorageUse | null>(null);
  useEffect(() => {
    kith.settings.storage().then(setUse, sayFailure);
  }, []);
  if (!use) return <div class="empty" aria-busy="true" />;
  const used = use.databaseBytes + use.fileBytes;
  return (
    <>
      <div class="padded-form">
        <p class="figure">
          {size(used)} <span class="quiet">{t('storage.of', { quota: size(use.quotaBytes) })}</span>
        </p>
        <Meter
          parts={[
            { label: t('storage.messages', { n: use.messages }), bytes: use.databaseBytes, hue: 0 },
            { label: t('storage.files'), bytes: use.fileBytes, hue: 5 },
          ]}
          total={Math.max(used, 1)}
        />
        {use.serverBytes !== undefined && (
          <p class="quiet">
            {t('storage.server', { used: size(use.serverBytes), quota: use.serverQuotaBytes ? size(use.serverQuotaBytes) : '∞' })}
          </p>
        )}
        <button type="button" class="button" onClick={() => run(kith.settings.persist().then((kept) => say(t(kept ? 'storage.kept' : 'storage.notKept'))))}>
          {t('storage.persist')}
        </button>
      </div>
      {use.chats.length > 0 && <h2 class="heading">{t('storage.byChat')}</h2>}
      {use.chats.slice(0, SHOWN).map(({ chat: id, messages, fileBytes }) => {
        const chat = kith.chats.chat(id).value;
        return (
          <div class="row" key={id}>
            <Avatar of={id} name={chat?.name ?? id} photo={chat?.photo} kind={chat?.kind ?? 'person'} size="s" />
            <span class="grow">
              <bdi class="cut">{chat?.name ?? id}</bdi>
              <span class="under">{t('storage.messages', { n: messages })}</span>
            </span>
            <span class="quiet">{size(fileBytes)}</span>
          </div>
        );
      })}
    </>
  );
}

function Meter({ parts, total }: { parts: readonly { label: string; bytes: number; hue: number }[]; total: number }) {
  return (
    <>
      <div class="meter" aria-hidden="true">
        {parts.map(({ label, bytes, hue }) => (
          <span key={label} data-hue={hue} style={{ width: `${(bytes / total) * 100}%` }} />
        ))}
      </div>
      <ul class="legend">
        {parts.map(({ label, bytes, hue }) => (
          <li key={label} data-hue={hue}>
            <span class="grow">{label}</span> {size(bytes)}
          </li>
        ))}
      </ul>
    </>
  );
}
