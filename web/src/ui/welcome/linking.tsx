import type { Session } from '../../chat';
import { sentence } from '../failure';
import { t } from '../i18n';
import { kith } from '../kith';
import { Wrong } from '../parts/field';
import { Qr } from '../parts/qr';
import { copy } from '../talk/actions';

/** Shows a code for a device that is signed in already. */
export function Linking({ session }: { session: Extract<Session, { step: 'linking' }> }) {
  return (
    <>
      <h1>{t('linking.title')}</h1>
      <Qr text={session.uri} label={t('linking.qr')} />
      <ol class="steps">
        <li>{t('linking.step1')}</li>
        <li>{t('linking.step2')}</li>
        <li>{t('linking.step3')}</li>
      </ol>
      <p class="quiet">{t('linking.orCode')}</p>
      <button type="button" class="link-code" dir="ltr" title={t('linking.copy')} onClick={() => copy(session.code)}>
        {session.code}
      </button>
      <Wrong text={session.failure && sentence(session.failure)} />
      <button type="button" class="button plain wide" onClick={() => kith.account.cancelSignIn()}>
        {t('do.back')}
      </button>
    </>
  );
}
