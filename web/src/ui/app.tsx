import { useSignalEffect } from '@preact/signals';
import { render } from 'preact';
import type { Kith } from '../chat';
import { give, kith } from './kith';
import { listen } from './notices';
import { Dialogs } from './parts/dialog';
import { later } from './parts/later';
import { Menus } from './parts/menu';
import { Toasts } from './parts/toast';
import { Shell } from './shell';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/talk.css';
import './styles/compose.css';
import './styles/groups.css';

const Welcome = later(async () => (await import('./welcome/welcome')).Welcome);

function App() {
  const session = kith.account.session.value;
  useSignalEffect(dress);
  return (
    <>
      {session.step === 'ready' ? <Shell /> : session.step === 'opening' ? null : <Welcome session={session} />}
      <Dialogs />
      <Menus />
      <Toasts />
    </>
  );
}

/** Theme, size of the text and title follow the settings and the number of unread chats. */
function dress() {
  const { theme, textSize, wallpaper, badges } = kith.settings.values.value;
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  root.dataset['wallpaper'] = wallpaper || 'feathers';
  root.style.fontSize = `${(15 * Math.min(150, Math.max(80, textSize))) / 100}px`;
  const unread = kith.chats.unreadChats.value;
  document.title = unread ? `(${unread}) Kith` : 'Kith';
  badge(badges ? unread : 0);
}

/** The number on the app's sign, where it is installed. */
function badge(unread: number): void {
  if (!('setAppBadge' in navigator)) return;
  (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}

/** Draws the app; its language is loaded already. Everything else follows the signals. */
export function mount(it: Kith, element: HTMLElement): void {
  give(it);
  render(<App />, element);
  listen();
}
