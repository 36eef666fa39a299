// What is written now goes at the time that one says, once, whatever happens to the tab until then.

import assert from 'node:assert/strict';
import { bubble, openChat, person, write } from '../people.mjs';
import { Server } from '../stage.mjs';

const MINUTE_MILLIS = 60_000;

/** The page's clock goes ahead of all others from now on; its timers run as before. */
const ahead = (page, millis) => page.evaluate((millis) => {
  const real = (globalThis.realNow ??= Date.now.bind(Date));
  Date.now = () => real() + millis;
}, millis);

const local = (at) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export const plays = {
  async what_is_to_go_later_waits_over_a_reload_and_goes_once(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const [ada, ben] = [await person(browser, server, after, '1701234981', 'Ada'), await person(browser, server, after, '1701234982', 'Ben')];
    await ada.device.send(ben.address, 'Hello');
    const { page } = ada;
    await openChat(page, /Ben|\+49/);
    await openChat(ben.page, /Ada|\+49/);
    await page.locator('.composer textarea').fill('Happy birthday');
    await page.getByRole('button', { name: 'Attach' }).click();
    await page.getByRole('menuitem', { name: 'Send later' }).click();
    await page.getByRole('menuitem', { name: 'Choose day and time' }).click();
    // So far away that it comes when the play says so, however long all else takes.
    const at = Math.ceil(Date.now() / MINUTE_MILLIS) * MINUTE_MILLIS + 30 * MINUTE_MILLIS;
    await page.getByLabel('Day and time').fill(local(at));
    await page.getByRole('button', { name: 'Send later' }).last().click();
    await bubble(page, 'Happy birthday').getByText(/^to be sent/).waitFor();
    await write(page, 'Not yet, though');
    await bubble(ben.page, 'Not yet, though').waitFor();
    await page.reload();
    await openChat(page, /Ben|\+49/);
    await bubble(page, 'Happy birthday').getByText(/^to be sent/).waitFor();
    await ahead(page, 15 * MINUTE_MILLIS);
    await write(page, 'Nor now');
    await bubble(ben.page, 'Nor now').waitFor();
    assert.equal(await ben.page.locator('.message', { hasText: 'Happy birthday' }).count(), 0, 'not before its time');
    await ahead(page, at + 1000 - Date.now());
    await bubble(ben.page, 'Happy birthday').waitFor();
    await bubble(page, 'Happy birthday').locator('[data-tick="delivered"], [data-tick="read"]').waitFor();
    assert.equal(await bubble(page, 'Happy birthday').getByText(/^to be sent/).count(), 0);
    assert.equal(await ben.page.locator('.message', { hasText: 'Happy birthday' }).count(), 1);
  },
};
