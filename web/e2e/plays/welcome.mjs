import assert from 'node:assert/strict';
import { bubble, person, write } from '../people.mjs';
import { Server, until } from '../stage.mjs';
import { Stranger } from '../stranger.mjs';

export const plays = {
  async a_link_to_a_group_is_remembered_while_one_signs_up(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234481', 'Ada');
    const group = await ada.device.run((kith) => kith.groups.create('Robins', []));
    await ada.page.getByRole('button', { name: /Robins/ }).first().click();
    await ada.page.locator('.whom').click();
    await ada.page.getByRole('button', { name: 'Invite by link' }).click();
    await ada.page.getByRole('button', { name: 'Make a link' }).click();
    const code = await ada.page.getByRole('img', { name: /QR code/ }).boundingBox();
    assert.ok(code.width > 200, `the QR code is ${code.width} pixels wide`);
    const link = await ada.page.getByRole('dialog').locator('bdi, code, output', { hasText: '#join/' }).first().innerText();

    const cleo = await browser.device(server, 'Cleo');
    after(() => cleo.context.close());
    const page = await cleo.context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(link.trim());
    await page.getByText('You have a link to a group.').waitFor();
    await page.reload();
    await page.getByText('You have a link to a group.').waitFor();
    await page.getByRole('textbox', { name: 'Phone number' }).fill('+491701234482');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('textbox', { name: 'Six digits' }).fill(await until('a code is sent', () => server.code('+491701234482')));
    await page.getByRole('textbox', { name: 'Your name' }).fill('Cleo');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog', { name: 'Robins' }).or(page.getByRole('heading', { name: /Robins/ })).first().waitFor();
    await page.getByRole('button', { name: 'Join' }).click();
    await write(page, 'Here I am');
    await ada.device.until('Cleo is in the group', (kith, id) => kith.groups.group(id).value?.members.length === 2, group);
    // A bubble is shown at once; its tick says that it is on the disk, where a reload finds it.
    await bubble(page, 'Here I am').locator('[data-tick]').waitFor();
    await page.reload();
    await bubble(page, 'Here I am').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0, 'it is not asked again');
    assert.deepEqual(ada.device.errors, []);
  },

  async who_is_unknown_is_named_so_until_one_answers_adds_or_blocks_them(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234491', 'Ada');
    const stranger = await Stranger.comes(server, '+491701234492');
    after(async () => stranger.goes());
    await stranger.writes(ada.address, '<body>Hello, is this the plumber?</body>');
    const { page } = ada;
    await page.locator('[data-chat]').first().click();
    const strip = page.locator('.strip.stranger');
    await strip.getByText('is not among your contacts').waitFor();
    await strip.getByRole('button', { name: 'Add to contacts' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Somebody with a leak');
    await page.getByRole('button', { name: 'Save' }).click();
    await strip.waitFor({ state: 'detached' });
    await page.locator('.whom', { hasText: 'Somebody with a leak' }).waitFor();

    const other = await Stranger.comes(server, '+491701234493');
    after(async () => other.goes());
    await other.writes(ada.address, '<body>You have won</body>');
    await page.locator('[data-chat]', { hasText: 'You have won' }).click();
    await strip.getByRole('button', { name: 'Block' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
    await page.getByText('You have blocked this contact.').first().waitFor();
    await strip.waitFor({ state: 'detached' });

    const third = await Stranger.comes(server, '+491701234494');
    after(async () => third.goes());
    await third.writes(ada.address, '<body>Are you coming?</body>');
    await page.locator('[data-chat]', { hasText: 'Are you coming?' }).click();
    await strip.waitFor();
    await write(page, 'Yes');
    await strip.waitFor({ state: 'detached' });
    assert.deepEqual(ada.device.errors, []);
  },
};
