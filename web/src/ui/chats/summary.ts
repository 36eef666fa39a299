import { BarChart3, Camera, CircleSlash, FileText, type IconNode, MapPin, Mic, Music, Phone, User, Video } from 'lucide';
import type { Address, Chat, Content, GroupEvent, Last } from '../../chat';
import { plain } from '../format/styling';
import { t } from '../i18n';
import { clock, list } from '../i18n/when';
import { kith } from '../kith';

/** A person's name, “You” for oneself. */
export function nameOf(address: Address): string {
  return address === kith.account.me.value.address ? t('you') : kith.people.person(address).value.name;
}

const icons: Partial<Record<Content['kind'], IconNode>> = {
  image: Camera,
  video: Video,
  audio: Music,
  voice: Mic,
  file: FileText,
  location: MapPin,
  contact: User,
  poll: BarChart3,
  call: Phone,
  retracted: CircleSlash,
};

export const iconOf = (kind: Content['kind']): IconNode | undefined => icons[kind];

/** What a message is, in a few words: its text, else what kind of thing it is. */
export function gist(kind: Content['kind'], text: string, durationMillis?: number): string {
  if (kind === 'voice' && durationMillis !== undefined) return clock(durationMillis / 1000);
  if (kind === 'retracted') return t('message.retracted');
  if (text) return plain(text.slice(0, 300));
  return kind === 'text' || kind === 'event' ? '' : t(`kind.${kind}`);
}

/** The last message of a chat as one line. */
export function summary(chat: Chat): string {
  const last = chat.last;
  if (!last) return '';
  if (last.kind === 'event' && last.event) return eventText(last.event);
  return gist(last.kind, last.text, last.durationMillis);
}

/** Who wrote the last message, where that has to be said: in groups. */
export function authorOf(chat: Chat, last: Last): string | null {
  if (chat.kind !== 'group' || last.kind === 'event') return null;
  return last.mine ? t('you') : (last.fromName ?? nameOf(last.from));
}

/** What happened in a group, as a sentence. */
export function eventText(event: GroupEvent): string {
  const me = kith.account.me.value.address;
  const by = 'by' in event ? event.by : 'who' in event ? (event.who[0] ?? '') : '';
  const group = 'group' in event ? (kith.chats.chat(event.group).value?.name ?? t('event.aGroup')) : '';
  const values = {
    mine: by === me ? 'yes' : 'no',
    by: nameOf(by),
    name: 'name' in event ? event.name : group,
    who: 'who' in event ? list(event.who.slice(0, 20).map(nameOf)) : '',
    count: 'who' in event ? event.who.length : 0,
    seconds: 'seconds' in event ? duration(event.seconds) : '',
    off: 'seconds' in event && event.seconds === 0 ? 'yes' : 'no',
  };
  return t(`event.${event.type}`, values);
}

/** How long messages stay, as people say it. */
export function duration(seconds: number): string {
  const days = Math.round(seconds / 86_400);
  if (days >= 1) return t('duration.days', { n: days });
  return t('duration.hours', { n: Math.max(1, Math.round(seconds / 3600)) });
}
