import { Pencil, Trash2, Users } from 'lucide';
import { useState } from 'preact/hooks';
import type { Address, BroadcastList } from '../../chat';
import { Back } from '../chats/list';
import { t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm, show } from '../parts/dialog';
import { Field } from '../parts/field';
import { Icon } from '../parts/icon';
import { run } from '../parts/toast';
import { go } from '../place';
import { AboutChat, Line } from '../side/about';
import { LONGEST_NAME, RenameDialog } from './naming';
import { ChoosePeople, PeoplePicker } from './new';

/** Names a broadcast list and chooses who is in it. */
export function NewList() {
  const [members, setMembers] = useState<readonly Address[]>([]);
  const [name, setName] = useState('');
  const create = (event: Event) => {
    event.preventDefault();
    run(kith.groups.createList(name.trim(), members).then((address) => go({ page: 'chats', chat: address })));
  };
  return (
    <>
      <header class="bar">
        <Back />
        <h1 class="grow">{t('list.new')}</h1>
      </header>
      <form class="list-name" onSubmit={create}>
        <p class="note">{t('list.text')}</p>
        <Field label={t('list.name')} hint={t('list.nameHint')} value={name} onInput={setName} maxLength={LONGEST_NAME} />
        <PeoplePicker people={kith.people.contacts.value} chosen={members} onChange={setMembers} />
        <div class="foot">
          <span class="quiet grow" role="status">
            {t('list.people', { n: members.length })}
          </span>
          <button type="submit" class="button main" disabled={!name.trim() || !members.length}>
            {t('list.create')}
          </button>
        </div>
      </form>
    </>
  );
}

/** About a broadcast list: its name, who is in it, and the way to be rid of it. */
export function ListInfo({ chat: address }: { chat: Address }) {
  const chat = kith.chats.chat(address).value;
  const list = kith.groups.list(address).value;
  if (!chat || !list) return null;
  const remove = async () => {
    if (!(await confirm(t('list.removeAsk', { name: list.name }), t('list.removeText'), t('list.remove'), true))) return;
    go({ chat: null });
    run(kith.groups.removeList(address));
  };
  return (
    <>
      <div class="hero">
        <Avatar of={address} name={list.name} kind="broadcast" size="l" />
        <h2 class="big">
          <bdi>{list.name}</bdi>
          <button type="button" class="round small" aria-label={t('list.rename')} onClick={() => void show((close) => <Rename list={list} close={close} />)}>
            <Icon of={Pencil} />
          </button>
        </h2>
        <span class="quiet">{t('list.people', { n: list.members.length })}</span>
      </div>
      <p class="note">{t('list.text')}</p>
      <AboutChat chat={chat} mayChange />
      <section class="block">
        <Line
          icon={Users}
          label={t('list.change')}
          onClick={() =>
            void show((close) => (
              <ChoosePeople
                title={t('list.change')}
                people={kith.people.contacts.value}
                start={list.members}
                label={() => t('do.save')}
                tall
                onDone={(members) => run(kith.groups.changeList(address, { members }))}
                close={close}
              />
            ))
          }
        />
        <ul>
          {list.members.map((member) => {
            const person = kith.people.person(member).value;
            return (
              <li key={member}>
                <button type="button" class="row" onClick={() => go({ side: { kind: 'person', address: member } })}>
                  <Avatar of={member} name={person.name} photo={person.photo} size="s" />
                  <bdi class="grow cut">{person.name}</bdi>
                </button>
              </li>
            );
          })}
        </ul>
      </section>
      <section class="block">
        <Line icon={Trash2} label={t('list.remove')} danger onClick={() => void remove()} />
      </section>
    </>
  );
}

function Rename({ list, close }: { list: BroadcastList; close: () => void }) {
  const save = (name: string) => run(kith.groups.changeList(list.address, { name }));
  return <RenameDialog title={t('list.rename')} label={t('list.name')} hint={t('list.nameHint')} name={list.name} save={save} close={close} />;
}
