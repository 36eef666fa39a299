import { Camera } from 'lucide';
import { useState } from 'preact/hooks';
import type { Profile } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Field } from '../parts/field';
import { Icon } from '../parts/icon';
import { choosePhoto } from '../parts/photo';
import { said } from './start';

/** Name and photo, asked once. Both can be changed later. */
export function ProfileStep({ me }: { me: Profile }) {
  const [name, setName] = useState(me.name === me.phone || me.name === me.address ? '' : me.name);
  const [wrong, setWrong] = useState('');
  const current = kith.account.me.value;
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await kith.account.setProfile({ name: name.trim() });
      await kith.account.finishProfile();
    } catch (error) {
      setWrong(said(error));
    }
  };
  return (
    <form onSubmit={submit}>
      <h1>{t('profile.who')}</h1>
      <p class="quiet">{t('profile.text')}</p>
      <button type="button" class="photo" onClick={() => choosePhoto((photo) => kith.account.setProfile({ photo }))}>
        <Avatar of={me.address} name={name} photo={current.photo ?? me.photo} size="l" />
        <span class="camera">
          <Icon of={Camera} />
        </span>
        <span class="unseen">{t('profile.choosePhoto')}</span>
      </button>
      <Field label={t('profile.name')} value={name} onInput={setName} wrong={wrong} maxLength={50} input={{ autoComplete: 'name', name: 'name' }} />
      <button type="submit" class="button main wide" disabled={!name.trim()}>
        {t('profile.start')}
      </button>
    </form>
  );
}
