import { Camera, Link, LogOut, Pencil, RefreshCw, Settings2, Share2, Trash2, UserPlus } from 'lucide';
import { useState } from 'preact/hooks';
import type { Address, Chat, Group, GroupPermissions, Member } from '../../chat';
import { openChat } from '../chats/found';
import { t } from '../i18n';
import { compare, dateAndTime } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { confirm, Dialog, show } from '../parts/dialog';
import { Field, SearchBox, Toggle } from '../parts/field';
import { Icon } from '../parts/icon';
import { type Entry, openMenu } from '../parts/menu';
import { choosePhoto } from '../parts/photo';
import { Qr } from '../parts/qr';
import { run, say } from '../parts/toast';
import { go } from '../place';
import { copy } from '../talk/actions';
import { openPhoto } from '../talk/viewing';
import { AboutChat, Line } from '../side/about';
import { Belongs, CommunityGroups, EndCommunity, Unlisted } from './community';
import { RenameDialog } from './naming';
import { ChoosePeople } from './new';
import { Requests } from './requests';
import { Text } from '../format/text';

/** About a group: what it is, who is in it, what they may do, and the way out. */
export function GroupInfo({ chat: address }: { chat: Address }) {
  const chat = kith.chats.chat(address).value;
  const group = kith.groups.group(address).value;
  if (!chat) return null;
  if (!group) return <div class="empty" aria-busy="true" />;
  const admin = group.me === 'owner' || group.me === 'admin';
  const mayChange = admin || (group.me === 'member' && group.permissions.change === 'all');
  const mayAdd = admin || (group.me === 'member' && group.permissions.add === 'all');
  return (
    <>
      <Hero group={group} mayChange={mayChange} />
      <Description group={group} mayChange={mayChange} />
      <Requests group={group} />
      {group.announces ? <CommunityGroups channel={group} admin={admin} /> : <Belongs group={group} admin={admin} />}
      <AboutChat chat={chat} mayChange={mayChange} />
      {!group.announces && (admin || mayAdd) && (
        <section class="block">
          {admin && kith.abilities.has('group-permissions') && (
            <Line icon={Settings2} label={t('group.permissions')} onClick={() => void show((close) => <Permissions group={address} close={close} />)} />
          )}
          {mayAdd && kith.abilities.has('invite-links') && (
            <Line icon={Link} label={t('invite.title')} onClick={() => void show((close) => <InviteLink group={address} close={close} />)} />
          )}
        </section>
      )}
      {group.announces && !admin ? <Unlisted /> : <Members group={group} admin={admin} mayAdd={mayAdd && !group.announces} />}
      <Leave chat={chat} group={group} />
      {group.announces && <EndCommunity group={group} />}
    </>
  );
}

function Hero({ group, mayChange }: { group: Group; mayChange: boolean }) {
  const { address } = group;
  const photo = (at: HTMLElement) =>
    openMenu(at, t('group.choosePhoto'), [
      group.photo !== undefined && { label: t('photo.show'), run: () => group.photo && openPhoto(group.photo) },
      { label: t('photo.choose'), run: () => choosePhoto((blob) => kith.groups.change(address, { photo: blob })) },
      group.photo !== undefined && { label: t('photo.remove'), danger: true, run: () => run(kith.groups.change(address, { photo: null })) },
    ]);
  return (
    <div class="hero">
      <button
        type="button"
        class="round-photo"
        disabled={!mayChange && !group.photo}
        aria-label={t('group.choosePhoto')}
        onClick={(event) => (mayChange ? photo(event.currentTarget) : group.photo && openPhoto(group.photo))}
      >
        <Avatar of={address} name={group.name} photo={group.photo} kind={group.announces ? 'broadcast' : 'group'} size="l" />
        {mayChange && (
          <span class="camera">
            <Icon of={Camera} />
          </span>
        )}
      </button>
      <h2 class="big">
        <bdi>{group.name}</bdi>
        {mayChange && (
          <button type="button" class="round small" aria-label={t('group.rename')} onClick={() => void show((close) => <Rename group={group} close={close} />)}>
            <Icon of={Pencil} />
          </button>
        )}
      </h2>
      <span class="quiet">{group.announces ? t('community.title') : t('group.members', { n: group.members.length })}</span>
      {group.created !== undefined && <span class="quiet">{t('group.created', { when: dateAndTime(group.created) })}</span>}
    </div>
  );
}

function Rename({ group, close }: { group: Group; close: () => void }) {
  const save = (name: string) => run(kith.groups.change(group.address, { name }));
  return <RenameDialog title={t('group.rename')} label={t('group.name')} name={group.name} save={save} close={close} />;
}

function Description({ group, mayChange }: { group: Group; mayChange: boolean }) {
  if (!group.description && !mayChange) return null;
  return (
    <section class="block padded">
      <h3 class="quiet">{t('group.description')}</h3>
      {group.description && (
        <div class="text words">
          <Text text={group.description} />
        </div>
      )}
      {mayChange && (
        <button type="button" class="button plain edit" onClick={() => void show((close) => <Describe group={group} close={close} />)}>
          {t(group.description ? 'message.edit' : 'group.describe')}
        </button>
      )}
    </section>
  );
}

function Describe({ group, close }: { group: Group; close: () => void }) {
  const [text, setText] = useState(group.description);
  return (
    <Dialog
      title={t('group.description')}
      close={close}
      foot={
        <button
          type="button"
          class="button main"
          onClick={() => {
            run(kith.groups.change(group.address, { description: text.trim() }));
            close();
          }}
        >
          {t('do.save')}
        </button>
      }
    >
      <Field label={t('group.description')} value={text} onInput={setText} lines maxLength={2000} />
    </Dialog>
  );
}

const order: Record<string, number> = { owner: 0, admin: 1, member: 2, none: 3 };
const FIRST_SHOWN = 50;

function Members({ group, admin, mayAdd }: { group: Group; admin: boolean; mayAdd: boolean }) {
  const [query, setQuery] = useState('');
  const [all, setAll] = useState(false);
  const me = kith.account.me.value.address;
  const wanted = query.trim().toLocaleLowerCase();
  const found = group.members
    .filter((member) => member.name.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => Number(b.address === me) - Number(a.address === me) || (order[a.role] ?? 3) - (order[b.role] ?? 3) || compare(a.name, b.name));
  const shown = all || wanted ? found : found.slice(0, FIRST_SHOWN);
  return (
    <section class="block">
      <h3 class="heading">{t('group.members', { n: group.members.length })}</h3>
      {group.members.length > 12 && (
        <div class="finder">
          <SearchBox value={query} label={t('people.search')} onInput={setQuery} />
        </div>
      )}
      {mayAdd && !wanted && <Line icon={UserPlus} label={t('group.add')} onClick={() => void show((close) => <AddMembers group={group} close={close} />)} />}
      <ul>
        {shown.map((member) => (
          <li key={member.address}>
            <button
              type="button"
              class="row"
              onClick={(event) => (member.address === me ? go({ page: 'settings/profile' }) : openMenu(event.currentTarget, member.name, memberEntries(group, member, admin)))}
              aria-haspopup={member.address === me ? undefined : 'menu'}
            >
              <Avatar of={member.address} name={member.name} photo={member.photo} size="s" />
              <bdi class="grow cut">{member.address === me ? t('you') : member.name}</bdi>
              {(member.role === 'owner' || member.role === 'admin') && <span class="role">{t(`role.${member.role}`)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {shown.length < found.length && (
        <button type="button" class="button plain wide" onClick={() => setAll(true)}>
          {t('group.showAll', { n: found.length })}
        </button>
      )}
    </section>
  );
}

function memberEntries(group: Group, member: Member, admin: boolean): Entry[] {
  const { address, name } = member;
  const rules = admin && (member.role !== 'owner' || group.me === 'owner');
  return [
    { label: t('person.write', { name }), run: () => void openChat(address) },
    { label: t('person.open', { name }), run: () => go({ side: { kind: 'person', address } }) },
    rules && member.role === 'member' && { label: t('group.promote'), run: () => run(kith.groups.setRole(group.address, address, 'admin')) },
    rules && member.role === 'admin' && { label: t('group.demote'), run: () => run(kith.groups.setRole(group.address, address, 'member')) },
    rules && {
      label: t('group.remove'),
      danger: true,
      run: async () => {
        if (await confirm(t('group.removeAsk', { name }), null, t('group.remove'), true)) run(kith.groups.removeMember(group.address, address));
      },
    },
  ];
}

function AddMembers({ group, close }: { group: Group; close: () => void }) {
  const inside = new Set(group.members.map((member) => member.address));
  return (
    <ChoosePeople
      title={t('group.add')}
      people={kith.people.contacts.value.filter((person) => !inside.has(person.address))}
      start={[]}
      label={(n) => t('group.addThem', { n })}
      tall
      onDone={(chosen) => run(kith.groups.add(group.address, chosen))}
      close={close}
    />
  );
}

function Permissions({ group: address, close }: { group: Address; close: () => void }) {
  const group = kith.groups.group(address).value;
  if (!group) return null;
  const now = group.permissions;
  const set = (change: Partial<GroupPermissions>) => run(kith.groups.change(address, { permissions: { ...now, ...change } }));
  const who = (on: boolean) => (on ? ('all' as const) : ('admins' as const));
  return (
    <Dialog title={t('group.permissions')} close={close} flush>
      <p class="note">{t('group.permissionsText')}</p>
      <Toggle label={t('group.mayWrite')} on={now.write === 'all'} onChange={(on) => set({ write: who(on) })} />
      <Toggle label={t('group.mayChange')} on={now.change === 'all'} onChange={(on) => set({ change: who(on) })} />
      <Toggle label={t('group.mayAdd')} on={now.add === 'all'} onChange={(on) => set({ add: who(on) })} />
      <Toggle label={t('group.approve')} under={t('group.approveText')} on={now.approve} onChange={(approve) => set({ approve })} />
      {group.community !== undefined && (
        <Toggle
          label={t('community.free')}
          under={t(now.approve ? 'community.freeNot' : 'community.freeText')}
          on={now.free && !now.approve}
          disabled={now.approve}
          onChange={(free) => set({ free })}
        />
      )}
    </Dialog>
  );
}

function InviteLink({ group: address, close }: { group: Address; close: () => void }) {
  const group = kith.groups.group(address).value;
  const link = group?.inviteLink;
  const reset = async () => {
    if (!link || (await confirm(t('invite.resetAsk'), t('invite.resetText'), t('invite.reset'), true))) run(kith.groups.resetLink(address));
  };
  const share = () => {
    if (!link) return;
    if ('share' in navigator) navigator.share({ url: link, title: group?.name ?? '' }).catch(() => {});
    else copy(link);
  };
  return (
    <Dialog
      title={t('invite.title')}
      close={close}
      foot={
        <>
          <button type="button" class={`button ${link ? 'plain' : 'main'}`} onClick={() => void reset()}>
            <Icon of={RefreshCw} /> {t(link ? 'invite.reset' : 'invite.make')}
          </button>
          {link && (
            <>
              <button type="button" class="button" onClick={share}>
                <Icon of={Share2} /> {t('invite.share')}
              </button>
              <button type="button" class="button main" onClick={() => copy(link)}>
                {t('message.copy')}
              </button>
            </>
          )}
        </>
      }
    >
      <p class="quiet">{t('invite.text')}</p>
      {link && (
        <>
          <Qr text={link} label={t('invite.qr', { name: group?.name ?? '' })} />
          <p class="center">
            <bdi dir="ltr">{link}</bdi>
          </p>
        </>
      )}
    </Dialog>
  );
}

function Leave({ chat, group }: { chat: Chat; group: Group }) {
  if (group.me === 'none') return null;
  const leave = async () => {
    if (await confirm(t('group.leaveAsk', { name: group.name }), t('group.leaveText'), t('group.leave'), true))
      run(kith.groups.leave(chat.id), () => say(t('group.leftIt', { name: group.name })));
  };
  const destroy = async () => {
    if (await confirm(t('group.destroyAsk', { name: group.name }), t('group.destroyText'), t('group.destroy'), true)) run(kith.groups.destroy(chat.id));
  };
  return (
    <section class="block">
      <Line icon={LogOut} label={t('group.leave')} danger onClick={() => void leave()} />
      {group.me === 'owner' && !group.announces && <Line icon={Trash2} label={t('group.destroy')} danger onClick={() => void destroy()} />}
    </section>
  );
}

