import assert from 'node:assert/strict';
import { bubble, choose, person, write } from '../people.mjs';
import { Server } from '../stage.mjs';

export const plays = {
  async two_people_meet_write_answer_react_edit_and_delete(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234521', 'Ada');
    const ben = await person(browser, server, after, '1701234522', 'Ben');

    await ada.page.getByRole('button', { name: 'New chat' }).first().click();
    await ada.page.getByRole('searchbox', { name: 'Name, number or address' }).fill(ben.phone);
    await ada.page.getByRole('button', { name: /^Write to/ }).click();
    await write(ada.page, 'Hello *Ben*!');
    await bubble(ada.page, 'Hello Ben!').locator('[data-tick=delivered]').waitFor();

    await ben.page.locator('[data-chat]').first().click();
    await bubble(ben.page, 'Hello Ben!').waitFor();
    await ben.page.bringToFront();
    await bubble(ada.page, 'Hello Ben!').locator('[data-tick=read]').waitFor();

    await choose(ben.page, 'Hello Ben!', 'Reply');
    await write(ben.page, 'Hello yourself');
    await bubble(ada.page, 'Hello yourself').locator('.quote').waitFor();

    await bubble(ada.page, 'Hello yourself').locator('.bubble').click({ button: 'right' });
    await ada.page.getByRole('menuitemcheckbox', { name: /👍/ }).click();
    await bubble(ben.page, 'Hello yourself').locator('.reactions').waitFor();

    await choose(ben.page, 'Hello yourself', 'Edit');
    await write(ben.page, 'Good morning');
    await bubble(ada.page, 'Good morning').getByText('edited').waitFor();

    await choose(ben.page, 'Good morning', 'Delete');
    await ben.page.getByRole('button', { name: 'Delete for everyone' }).click();
    await ada.page.getByText('This message was deleted').first().waitFor();
    await ada.page.screenshot({ path: 'test-results/play-ada.png' });
    await ben.page.screenshot({ path: 'test-results/play-ben.png' });
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },

  async what_is_written_without_a_server_waits_with_a_clock_and_a_draft_survives_a_reload(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234531', 'Ada');
    const ben = await person(browser, server, after, '1701234532', 'Ben');
    await ada.page.getByRole('button', { name: 'New chat' }).first().click();
    await ada.page.getByRole('searchbox', { name: 'Name, number or address' }).fill(ben.phone);
    await ada.page.getByRole('button', { name: /^Write to/ }).click();
    await write(ada.page, 'One');
    await bubble(ada.page, 'One').locator('[data-tick=delivered]').waitFor();
    await server.crash();
    await write(ada.page, 'Two');
    await bubble(ada.page, 'Two').locator('[data-tick=waiting]').waitFor();
    await ada.page.locator('.composer textarea').fill('half a thou');
    await ada.device.until('the draft is on the disk', (kith, chat) => kith.chats.chat(chat).value.draft?.text === 'half a thou', ben.address);
    await ada.page.reload();
    await bubble(ada.page, 'Two').locator('[data-tick=waiting]').waitFor();
    assert.equal(await ada.page.locator('.composer textarea').inputValue(), 'half a thou');
    await server.up();
    // Each of them tries again after a pause of up to a minute.
    await bubble(ada.page, 'Two').locator('[data-tick=delivered]').waitFor({ timeout: 180_000 });
    assert.equal(await ada.page.locator('.message', { hasText: 'Two' }).count(), 1);
    assert.deepEqual(ada.device.errors, []);
  },

  async a_group_is_made_named_written_to_and_left(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234541', 'Ada');
    const ben = await person(browser, server, after, '1701234542', 'Ben');
    await ada.page.getByRole('button', { name: 'New chat' }).first().click();
    await ada.page.getByRole('button', { name: 'New contact' }).click();
    await ada.page.getByRole('textbox', { name: 'Phone number or address' }).fill(ben.phone);
    await ada.page.getByRole('button', { name: 'Next' }).click();
    await ada.page.getByRole('textbox', { name: 'Name' }).fill('Benjamin');
    await ada.page.getByRole('button', { name: 'Save' }).click();
    // Their chat opens a moment later, and would close what is opened meanwhile.
    await ada.page.locator('.whom', { hasText: 'Benjamin' }).waitFor();
    await ada.page.getByRole('button', { name: 'New chat' }).first().click();
    await ada.page.getByRole('button', { name: 'New group' }).click();
    await ada.page.getByRole('checkbox', { name: /Benjamin/ }).click();
    await ada.page.getByRole('button', { name: 'Next' }).click();
    await ada.page.getByRole('textbox', { name: 'Name of the group' }).fill('Robins');
    await ada.page.getByRole('button', { name: 'Make group' }).click();
    await ada.page.locator('.whom', { hasText: 'Robins' }).waitFor();
    await write(ada.page, 'Welcome all');
    await bubble(ada.page, 'Welcome all').locator('[data-tick=sent], [data-tick=delivered], [data-tick=read]').first().waitFor();
    await ben.page.getByRole('button', { name: /Robins/ }).first().click();
    await bubble(ben.page, 'Welcome all').waitFor();
    await ben.page.locator('.whom').click();
    await ben.page.getByRole('button', { name: 'Leave group' }).click();
    await ben.page.getByRole('dialog').getByRole('button', { name: 'Leave group' }).click();
    await ben.page.getByText('You are no longer in this group.').waitFor();
    await ada.page.screenshot({ path: 'test-results/play-group-ada.png' });
    await ben.page.screenshot({ path: 'test-results/play-group-ben.png' });
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },

  async a_second_device_is_linked_by_its_code_and_sees_the_chats(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234551', 'Ada');
    const second = await browser.device(server, 'second');
    after(() => second.context.close());
    await second.open();
    second.page.setDefaultTimeout(60_000);
    await second.page.getByRole('button', { name: 'Link with a code' }).click();
    const code = (await second.page.locator('.link-code').innerText()).trim();
    await ada.page.getByRole('button', { name: 'Settings' }).click();
    await ada.page.getByRole('button', { name: 'Linked devices' }).click();
    await ada.page.getByRole('button', { name: 'Link a device' }).click();
    await ada.page.getByRole('textbox', { name: 'Code' }).fill(code);
    await ada.page.getByRole('button', { name: 'Next' }).click();
    await ada.page.getByRole('button', { name: 'Link', exact: true }).click();
    await second.page.getByRole('heading', { name: 'Chats', level: 1 }).waitFor();
    assert.deepEqual([...ada.device.errors, ...second.errors], []);
  },
};
