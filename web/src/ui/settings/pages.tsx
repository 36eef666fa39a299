import { useState } from 'preact/hooks';
import type { Address, Audience, Private, Settings } from '../../chat';
import { chosenLanguage, choose, type Key, type Language, languages, t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { Dialog, show } from '../parts/dialog';
import { Options, Toggle, Wrong } from '../parts/field';
import { run } from '../parts/toast';
import { shortcuts } from '../keys';
import { ChoosePeople } from '../groups/new';
import { said } from '../welcome/start';

const set = (change: Partial<Settings>) => run(kith.settings.set(change));

const privates: readonly { of: Private; label: Key }[] = [
  { of: 'lastSeen', label: 'privacy.lastSeen' },
  { of: 'online', label: 'privacy.online' },
  { of: 'profilePhoto', label: 'privacy.photo' },
  { of: 'about', label: 'privacy.about' },
  { of: 'groups', label: 'privacy.groups' },
  { of: 'status', label: 'privacy.status' },
];

/** Who sees what of one. */
export function Privacy() {
  const now = kith.settings.values.value;
  const blocked = kith.people.blocked.value;
  return (
    <>
      <h2 class="heading">{t('privacy.who')}</h2>
      {privates
        .filter(({ of }) => of !== 'status' || kith.abilities.has('status'))
        .map(({ of, label }) => (
          <button key={of} type="button" class="row" aria-haspopup="dialog" onClick={() => void show((close) => <AudienceForm of={of} label={label} close={close} />)}>
            <span class="grow">
              <span>{t(label)}</span>
              <span class="under">
                {t(`audience.${now[of]}`)}
                {hasList(now[of]) && <> · {t('privacy.listed', { n: now.listed[of]?.length ?? 0 })}</>}
              </span>
            </span>
          </button>
        ))}
      <h2 class="heading">{t('privacy.messages')}</h2>
      <Toggle label={t('privacy.receipts')} under={t('privacy.receiptsText')} on={now.receipts} onChange={(receipts) => set({ receipts })} />
      {kith.abilities.has('previews') && (
        <Toggle label={t('privacy.previews')} under={t('privacy.previewsText')} on={now.linkPreviews} onChange={(linkPreviews) => set({ linkPreviews })} />
      )}
      {kith.abilities.has('discovery') && (
        <Toggle label={t('privacy.discoverable')} under={t('privacy.discoverableText')} on={now.discoverable} onChange={(discoverable) => set({ discoverable })} />
      )}
      {kith.abilities.has('directory') && (
        <Toggle label={t('privacy.findable')} under={t('privacy.findableText')} on={now.findable} onChange={(findable) => set({ findable })} />
      )}
      <h2 class="heading">{t('privacy.blocked', { n: blocked.length })}</h2>
      {!blocked.length && <p class="note">{t('privacy.nobodyBlocked')}</p>}
      {blocked.map((address) => {
        const person = kith.people.person(address).value;
        return (
          <div class="row" key={address}>
            <Avatar of={address} name={person.name} photo={person.photo} size="s" />
            <bdi class="grow cut">{person.name}</bdi>
            <button type="button" class="button plain" aria-label={t('person.unblockName', { name: person.name })} onClick={() => run(kith.people.unblock(address))}>
              {t('person.unblock')}
            </button>
          </div>
        );
      })}
    </>
  );
}

const hasList = (audience: Audience) => audience === 'contacts-except' || audience === 'only';
const audiences: readonly Audience[] = ['everyone', 'contacts', 'contacts-except', 'only', 'nobody'];

function AudienceForm({ of, label, close }: { of: Private; label: Key; close: () => void }) {
  const settings = kith.settings.values.value;
  const now = settings[of];
  const listed = settings.listed[of] ?? [];
  const choose = (value: Audience, chosen: readonly Address[]) => {
    if (hasList(value)) show((shut) => <ListForm of={of} audience={value} start={chosen} close={shut} />);
    else set({ [of]: value });
    close();
  };
  return (
    <Dialog title={t(label)} close={close} flush>
      <Options
        label={t(label)}
        value={now}
        options={audiences.filter((value) => of !== 'status' || value !== 'everyone').map((value) => ({ value, label: t(`audience.${value}`) }))}
        onChange={(value) => choose(value, [])}
      />
      {hasList(now) && (
        <button type="button" class="row" aria-haspopup="dialog" onClick={() => choose(now, listed)}>
          <span class="grow">{t('privacy.list')}</span>
          <span class="quiet">{t('privacy.listed', { n: listed.length })}</span>
        </button>
      )}
    </Dialog>
  );
}

/** Whom an audience leaves out, or is made of. */
function ListForm({ of, audience, start, close }: { of: Private; audience: Audience; start: readonly Address[]; close: () => void }) {
  return (
    <ChoosePeople
      title={t(`audience.${audience}`)}
      people={kith.people.contacts.value}
      start={start}
      label={() => t('do.save')}
      onDone={(chosen) => set({ [of]: audience, listed: { [of]: chosen } })}
      close={close}
    />
  );
}

export function Notifications() {
  const now = kith.settings.values.value;
  const [wrong, setWrong] = useState('');
  const turn = (on: boolean) => {
    setWrong('');
    if (!on) set({ notifications: false });
    else
      kith.settings.enableNotifications().catch((error) => {
        setWrong('Notification' in window && Notification.permission === 'denied' ? t('notifications.denied') : said(error));
      });
  };
  return (
    <>
      {kith.abilities.has('push') && (
        <>
          <Toggle label={t('notifications.on')} under={t('notifications.onText')} on={now.notifications} onChange={turn} />
          <div class="note">
            <Wrong text={wrong} />
          </div>
          <Toggle
            label={t('notifications.previews')}
            under={t('notifications.previewsText')}
            on={now.notificationPreviews}
            disabled={!now.notifications}
            onChange={(notificationPreviews) => set({ notificationPreviews })}
          />
        </>
      )}
      {'setAppBadge' in navigator && <Toggle label={t('notifications.badge')} under={t('notifications.badgeText')} on={now.badges} onChange={(badges) => set({ badges })} />}
      <Toggle label={t('notifications.sounds')} on={now.sounds} onChange={(sounds) => set({ sounds })} />
    </>
  );
}

export function ChatSettings() {
  const now = kith.settings.values.value;
  return (
    <>
      <Toggle label={t('chatSettings.enter')} under={t('chatSettings.enterText')} on={now.enterSends} onChange={(enterSends) => set({ enterSends })} />
      <h2 class="heading">{t('chatSettings.download')}</h2>
      <Options
        label={t('chatSettings.download')}
        value={now.autoDownload}
        options={(['always', 'photos', 'never'] as const).map((value) => ({ value, label: t(`download.${value}`) }))}
        onChange={(autoDownload) => set({ autoDownload })}
      />
    </>
  );
}

const wallpapers = ['feathers', 'dots', 'plain', 'sky', 'moss', 'dusk'] as const;
const sizes = [85, 100, 115, 130] as const;

export function Appearance() {
  const now = kith.settings.values.value;
  const wallpaper = now.wallpaper || 'feathers';
  return (
    <>
      <h2 class="heading">{t('appearance.theme')}</h2>
      <Options
        label={t('appearance.theme')}
        value={now.theme}
        options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`theme.${value}`) }))}
        onChange={(theme) => set({ theme })}
      />
      <h2 class="heading">{t('appearance.wallpaper')}</h2>
      <div class="wallpapers" role="radiogroup" aria-label={t('appearance.wallpaper')}>
        {wallpapers.map((name) => (
          <label key={name} data-wallpaper={name}>
            <input type="radio" class="unseen" name="wallpaper" checked={wallpaper === name} onChange={() => set({ wallpaper: name })} />
            <span class="talk swatch">
              <span class="messages-box" aria-hidden="true" />
            </span>
            <span class="word">{t(`wallpaper.${name}`)}</span>
          </label>
        ))}
      </div>
      <h2 class="heading">{t('appearance.size')}</h2>
      <Options
        label={t('appearance.size')}
        value={now.textSize}
        options={sizes.map((value) => ({ value, label: t(`size.s${value}`) }))}
        onChange={(textSize) => set({ textSize })}
      />
    </>
  );
}

export function LanguagePage() {
  const pick = (tag: string) => {
    void choose((tag || null) as Language | null);
    set({ language: tag });
  };
  return (
    <Options
      label={t('settings.language')}
      value={chosenLanguage() ?? ''}
      options={[{ value: '', label: t('language.browser') }, ...Object.entries(languages).map(([value, label]) => ({ value, label }))]}
      onChange={pick}
    />
  );
}

export function Shortcuts() {
  return (
    <dl class="shortcuts">
      {shortcuts.map((shortcut) => (
        <div class="row" key={shortcut.says}>
          <dt class="grow">{t(shortcut.says)}</dt>
          <dd dir="ltr">
            {shortcut.keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dd>
        </div>
      ))}
      <div class="row">
        <dt class="grow">{t('keys.messages')}</dt>
        <dd dir="ltr">
          <kbd>↑</kbd>
          <kbd>↓</kbd>
          <kbd>Enter</kbd>
        </dd>
      </div>
      <div class="row">
        <dt class="grow">{t('keys.edit')}</dt>
        <dd dir="ltr">
          <kbd>↑</kbd>
        </dd>
      </div>
      <div class="row">
        <dt class="grow">{t('keys.format')}</dt>
        <dd dir="ltr">
          <kbd>Ctrl</kbd>
          <kbd>B</kbd>
          <kbd>I</kbd>
        </dd>
      </div>
    </dl>
  );
}
