import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { kith } from '../kith';
import { Dialog } from '../parts/dialog';
import { run } from '../parts/toast';

const MOST_CHARS = 700;

/** The grounds a text can stand on, by name: other apps may draw them in their own way. */
export const grounds = ['ember', 'pine', 'lake', 'plum', 'slate', 'ochre'] as const;

export function StatusForm({ close }: { close: () => void }) {
  const [text, setText] = useState('');
  const [ground, setGround] = useState<string>(grounds[0]);
  const { status: audience, listed } = kith.settings.values.value;
  return (
    <Dialog
      title={t('status.text')}
      close={close}
      foot={
        <button
          type="button"
          class="button main"
          disabled={!text.trim()}
          onClick={() => {
            run(kith.statuses.postText(text.trim(), ground));
            close();
          }}
        >
          {t('status.post')}
        </button>
      }
    >
      <textarea
        class="status-text"
        data-ground={ground}
        data-first
        dir="auto"
        value={text}
        maxLength={MOST_CHARS}
        placeholder={t('status.write')}
        aria-label={t('status.write')}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="grounds" role="radiogroup" aria-label={t('status.ground')}>
        {grounds.map((name) => (
          <label key={name}>
            <input type="radio" class="unseen" name="ground" checked={ground === name} onChange={() => setGround(name)} />
            <span class="dot" data-ground={name} />
            <span class="unseen">{t(`ground.${name}`)}</span>
          </label>
        ))}
      </div>
      <p class="quiet">
        {audience === 'contacts' ? t('status.hint') : `${t('privacy.who')}: ${t(`audience.${audience}`)}`}
        {(audience === 'contacts-except' || audience === 'only') && <> · {t('privacy.listed', { n: listed.status?.length ?? 0 })}</>}
      </p>
    </Dialog>
  );
}
