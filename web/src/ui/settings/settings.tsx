import { Bell, Database, Download, Keyboard, Languages, Laptop, Lock, LogOut, MessageSquare, Palette, Trash2 } from 'lucide';
import type { IconNode } from 'lucide';
import { useState } from 'preact/hooks';
import { Back } from '../chats/list';
import { type Key, t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { run, sayFailure } from '../parts/toast';
import { go } from '../place';
import { Appearance, ChatSettings, LanguagePage, Notifications, Privacy, Shortcuts } from './pages';
import { Devices } from './devices';
import { ProfilePage } from './profile';
import { Storage } from './storage';
import '../styles/side.css';
import '../styles/settings.css';

const pages: Record<string, { title: Key; draw: () => preact.JSX.Element }> = {
  profile: { title: 'profile.title', draw: () => <ProfilePage /> },
  privacy: { title: 'settings.privacy', draw: () => <Privacy /> },
  notifications: { title: 'settings.notifications', draw: () => <Notifications /> },
  appearance: { title: 'settings.appearance', draw: () => <Appearance /> },
  chats: { title: 'settings.chats', draw: () => <ChatSettings /> },
  language: { title: 'settings.language', draw: () => <LanguagePage /> },
  devices: { title: 'settings.devices', draw: () => <Devices /> },
  storage: { title: 'settings.storage', draw: () => <Storage /> },
  keys: { title: 'settings.keys', draw: () => <Shortcuts /> },
};

export function Settings({ part }: { part: string }) {
  const found = pages[part];
  if (!found) return <Overview />;
  return (
    <>
      <header class="bar">
        <Back />
        <h1 class="grow">{t(found.title)}</h1>
      </header>
      <div class="scroll settings" key={part} tabIndex={part === 'keys' ? 0 : undefined}>
        {found.draw()}
      </div>
    </>
  );
}

function Overview() {
  const me = kith.account.me.value;
  return (
    <>
      <header class="bar">
        <h1 class="grow">{t('settings.title')}</h1>
      </header>
      <div class="scroll settings">
        <button type="button" class="row me" onClick={() => go({ page: 'settings/profile' })}>
          <Avatar of={me.address} name={me.name} photo={me.photo} />
          <span class="grow">
            <bdi class="title cut">{me.name}</bdi>
            <bdi class="under cut">{me.about || me.phone || me.address}</bdi>
          </span>
        </button>
        {kith.abilities.has('privacy') && <Page icon={Lock} to="privacy" label={t('settings.privacy')} under={t('settings.privacyText')} />}
        <Page icon={Bell} to="notifications" label={t('settings.notifications')} under={t('settings.notificationsText')} />
        <Page icon={MessageSquare} to="chats" label={t('settings.chats')} under={t('settings.chatsText')} />
        <Page icon={Palette} to="appearance" label={t('settings.appearance')} under={t('settings.appearanceText')} />
        <Page icon={Languages} to="language" label={t('settings.language')} />
        {kith.abilities.has('linking') && <Page icon={Laptop} to="devices" label={t('settings.devices')} />}
        <Page icon={Database} to="storage" label={t('settings.storage')} under={t('settings.storageText')} />
        <Page icon={Keyboard} to="keys" label={t('settings.keys')} />
        <div class="gap" />
        {kith.abilities.has('export') && <Export />}
        <Do icon={LogOut} label={t('settings.logOut')} danger run={logOut} />
        {kith.abilities.has('delete-account') && <Do icon={Trash2} label={t('settings.deleteAccount')} danger run={deleteAccount} />}
      </div>
    </>
  );
}

function Page({ icon, to, label, under }: { icon: IconNode; to: string; label: string; under?: string }) {
  return (
    <button type="button" class="row" onClick={() => go({ page: `settings/${to}` })}>
      <Icon of={icon} />
      <span class="grow">
        <span>{label}</span>
        {under && <span class="under">{under}</span>}
      </span>
    </button>
  );
}

function Do({ icon, label, run: act, danger = false, under }: { icon: IconNode; label: string; run: () => void; danger?: boolean; under?: string }) {
  return (
    <button type="button" class={`row ${danger ? 'danger' : ''}`} onClick={act}>
      <Icon of={icon} />
      <span class="grow">
        <span>{label}</span>
        {under && <span class="under">{under}</span>}
      </span>
    </button>
  );
}

async function logOut(): Promise<void> {
  const waiting = kith.account.waiting.value;
  const text = waiting ? t('settings.logOutWaiting', { n: waiting }) : t('settings.logOutText');
  if (await confirm(t('settings.logOutAsk'), text, t('settings.logOut'), true)) run(kith.account.logOut());
}

async function deleteAccount(): Promise<void> {
  if (await confirm(t('settings.deleteAsk'), t('settings.deleteText'), t('settings.deleteAccount'), true)) run(kith.account.deleteAccount());
}

/** All of one's data on this device, as a file. */
function Export() {
  const [share, setShare] = useState<number | null>(null);
  const make = async () => {
    setShare(0);
    try {
      const blob = await kith.account.exportData(setShare);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `kith-${new Date().toISOString().slice(0, 10)}.${blob.type.includes('zip') ? 'zip' : 'json'}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      sayFailure(error);
    }
    setShare(null);
  };
  return (
    <Do
      icon={Download}
      label={t('settings.export')}
      under={share === null ? t('settings.exportText') : t('settings.exporting', { percent: Math.round(share * 100) })}
      run={() => share === null && void make()}
    />
  );
}
