// What does not work says what happened and what to do, and what was written stays.

import assert from 'node:assert/strict';
import { bubble, complaints, hears, openChat, person, write } from '../people.mjs';
import { Browser, Server } from '../stage.mjs';

async function two(browser, after, from, ...settings) {
  const server = await Server.start(...settings);
  after(() => server.stop());
  const [ada, ben] = [await person(browser, server, after, `${from}1`, 'Ada'), await person(browser, server, after, `${from}2`, 'Ben')];
  await ada.device.send(ben.address, 'Hello');
  await openChat(ada.page, /Ben|\+49/);
  return { server, ada, ben };
}

const attach = async (page, what) => {
  await page.getByRole('button', { name: 'Attach' }).click();
  await page.getByRole('menuitem', { name: what }).click();
};

const choose = async (page, ...files) => {
  const chooser = page.waitForEvent('filechooser');
  await attach(page, 'File');
  await (await chooser).setFiles(files);
};

export const plays = {
  async a_camera_a_microphone_a_place_and_notifications_that_are_denied_say_so(browser, after) {
    const denying = await Browser.start(browser.app, ['--use-fake-device-for-media-stream', '--deny-permission-prompts']);
    after(() => denying.close());
    const { ada } = await two(denying, after, '170123471');
    const { page } = ada;
    await write(page, 'Look at this');
    await page.locator('.composer textarea').fill('half a thought');
    await attach(page, 'Camera');
    await page.getByText('The browser does not let Kith use the camera. Allow it in the address bar, then try again.').waitFor();
    assert.deepEqual(await complaints(page), []);
    await page.screenshot({ path: 'test-results/play-denied-camera.png' });
    await page.keyboard.press('Escape');
    await attach(page, 'Location');
    await page.getByText('The browser does not let Kith know where you are. Allow it in the address bar, then try again.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.composer textarea').inputValue(), 'half a thought');
    await page.locator('.composer textarea').fill('');
    await page.getByRole('button', { name: 'Record a voice note' }).click();
    await hears(page, /^The browser does not let Kith use the microphone\. Allow it in the address bar, then try again\.$/);
    await page.getByRole('button', { name: 'Record a voice note' }).waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('switch', { name: /Notifications on this device/ }).click();
    await page.getByText('The browser has been told not to show notifications of this page. Allow them in the address bar, then try again.').waitFor();
    assert.equal(await page.getByRole('switch', { name: /Notifications on this device/ }).isChecked(), false);
    assert.deepEqual(await complaints(page), []);
    assert.deepEqual(ada.device.errors, []);
  },

  async a_file_that_is_too_large_or_has_no_space_at_the_server_says_so(browser, after) {
    const { ada } = await two(browser, after, '170123472', 'media.max-file=1 MiB', 'media.quota=1 MiB');
    const { page } = ada;
    const file = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes, 7) });
    await ada.device.until('knows the limit', (kith) => kith.files.mostBytes() === 1_048_576);
    await choose(page, file('large.bin', 1_100_000));
    await hears(page, /This file is too large. Files may have up to .?1/);
    assert.equal(await page.getByRole('dialog').count(), 0);
    await choose(page, file('one.bin', 700_000));
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await bubble(page, 'one.bin').locator('[data-tick=sent], [data-tick=delivered]').first().waitFor();
    await choose(page, file('two.bin', 700_000));
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await bubble(page, 'two.bin').getByText('Your space on the server is full. Delete some files, then try again.').waitFor();
    await bubble(page, 'two.bin').locator('[data-tick=failed]').waitFor();
    await bubble(page, 'two.bin').getByRole('button', { name: 'Send again' }).waitFor();
    assert.deepEqual(await complaints(page), []);
    await page.screenshot({ path: 'test-results/play-quota.png' });
    assert.deepEqual(ada.device.errors, []);
  },

  async a_wrong_number_a_wrong_code_and_a_server_that_is_down_say_so(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const device = await browser.device(server, 'ada');
    after(() => device.context.close());
    await device.open();
    const { page } = device;
    const number = page.getByRole('textbox', { name: 'Phone number' });
    await number.fill('+49170');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('This is no phone number. Write it with all its digits.').waitFor();
    await number.fill('+491701234739');
    await server.crash();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/The server does not answer|There is no connection/).first().waitFor();
    assert.match(await number.inputValue(), /1701234739/, 'the number stays');
    await server.up();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('textbox', { name: 'Six digits' }).fill('000000');
    await page.getByText(/This code is wrong. You have \d tr(y|ies) left./).waitFor();
    assert.deepEqual(device.errors, []);
  },

  async a_link_code_that_has_expired_says_so(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const { page, device } = await person(browser, server, after, '1701234741', 'Ada');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Linked devices' }).click();
    await page.getByRole('button', { name: 'Link a device' }).click();
    await page.getByRole('textbox', { name: 'Code' }).fill('abcd-efgh-jkmn-pqrs');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('This code has expired. Let the other device show a new one.').waitFor();
    assert.deepEqual(device.errors, []);
  },
};
