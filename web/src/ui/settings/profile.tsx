import { Camera, QrCode } from 'lucide';
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Field } from '../parts/field';
import { Icon } from '../parts/icon';
import { openMenu } from '../parts/menu';
import { choosePhoto } from '../parts/photo';
import { run, say } from '../parts/toast';
import { showQr } from '../side/person';
import { copy } from '../talk/actions';
import { openPhoto } from '../talk/viewing';

export function ProfilePage() {
  const me = kith.account.me.value;
  const [name, setName] = useState(me.name);
  const [about, setAbout] = useState(me.about);
  const changed = (name.trim() && name.trim() !== me.name) || about.trim() !== me.about;
  const save = (event: Event) => {
    event.preventDefault();
    run(kith.account.setProfile({ name: name.trim() || me.name, about: about.trim() }), () => say(t('do.saved')));
  };
  const photo = (at: HTMLElement) =>
    openMenu(at, t('profile.choosePhoto'), [
      me.photo !== undefined && { label: t('photo.show'), run: () => me.photo && openPhoto(me.photo) },
      { label: t('photo.choose'), run: () => choosePhoto((blob) => kith.account.setProfile({ photo: blob })) },
      me.photo !== undefined && { label: t('photo.remove'), danger: true, run: () => run(kith.account.setProfile({ photo: null })) },
    ]);
  return (
    <>
      <div class="hero">
        <button type="button" class="round-photo" aria-label={t('profile.choosePhoto')} onClick={(event) => photo(event.currentTarget)}>
          <Avatar of={me.address} name={me.name} photo={me.photo} size="l" />
          <span class="camera">
            <Icon of={Camera} />
          </span>
        </button>
      </div>
      <form class="padded-form" onSubmit={save}>
        <Field label={t('profile.name')} value={name} onInput={setName} maxLength={50} hint={t('profile.nameHint')} />
        <Field label={t('profile.about')} value={about} onInput={setAbout} maxLength={140} hint={t('profile.aboutHint')} />
        <button type="submit" class="button main" disabled={!changed}>
          {t('do.save')}
        </button>
      </form>
      <button type="button" class="row" onClick={() => copy(me.address)}>
        <span class="grow">
          <span>{t(me.phone ? 'profile.number' : 'profile.address')}</span>
          <bdi class="under" dir="ltr">
            {me.phone ?? me.address}
          </bdi>
        </span>
      </button>
      <button type="button" class="row" onClick={() => showQr(me.address, me.name)}>
        <Icon of={QrCode} />
        <span class="grow">{t('person.qr')}</span>
      </button>
    </>
  );
}
