import assert from 'node:assert/strict';
import { bubble, person, write } from '../people.mjs';
import { Server } from '../stage.mjs';

export const plays = {
  async a_server_that_hangs_is_waited_for_in_sight_and_loses_nothing(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234801', 'Ada');
    const ben = await person(browser, server, after, '1701234802', 'Ben');
    await ada.device.send(ben.address, 'Hello Ben');
    const { page } = ada;
    await page.locator('[data-chat]').first().click();
    await bubble(page, 'Hello Ben').locator('[data-tick=delivered]').waitFor();
    server.process.kill('SIGSTOP');
    await write(page, 'Are you there?');
    await bubble(page, 'Are you there?').locator('[data-tick=waiting]').waitFor();
    await page.locator('.rail').getByRole('button', { name: 'Contacts' }).click();
    await page.getByRole('button', { name: 'New contact' }).click();
    await page.getByRole('textbox', { name: 'Phone number or address' }).fill(ben.phone);
    await page.getByRole('button', { name: 'Next' }).click();
    // It turns until the app finds that the server says nothing, which on a slow machine it may know by now: then words say so.
    await page.getByRole('dialog').locator('.turning, .wrong').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    server.process.kill('SIGCONT');
    await bubble(page, 'Are you there?').locator('[data-tick=delivered]').waitFor();
    await ben.page.locator('[data-chat]', { hasText: 'Are you there?' }).click();
    await bubble(ben.page, 'Are you there?').waitFor();
    assert.equal(await ben.page.locator('.message', { hasText: 'Are you there?' }).count(), 1);
    assert.equal(await page.getByRole('dialog').count(), 0, 'who turned away is not asked anything more');
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },
};
