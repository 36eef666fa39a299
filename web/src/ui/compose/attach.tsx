import { BarChart3, Camera, FileText, Images, MapPin, User } from 'lucide';
import type { Chat } from '../../chat';
import { sentence } from '../failure';
import { t } from '../i18n';
import { kith } from '../kith';
import { show } from '../parts/dialog';
import { later } from '../parts/later';
import type { Entry } from '../parts/menu';
import { say } from '../parts/toast';
import { composing } from './state';

const Sending = later(async () => (await import('./sending')).Sending);
const PollForm = later(async () => (await import('./poll')).PollForm);
const PlaceForm = later(async () => (await import('./location')).PlaceForm);
const ContactForm = later(async () => (await import('./contacts')).ContactForm);
const CameraForm = later(async () => (await import('./camera')).CameraForm);

const MOST_FILES = 30;

/** Shows what is about to be sent; nothing leaves before the person says so. */
export function takeFiles(chat: Chat, files: readonly File[]): void {
  if (!kith.abilities.has('files')) return;
  const limitBytes = kith.files.mostBytes();
  if (files.some((file) => file.size > limitBytes)) say(sentence({ code: 'too-large', limitBytes }));
  if (files.length > MOST_FILES) say(t('attach.most', { n: MOST_FILES }));
  const real = files.filter((file) => file.size > 0 && file.size <= limitBytes).slice(0, MOST_FILES);
  if (!real.length) return;
  // Where one writes is where one comes back to.
  if (matchMedia('(hover: hover)').matches) composing(chat.id).focus.value++;
  show((close) => <Sending chat={chat} files={real} close={close} />);
}

/** The browser's own way to choose files. */
function chooseFiles(chat: Chat, accept: string): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = accept;
  input.addEventListener('change', () => takeFiles(chat, [...(input.files ?? [])]));
  input.click();
}

export function attachEntries(chat: Chat): Entry[] {
  const { abilities } = kith;
  return [
    abilities.has('files') && { label: t('attach.media'), icon: Images, run: () => chooseFiles(chat, 'image/*,video/*') },
    abilities.has('files') && { label: t('attach.file'), icon: FileText, run: () => chooseFiles(chat, '') },
    abilities.has('files') && 'mediaDevices' in navigator && {
      label: t('attach.camera'),
      icon: Camera,
      run: () => {
        show((close) => <CameraForm close={close} onShot={(file) => takeFiles(chat, [file])} />);
      },
    },
    abilities.has('contacts') && { label: t('attach.contact'), icon: User, run: () => void show((close) => <ContactForm chat={chat.id} close={close} />) },
    abilities.has('polls') && { label: t('attach.poll'), icon: BarChart3, run: () => void show((close) => <PollForm chat={chat.id} close={close} />) },
    abilities.has('location') && 'geolocation' in navigator && {
      label: t('attach.location'),
      icon: MapPin,
      run: () => void show((close) => <PlaceForm chat={chat.id} close={close} />),
    },
  ];
}

