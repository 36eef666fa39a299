import { useEffect, useState } from 'preact/hooks';
import { SearchBox } from '../ui/parts/field';
import { t } from './i18n';
import { doing } from './said';
import { look } from './server';

interface Setting {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

/** The configuration as it was loaded, without its secrets. */
export function ConfigPage() {
  const [settings, setSettings] = useState<readonly Setting[] | null>(null);
  const [filter, setFilter] = useState('');
  useEffect(() => void doing(look<{ settings: readonly Setting[] }>('config').then((answer) => setSettings(answer.settings))), []);
  if (!settings) return <div aria-busy="true" />;
  const wanted = filter.trim().toLowerCase();
  const shown = settings.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(wanted));
  return (
    <>
      <p class="under">{t('config.text')}</p>
      <div class="tools">
        <SearchBox label={t('config.filter')} value={filter} onInput={setFilter} />
      </div>
      <div role="status">{shown.length === 0 && <p class="none">{t('config.none')}</p>}</div>
      <dl class="settings" dir="ltr">
        {shown.map(({ key, value, origin }) => (
          <div key={key} class={origin ? 'set' : ''}>
            <dt>{key}</dt>
            <dd>
              <code>{value || '""'}</code>
              <bdi class="under">{origin ? t('config.setIn', { place: origin }) : t('config.default')}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
