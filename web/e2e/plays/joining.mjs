import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { bubble, choose, complaints, hears, openChat, person, write } from '../people.mjs';
import { Server, until } from '../stage.mjs';

async function three(browser, after, from) {
  const server = await Server.start();
  after(() => server.stop());
  const people = [];
  for (const [i, name] of ['Ada', 'Ben', 'Cem'].entries()) people.push(await person(browser, server, after, `${from}${i}`, name));
  return { server, people };
}

const noErrors = (people) => assert.deepEqual(people.flatMap((each) => each.device.errors), []);

export const plays = {
  async who_follows_an_invite_link_is_let_in_by_an_administrator_and_another_is_not(browser, after) {
    const { people: [ada, ben, cem] } = await three(browser, after, '170123461');
    const group = await ada.device.run((kith) => kith.groups.create('Orchard', []));
    await openChat(ada.page, 'Orchard');
    await ada.page.locator('.whom').click();
    await ada.page.getByRole('button', { name: 'What members may do' }).click();
    await ada.page.getByRole('switch', { name: /Admins approve new members/ }).click();
    await ada.device.until('the server approves', (kith, group) => kith.groups.group(group).value?.permissions.approve, group);
    await ada.page.getByRole('button', { name: 'Close' }).last().click();
    await ada.page.getByRole('button', { name: 'Invite by link' }).click();
    await ada.page.getByRole('button', { name: 'Make a link' }).click();
    const link = (await ada.page.locator('dialog bdi').innerText()).trim();
    assert.match(link, /#join\/.+\/.{8,}/);
    await ada.page.getByRole('button', { name: 'Close' }).last().click();

    for (const guest of [ben, cem]) {
      // As who follows the link does.
      await guest.page.evaluate((link) => { location.hash = new URL(link).hash; }, link);
      await guest.page.getByRole('dialog', { name: /^Join .*Orchard/ }).getByRole('button', { name: 'Join' }).click();
      await hears(guest.page, /The admins of .*Orchard.* have been asked/);
    }
    await ada.page.getByText('2 people want to join').first().waitFor();
    await ada.page.getByRole('button', { name: 'See who' }).click();
    assert.deepEqual(await complaints(ada.page), []);
    await ada.page.screenshot({ path: 'test-results/play-requests.png' });
    await ada.page.getByRole('button', { name: /^Let .*Ben/ }).click();
    await ada.page.getByRole('button', { name: /^Decline .*Cem/ }).click();
    await hears(cem.page, /The admins of .*Orchard.* have not let you in/);
    await openChat(ben.page, 'Orchard');
    await write(ben.page, 'Thank you');
    await bubble(ada.page, 'Thank you').waitFor();
    await until('nobody waits any more', async () => (await ada.page.getByText('want to join').count()) === 0);
    assert.equal(await cem.page.locator('[data-chat]', { hasText: 'Orchard' }).count(), 0);
    await ada.page.getByRole('button', { name: 'Delete the group' }).click();
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete the group' }).click();
    for (const each of [ada, ben]) await each.page.getByText('You are no longer in this group.').waitFor();
    noErrors([ada, ben, cem]);
  },

  async ticks_of_a_group_and_message_info_say_who_has_it_and_who_has_read_it(browser, after) {
    const { people: [ada, ben, cem] } = await three(browser, after, '170123462');
    const group = await ada.device.run((kith, members) => kith.groups.create('Choir', members), [ben.address, cem.address]);
    for (const each of [ben, cem]) await each.page.locator('[data-chat]', { hasText: 'Choir' }).waitFor();
    await ada.device.until('knows who is in it', (kith, group) => kith.groups.group(group).value?.members.length === 3, group);
    await cem.device.page.close();
    await openChat(ada.page, 'Choir');
    await write(ada.page, 'Rehearsal at eight');
    await bubble(ada.page, 'Rehearsal at eight').locator('[data-tick=sent]').waitFor();
    const receipts = () => ada.device.run(async (kith, group) => {
      const window = kith.chats.open(group, 'end');
      while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
      const { id } = window.view.value.messages.at(-1);
      window.close();
      const cell = kith.messages.receipts(id);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return Object.fromEntries(cell.value.map((each) => [each.who, each.read ? 'read' : each.delivered ? 'delivered' : 'waiting']));
    }, group);
    await until('ben has it, and nobody says so of cem', async () => isDeepStrictEqual(await receipts(), { [ben.address]: 'delivered', [cem.address]: 'waiting' }));
    assert.equal(await bubble(ada.page, 'Rehearsal at eight').locator('[data-tick=sent]').count(), 1, 'one has it, not all');

    await cem.device.open();
    await bubble(ada.page, 'Rehearsal at eight').locator('[data-tick=delivered]').waitFor();
    await openChat(ben.page, 'Choir');
    await bubble(ben.page, 'Rehearsal at eight').waitFor();
    await ben.page.bringToFront();
    await until('ben has read it', async () => (await receipts())[ben.address] === 'read');
    await choose(ada.page, 'Rehearsal at eight', 'Message info');
    const part = (title) => ada.page.locator('.side .block', { hasText: title });
    await part('Read by').getByText('Ben').waitFor();
    await ada.page.screenshot({ path: 'test-results/play-info.png' });
    await part('Delivered to').getByText('Cem').waitFor();
    assert.deepEqual(await complaints(ada.page), []);
    await ada.page.screenshot({ path: 'test-results/play-info.png' });
    noErrors([ada, ben]);
  },

  async a_community_tells_all_its_groups_and_only_admins_write_there(browser, after) {
    const { people: [ada, ben, cem] } = await three(browser, after, '170123463');
    const choir = await ada.device.run((kith, who) => kith.groups.create('Choir', [who]), ben.address);
    await ada.device.run((kith, who) => kith.groups.create('Football', [who]), cem.address);
    await ada.device.until('has both', (kith) => kith.chats.list.value.filter((chat) => chat.kind === 'group' && chat.admin).length === 2);
    await ada.page.getByRole('button', { name: 'New chat' }).first().click();
    await ada.page.getByRole('button', { name: 'New community' }).click();
    await ada.page.getByRole('textbox', { name: 'Name of the community' }).fill('Our village');
    await ada.page.getByRole('checkbox', { name: /Choir/ }).click();
    await ada.page.getByRole('checkbox', { name: /Football/ }).click();
    await ada.page.getByRole('button', { name: 'Make community' }).click();
    await ada.page.locator('.whom', { hasText: 'Our village' }).waitFor();
    await write(ada.page, 'Fire drill on Monday');
    for (const each of [ben, cem]) {
      await openChat(each.page, 'Our village');
      await bubble(each.page, 'Fire drill on Monday').waitFor();
      await each.page.getByText('Only admins write announcements.').waitFor();
      await each.page.locator('.whom').click();
      await each.page.locator('.side').getByText('2 groups').waitFor();
    }
    await ada.page.getByText(/This is where .*Our village.* begins/).waitFor();
    await until('it is there once, and hers', async () => JSON.stringify(await ada.device.run((kith) => {
      const { id } = kith.chats.list.value.find((chat) => chat.name === 'Our village');
      const window = kith.chats.open(id, 'end');
      return new Promise((resolve) => setTimeout(() => resolve(window.view.value.messages.filter((message) => message.content.kind === 'text').map((message) => message.mine)), 100));
    })) === '[true]');
    assert.deepEqual(await complaints(ben.page), []);
    await ben.page.screenshot({ path: 'test-results/play-community-ben.png' });
    await ada.page.locator('.whom').click();
    await ada.page.getByRole('button', { name: 'Choir', exact: true }).click();
    await ada.page.screenshot({ path: 'test-results/play-community-ada.png' });
    await ada.page.getByRole('menuitem', { name: 'Take out of the community' }).click();
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Take out of the community' }).click();
    await ben.device.until('hears no more of it', (kith) => kith.chats.list.value.find((chat) => chat.name === 'Our village')?.member === false);
    await ben.device.until('is in the choir still', (kith, choir) => kith.chats.chat(choir).value.member, choir);
    noErrors([ada, ben, cem]);
  },

  async a_message_to_a_list_reaches_each_by_itself_and_answers_come_back_there(browser, after) {
    const { people: [ada, ben, cem] } = await three(browser, after, '170123464');
    for (const each of [ben, cem]) await ada.device.run((kith, { who, name }) => kith.people.addContact(who, name), { who: each.address, name: each.device.name });
    await ada.page.getByRole('button', { name: 'New chat' }).first().click();
    await ada.page.getByRole('button', { name: 'New broadcast list' }).click();
    await ada.page.getByRole('textbox', { name: 'Name of the list' }).fill('Friends');
    for (const name of ['Ben', 'Cem']) await ada.page.getByRole('checkbox', { name: new RegExp(name) }).click();
    await ada.page.screenshot({ path: 'test-results/play-list-new.png' });
    await ada.page.getByRole('button', { name: 'Make list' }).click();
    await ada.page.locator('.whom', { hasText: 'Friends' }).waitFor();
    await write(ada.page, 'Party on Friday!');
    for (const each of [ben, cem]) {
      await openChat(each.page, 'Ada');
      await bubble(each.page, 'Party on Friday!').waitFor();
      assert.equal(await each.page.locator('[data-chat]').count(), 1, 'nobody sees a list');
    }
    await bubble(ada.page, 'Party on Friday!').locator('[data-tick=delivered], [data-tick=read]').first().waitFor();
    await write(ben.page, 'I will come');
    await ada.page.locator('.whom').click();
    assert.deepEqual(await complaints(ada.page), []);
    await ada.page.screenshot({ path: 'test-results/play-list.png' });
    await openChat(ada.page, 'Ben');
    await bubble(ada.page, 'I will come').waitFor();
    assert.equal(await ada.page.locator('.message', { hasText: 'Party on Friday!' }).count(), 1);
    // Taken back from all at once.
    await openChat(ada.page, 'Friends');
    await choose(ada.page, 'Party on Friday!', 'Delete');
    await ada.page.getByRole('button', { name: 'Delete for everyone' }).click();
    for (const each of [ben, cem]) await each.page.getByText('This message was deleted').first().waitFor();
    noErrors([ada, ben, cem]);
  },
};
