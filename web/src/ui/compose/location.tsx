import { MapPin } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { Address } from '../../chat';
import { t } from '../i18n';
import { number } from '../i18n/when';
import { kith } from '../kith';
import { Dialog } from '../parts/dialog';
import { Field, Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { run } from '../parts/toast';

/** Sends where one is: coordinates and one's own words for the place. Nobody else is asked for a map. */
export function PlaceForm({ chat, close }: { chat: Address; close: () => void }) {
  const [here, setHere] = useState<GeolocationCoordinates | null>(null);
  const [wrong, setWrong] = useState('');
  const [label, setLabel] = useState('');

  const look = () => {
    setWrong('');
    navigator.geolocation.getCurrentPosition(
      (position) => setHere(position.coords),
      (error) => setWrong(t(error.code === error.PERMISSION_DENIED ? 'location.denied' : 'location.unknown')),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    );
  };
  useEffect(look, []);

  const send = () => {
    if (!here) return;
    const { latitude, longitude, accuracy } = here;
    run(kith.messages.send(chat, { location: { latitude, longitude, accuracyMetres: Math.round(accuracy), ...(label.trim() && { label: label.trim() }) } }));
    close();
  };

  return (
    <Dialog
      title={t('attach.location')}
      close={close}
      foot={
        wrong ? (
          <button type="button" class="button main" onClick={look}>
            {t('do.tryAgain')}
          </button>
        ) : (
          <button type="button" class="button main" disabled={!here} onClick={send}>
            {t('do.send')}
          </button>
        )
      }
    >
      <div class="card location wide">
        <span class="ground" aria-hidden="true">
          <Icon of={MapPin} />
        </span>
      </div>
      <p role="status">
        {here ? (
          <>
            <span dir="ltr">
              {here.latitude.toFixed(5)}, {here.longitude.toFixed(5)}
            </span>{' '}
            <span class="quiet">± {number(Math.round(here.accuracy))} m</span>
          </>
        ) : (
          !wrong && t('location.looking')
        )}
      </p>
      <Wrong text={wrong} />
      <Field label={t('location.label')} value={label} onInput={setLabel} maxLength={120} />
    </Dialog>
  );
}
