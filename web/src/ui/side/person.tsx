import { Ban, Check, Flag, MessageCircle, Pencil, QrCode, UserMinus, UserPlus } from 'lucide';
import { useState } from 'preact/hooks';
import type { Address } from '../../chat';
import { askBlock } from '../chats/row';
import { openChat } from '../chats/found';
import { t } from '../i18n';
import { lastSeen } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm, Dialog, show } from '../parts/dialog';
import { Field, Options } from '../parts/field';
import { Qr } from '../parts/qr';
import { run, say } from '../parts/toast';
import { openPhoto } from '../talk/viewing';
import { AboutChat, Line } from './about';

/** About a person: who they say they are, what one shares with them, and the way to be rid of them. */
export function PersonInfo({ address, inChat }: { address: Address; inChat: Address }) {
  const person = kith.people.person(address).value;
  const about = kith.people.about(address).value;
  const presence = kith.people.presence(address).value;
  const blocked = kith.people.blocked.value.includes(address);
  const known = kith.people.contacts.value.some((contact) => contact.address === address);
  const me = kith.account.me.value.address === address;
  const chat = kith.chats.chat(address).value;
  return (
    <>
      <div class="hero">
        <button type="button" class="round-photo" disabled={!person.photo} aria-label={t('person.photo', { name: person.name })} onClick={() => person.photo && openPhoto(person.photo)}>
          <Avatar of={address} name={person.name} photo={person.photo} size="l" kind={me ? 'self' : 'person'} />
        </button>
        <h2 class="big">
          <bdi>{me ? t('chat.self') : person.name}</bdi>
        </h2>
        <bdi class="quiet" dir="ltr">
          {person.phone ?? address}
        </bdi>
        {!me && <span class="quiet">{presence.online ? t('presence.online') : presence.lastSeen ? lastSeen(presence.lastSeen) : ''}</span>}
      </div>
      {about && (
        <section class="block padded">
          <h3 class="quiet">{t('profile.about')}</h3>
          <bdi class="words">{about}</bdi>
        </section>
      )}
      {chat && address === inChat && <AboutChat chat={chat} mayChange />}
      <section class="block">
        {address !== inChat && <Line icon={MessageCircle} label={t('person.write', { name: person.name })} onClick={() => void openChat(address)} />}
        <Line icon={QrCode} label={t('person.qr')} onClick={() => showQr(address, person.name)} />
        {!me && (
          <Line
            icon={known ? Pencil : UserPlus}
            label={t(known ? 'person.rename' : 'person.add')}
            onClick={() => void show((close) => <NameForm address={address} name={known || person.name !== person.phone ? person.name : ''} known={known} close={close} />)}
          />
        )}
        {!me && known && (
          <Line
            icon={UserMinus}
            label={t('person.remove')}
            onClick={async () => {
              if (await confirm(t('person.removeAsk', { name: person.name }), t('person.removeText'), t('person.remove'), true)) run(kith.people.removeContact(address));
            }}
          />
        )}
      </section>
      {!me && (
        <section class="block">
          <Line
            icon={blocked ? Check : Ban}
            label={t(blocked ? 'person.unblock' : 'person.block')}
            danger={!blocked}
            onClick={() => (blocked ? run(kith.people.unblock(address)) : void askBlock(address, person.name))}
          />
          {kith.abilities.has('report') && <Line icon={Flag} label={t('person.report')} danger onClick={() => void show((close) => <ReportForm address={address} name={person.name} close={close} />)} />}
        </section>
      )}
    </>
  );
}

export function showQr(address: Address, name: string): void {
  show((close) => (
    <Dialog title={name} close={close}>
      <Qr text={`xmpp:${encodeURI(address)}`} label={t('person.qrOf', { name })} />
      <p class="quiet center">
        <bdi dir="ltr">{address}</bdi>
      </p>
    </Dialog>
  ));
}

export function NameForm({ address, name: before, known = false, close }: { address: Address; name: string; known?: boolean; close: () => void }) {
  const [name, setName] = useState(before);
  const save = (event: Event) => {
    event.preventDefault();
    run(kith.people.addContact(address, name.trim()));
    close();
  };
  return (
    <Dialog
      title={t(known ? 'person.rename' : 'person.add')}
      close={close}
      foot={
        <button type="submit" form="name-form" class="button main" disabled={!name.trim()}>
          {t('do.save')}
        </button>
      }
    >
      <form id="name-form" onSubmit={save}>
        <Field label={t('person.name')} hint={t('person.nameHint')} value={name} onInput={setName} maxLength={80} />
      </form>
    </Dialog>
  );
}

function ReportForm({ address, name, close }: { address: Address; name: string; close: () => void }) {
  const [reason, setReason] = useState<'spam' | 'abuse'>('spam');
  const [text, setText] = useState('');
  return (
    <Dialog
      title={t('report.title', { name })}
      close={close}
      foot={
        <button
          type="button"
          class="button danger"
          onClick={() => {
            run(kith.people.block(address, { reason, ...(text.trim() && { text: text.trim() }) }), () => say(t('report.done')));
            close();
          }}
        >
          {t('report.send')}
        </button>
      }
    >
      <p>{t('report.text')}</p>
      <Options
        label={t('report.why')}
        value={reason}
        options={[
          { value: 'spam', label: t('report.spam') },
          { value: 'abuse', label: t('report.abuse') },
        ]}
        onChange={setReason}
      />
      <Field label={t('report.words')} value={text} onInput={setText} lines maxLength={1000} />
    </Dialog>
  );
}

