import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../../chat';
import { sentence } from '../failure';
import { rich, t } from '../i18n';
import { clock } from '../i18n/when';
import { kith } from '../kith';
import { Field } from '../parts/field';
import { said } from './start';

const DIGITS = 6;

/** The code that came by text message. It is tried by itself once it has six digits; the browser may fill it in. */
export function Code({ session }: { session: Extract<Session, { step: 'code' }> }) {
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState('');
  const [now, setNow] = useState(Date.now());
  const input = useRef<HTMLInputElement>(null);
  const waits = Math.max(0, Math.ceil((session.resendAt - now) / 1000));

  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [waits > 0]);

  const submit = async (digits: string) => {
    setWrong('');
    try {
      await kith.account.submitCode(digits);
    } catch (error) {
      setWrong(said(error));
      setCode('');
      input.current?.focus();
    }
  };
  const change = (value: string) => {
    const digits = value.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (d) => String(d.charCodeAt(0) & 0xf)).replace(/\D/g, '').slice(0, DIGITS);
    setCode(digits);
    if (digits.length === DIGITS) void submit(digits);
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code) void submit(code);
      }}
    >
      <h1>{t('code.title')}</h1>
      {session.hint !== 'server-log' ? (
        <p class="quiet">{rich('code.text', { phone: <bdi dir="ltr">{session.phone}</bdi> })}</p>
      ) : (
        <p class="hint-box">
          {rich('code.log', { sender: <code>sms.sender = log</code>, phone: <bdi dir="ltr">{session.phone}</bdi> })}
        </p>
      )}
      <Field
        label={t('code.label')}
        value={code}
        onInput={change}
        wrong={wrong || (session.failure && sentence(session.failure))}
        maxLength={12}
        inputRef={input}
        input={{ inputMode: 'numeric', autoComplete: 'one-time-code', dir: 'ltr', class: 'input code', name: 'code' }}
      />
      <div class="ways">
        <button type="button" class="button wide" disabled={waits > 0} onClick={() => kith.account.requestCode(session.phone).catch((error) => setWrong(said(error)))}>
          {waits ? t('code.wait', { time: clock(waits) }) : t('code.again')}
        </button>
        <button type="button" class="button plain wide" onClick={() => kith.account.cancelSignIn()}>
          {t('code.otherNumber')}
        </button>
      </div>
    </form>
  );
}
