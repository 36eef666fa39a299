import { useEffect, useState } from 'preact/hooks';
import { size } from '../ui/i18n/when';
import { type Key, t } from './i18n';
import type { Reading } from './readings';
import { doing } from './said';
import { look } from './server';

interface Stored {
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly files: number }[];
  readonly whole: boolean;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const names: Record<string, Key> = { log: 'storage.log', index: 'storage.index', media: 'storage.media', tls: 'storage.tls', exports: 'storage.exports' };

/** What the data directory holds, part by part, and what the disk has left. */
export function StoragePage() {
  const [stored, setStored] = useState<Stored | null>(null);
  const [numbers, setNumbers] = useState<Reading['numbers'] | null>(null);
  useEffect(() => {
    void doing(look<Stored>('storage').then(setStored));
    void doing(look<Reading>('pulse').then((reading) => setNumbers(reading.numbers)));
  }, []);
  if (!stored) return <div aria-busy="true" />;
  const all = Math.max(1, stored.parts.reduce((sum, part) => sum + part.bytes, 0));
  return (
    <>
      <p class="figure">{t('storage.free', { free: size(stored.freeBytes), total: size(stored.totalBytes) })}</p>
      <ul class="cards">
        {[...stored.parts]
          .sort((one, two) => two.bytes - one.bytes)
          .map((part, index) => (
            <li class="card" key={part.name} data-hue={index % 8}>
              <div class="line">
                <h2 class="grow">{names[part.name] ? t(names[part.name] as Key) : t('storage.other', { name: part.name })}</h2>
                <span>
                  <b>{size(part.bytes)}</b> <span class="under">{t('storage.files', { n: part.files })}</span>
                </span>
              </div>
              <div class="meter" aria-hidden="true">
                <span style={{ width: `${(part.bytes / all) * 100}%` }} />
              </div>
              {part.name === 'log' && numbers && (
                <p class="under">{t('storage.live', { live: size(numbers['kith_store_live_bytes'] ?? 0), log: size(numbers['kith_store_log_bytes'] ?? 0) })}</p>
              )}
            </li>
          ))}
      </ul>
      {!stored.whole && <p class="none">{t('storage.partly')}</p>}
    </>
  );
}
