import type { Session } from '../../chat';
import { chosenLanguage, choose, type Language, languages, language, t } from '../i18n';
import { Logo } from '../parts/logo';
import { Code } from './code';
import { Linking } from './linking';
import { ProfileStep } from './profile';
import { Start } from './start';
import '../styles/welcome.css';

/** Signing up and in, one step at a time. */
export function Welcome({ session }: { session: Exclude<Session, { step: 'ready' | 'opening' }> }) {
  return (
    <div class="welcome scroll">
      <main class="sheet">
        <p class="brand">
          <Logo size={52} /> <span>Kith</span>
        </p>
        <Step session={session} />
      </main>
      <footer>
        <Languages />
      </footer>
    </div>
  );
}

function Step({ session }: Parameters<typeof Welcome>[0]) {
  switch (session.step) {
    case 'welcome':
      return <Start failure={session.failure} />;
    case 'code':
      return <Code session={session} key={session.phone} />;
    case 'linking':
      return <Linking session={session} />;
    case 'profile':
      return <ProfileStep me={session.me} />;
    case 'unsupported':
      return (
        <>
          <h1>{t('unsupported.title')}</h1>
          <p>{t('unsupported.text')}</p>
          <p class="quiet">
            <bdi>{session.missing.join(', ')}</bdi>
          </p>
        </>
      );
  }
}

function Languages() {
  return (
    <label class="languages">
      <span class="unseen">{t('settings.language')}</span>
      <select value={chosenLanguage() ?? language.value} onChange={(event) => void choose(event.currentTarget.value as Language)}>
        {Object.entries(languages).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
