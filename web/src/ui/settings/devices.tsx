import { Laptop, QrCode, Smartphone } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { LinkedDevice } from '../../chat';
import { t } from '../i18n';
import { dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { confirm, Dialog, show } from '../parts/dialog';
import { Field, Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { later } from '../parts/later';
import { run, say } from '../parts/toast';
import { said } from '../welcome/start';

const QrReader = later(async () => (await import('./reader')).QrReader);

/** The devices that use this account, and the way to add one by its QR code. */
export function Devices() {
  const [devices, setDevices] = useState<readonly LinkedDevice[] | null>(null);
  const [wrong, setWrong] = useState('');
  const load = () => {
    kith.account.devices().then(setDevices, (error) => setWrong(said(error)));
  };
  useEffect(load, []);
  const remove = async (device: LinkedDevice) => {
    if (await confirm(t('devices.removeAsk', { name: device.name }), t('devices.removeText'), t('devices.remove'), true)) run(kith.account.unlink(device.id).then(load));
  };
  const others = devices?.filter((device) => !device.current) ?? [];
  return (
    <>
      <p class="note">{t('devices.text')}</p>
      <div class="padded-form">
        <button type="button" class="button main" onClick={() => show((close) => <LinkForm close={close} />, load)}>
          <Icon of={QrCode} /> {t('devices.link')}
        </button>
      </div>
      <div class="note">
        <Wrong text={wrong} />
      </div>
      {devices && !others.length && <p class="note">{t('devices.none')}</p>}
      {devices?.map((device) => (
        <div class="row" key={device.id}>
          <Icon of={/android|iphone|phone|mobile/i.test(device.name) ? Smartphone : Laptop} />
          <span class="grow">
            <bdi class="cut">{device.name}</bdi>
            <span class="under">{device.current ? t('devices.this') : t('devices.since', { when: dateAndTime(device.linked) })}</span>
          </span>
          {!device.current && (
            <button type="button" class="button plain" aria-label={t('devices.removeName', { name: device.name })} onClick={() => void remove(device)}>
              {t('devices.remove')}
            </button>
          )}
        </div>
      ))}
      {others.length > 1 && (
        <button
          type="button"
          class="row danger"
          onClick={async () => {
            if (await confirm(t('devices.removeAllAsk'), t('devices.removeText'), t('devices.removeAll'), true)) run(kith.account.unlink().then(load));
          }}
        >
          <span class="grow">{t('devices.removeAll')}</span>
        </button>
      )}
    </>
  );
}

/** Reads or takes in the other device's code, shows who asks, and only then approves. */
function LinkForm({ close }: { close: () => void }) {
  const [code, setCode] = useState('');
  const [wrong, setWrong] = useState('');
  const [asks, setAsks] = useState<{ name: string; from: string } | null>(null);
  const [camera, setCamera] = useState('mediaDevices' in navigator);

  const look = async (text: string) => {
    setWrong('');
    setCode(text);
    setCamera(false);
    try {
      setAsks(await kith.account.lookAtLink(text.trim()));
    } catch (error) {
      setWrong(said(error));
    }
  };
  const approve = async () => {
    try {
      await kith.account.approveLink(code.trim());
      say(t('devices.linked', { name: asks?.name ?? '' }));
      close();
    } catch (error) {
      setAsks(null);
      setWrong(said(error));
    }
  };

  if (asks) {
    return (
      <Dialog
        title={t('devices.ask')}
        close={close}
        foot={
          <>
            <button type="button" class="button" data-first onClick={close}>
              {t('devices.refuse')}
            </button>
            <button type="button" class="button main" onClick={() => void approve()}>
              {t('devices.approve')}
            </button>
          </>
        }
      >
        <div class="asks">
          <Icon of={Laptop} />
          <bdi class="title">{asks.name.slice(0, 200)}</bdi>
          <span class="quiet">
            {t('devices.from')} <bdi dir="ltr">{asks.from.slice(0, 60)}</bdi>
          </span>
        </div>
        <p>{t('devices.askText')}</p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t('devices.link')}
      close={close}
      foot={
        <button type="submit" form="link-form" class="button main" disabled={!code.trim()}>
          {t('do.next')}
        </button>
      }
    >
      <p class="quiet">{t('devices.linkText')}</p>
      {camera && <QrReader onRead={(text) => text.startsWith('kith-link:') && void look(text)} onFail={(why) => (setWrong(why), setCamera(false))} />}
      <form
        id="link-form"
        onSubmit={(event) => {
          event.preventDefault();
          void look(code);
        }}
      >
        <Field label={t('devices.code')} value={code} onInput={setCode} wrong={wrong} input={{ dir: 'ltr', placeholder: 'abcd-efgh-jkmn-pqrs', spellcheck: false, autocapitalize: 'none' }} />
      </form>
    </Dialog>
  );
}
