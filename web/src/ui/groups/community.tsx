import { LogOut, Megaphone, Plus, Trash2, Users } from 'lucide';
import { useState } from 'preact/hooks';
import type { Address, Chat, Group } from '../../chat';
import { Back } from '../chats/list';
import { t } from '../i18n';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm, Dialog, show } from '../parts/dialog';
import { Field, SearchBox } from '../parts/field';
import { Icon } from '../parts/icon';
import { openMenu } from '../parts/menu';
import { run, say } from '../parts/toast';
import { go } from '../place';
import { Line } from '../side/about';
import { LONGEST_NAME, PhotoOf } from './naming';

/** Groups that one may put into a community: one administers them, and they are in none. */
function mine(): readonly Chat[] {
  return kith.chats.list.value.filter((chat) => chat.kind === 'group' && chat.member && !chat.announces && chat.admin && kith.groups.group(chat.id).value?.community === undefined);
}

/** Names a community and chooses its groups. */
export function NewCommunity() {
  const [name, setName] = useState('');
  const [photo, setPhoto] = useState<Blob | null>(null);
  const [groups, setGroups] = useState<readonly Address[]>([]);
  const [busy, setBusy] = useState(false);
  const create = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    run(
      kith.groups
        .createCommunity(name.trim(), groups, photo ?? undefined)
        .then((address) => go({ page: 'chats', chat: address }))
        .finally(() => setBusy(false)),
    );
  };
  return (
    <>
      <header class="bar">
        <Back />
        <h1 class="grow">{t('community.new')}</h1>
      </header>
      <form class="scroll group-name" onSubmit={create}>
        <p class="note">{t('community.newText')}</p>
        <PhotoOf name={name} kind="broadcast" onChoose={setPhoto} />
        <Field label={t('community.name')} value={name} onInput={setName} maxLength={LONGEST_NAME} />
        <div class="choices">
          <h2 class="heading">{t('community.choose')}</h2>
          <GroupPicker groups={mine()} chosen={groups} onChange={setGroups} />
        </div>
        <div class="foot stays">
          <span class="quiet grow" role="status">
            {t('community.groups', { n: groups.length })}
          </span>
          <button type="submit" class="button main" disabled={!name.trim() || busy}>
            {busy ? <span class="turning" /> : t('community.create')}
          </button>
        </div>
      </form>
    </>
  );
}

const MANY = 8;

function GroupPicker({ groups, chosen, onChange }: { groups: readonly Chat[]; chosen: readonly Address[]; onChange: (chosen: readonly Address[]) => void }) {
  const [query, setQuery] = useState('');
  if (!groups.length) return <p class="note">{t('community.noGroups')}</p>;
  const wanted = query.trim().toLocaleLowerCase();
  const toggle = (address: Address) => onChange(chosen.includes(address) ? chosen.filter((each) => each !== address) : [...chosen, address]);
  return (
    <>
      {groups.length > MANY && (
        <div class="finder">
          <SearchBox value={query} label={t('search.chats')} onInput={setQuery} />
        </div>
      )}
      {groups
        .filter((group) => group.name.toLocaleLowerCase().includes(wanted))
        .map((group) => (
          <button key={group.id} type="button" class="row" role="checkbox" aria-checked={chosen.includes(group.id)} onClick={() => toggle(group.id)}>
            <Avatar of={group.id} name={group.name} photo={group.photo} kind="group" />
            <bdi class="grow title cut">{group.name}</bdi>
            <span class="check" aria-hidden="true" data-on={chosen.includes(group.id)} />
          </button>
        ))}
    </>
  );
}

/** The groups of a community, in what is said about its channel. */
export function CommunityGroups({ channel, admin }: { channel: Group; admin: boolean }) {
  const add = () =>
    show((close) => <AddGroups channel={channel.address} close={close} />);
  return (
    <section class="block">
      <h3 class="heading">{t('community.groups', { n: channel.groups.length })}</h3>
      {admin && <Line icon={Plus} label={t('community.add')} onClick={() => void add()} />}
      <ul>
        {channel.groups.map((group) => (
          <Inside key={group.address} channel={channel} group={group} admin={admin} />
        ))}
      </ul>
    </section>
  );
}

function Inside({ channel, group, admin }: { channel: Group; group: { address: Address; name: string }; admin: boolean }) {
  const chat = kith.chats.chat(group.address).value;
  const name = chat?.name ?? group.name;
  const isIn = chat?.member === true;
  const asked = !isIn && kith.groups.asked.value.includes(group.address);
  const open = () => (isIn ? go({ page: 'chats', chat: group.address }) : void join(channel.address, group.address, name));
  const entries = () => [
    { label: t(isIn ? 'do.open' : 'invite.joinIt'), run: open },
    { label: t('community.takeOut'), danger: true, run: () => void takeOut(channel.address, group.address, name) },
  ];
  return (
    <li>
      <button
        type="button"
        class="row"
        disabled={asked && !admin}
        aria-haspopup={admin ? 'menu' : undefined}
        onClick={(event) => (admin ? openMenu(event.currentTarget, t('community.menu', { name }), entries()) : open())}
      >
        <Avatar of={group.address} name={name} photo={chat?.photo} kind="group" size="s" />
        <span class="grow">
          <bdi class="cut">{name}</bdi>
          {!isIn && <span class="under">{t(asked ? 'community.asked' : 'community.notIn')}</span>}
        </span>
        {!isIn && !asked && !admin && <span class="role">{t('invite.joinIt')}</span>}
      </button>
    </li>
  );
}

/** Goes into a group of the community, or asks to; which of them, the group says. */
async function join(channel: Address, group: Address, name: string): Promise<void> {
  if (!(await confirm(t('invite.join', { name }), t('community.joinText'), t('invite.joinIt')))) return;
  run(
    kith.groups.joinFrom(channel, group, name).then((pending) => {
      if (pending) say(t('request.asked', { name }));
      else go({ page: 'chats', chat: group });
    }),
  );
}

async function takeOut(channel: Address, group: Address, name: string): Promise<void> {
  if (await confirm(t('community.takeOutAsk', { name }), t('community.takeOutText'), t('community.takeOut'), true)) run(kith.groups.exclude(channel, group));
}

function AddGroups({ channel, close }: { channel: Address; close: () => void }) {
  const [chosen, setChosen] = useState<readonly Address[]>([]);
  const add = () => {
    run((async () => {
      for (const group of chosen) await kith.groups.include(channel, group);
    })());
    close();
  };
  return (
    <Dialog
      title={t('community.add')}
      close={close}
      flush
      class="tall"
      foot={
        <button type="button" class="button main" disabled={!chosen.length} onClick={add}>
          {t('community.addThem', { n: chosen.length })}
        </button>
      }
    >
      <GroupPicker groups={mine()} chosen={chosen} onChange={setChosen} />
    </Dialog>
  );
}

/** In what is said about a group: the community that it is in. */
export function Belongs({ group, admin }: { group: Group; admin: boolean }) {
  const { community } = group;
  const channel = community === undefined ? undefined : kith.chats.chat(community).value;
  if (community === undefined || !channel) return null;
  return (
    <section class="block">
      <Line icon={Megaphone} label={t('community.of', { name: channel.name })} onClick={() => go({ page: 'chats', chat: community })} />
      {admin && <Line icon={LogOut} label={t('community.takeOut')} danger onClick={() => void takeOut(community, group.address, group.name)} />}
    </section>
  );
}

/** What stands where other groups list their members: in a channel nobody sees the others. */
export function Unlisted() {
  return (
    <p class="note">
      <Icon of={Users} /> {t('community.hidden')}
    </p>
  );
}

export function EndCommunity({ group }: { group: Group }) {
  if (group.me !== 'owner') return null;
  const end = async () => {
    if (await confirm(t('community.endAsk', { name: group.name }), t('community.endText'), t('community.end'), true)) run(kith.groups.destroy(group.address));
  };
  return (
    <section class="block">
      <Line icon={Trash2} label={t('community.end')} danger onClick={() => void end()} />
    </section>
  );
}
