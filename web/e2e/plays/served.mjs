import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { CHROMIUM, LAUNCH, Server, until } from '../stage.mjs';

/** The app as the server serves it, with its own policy and service worker, through the screens. */
async function served(after) {
  const server = await Server.start();
  after(() => server.stop());
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: LAUNCH });
  after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (/Content.Security.Policy|Trusted|violates/i.test(message.text())) complaints.push(message.text());
  });
  const strangers = [];
  context.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && hostname !== 'localhost' && hostname !== '127.0.0.1') strangers.push(request.url());
  });
  return { server, context, page, complaints, strangers };
}

export const plays = {
  async one_signs_up_through_the_screens_and_the_app_opens_offline(browser, after) {
    const { server, context, page, complaints, strangers } = await served(after);
    const response = await page.goto(server.url);
    assert.match(response.headers()['content-security-policy'], /require-trusted-types-for 'script'/);
    await signUpByScreens(page, server, '1701234511', 'Ada');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await until('the worker has the page', () => page.evaluate(async () => {
      for (const name of await caches.keys()) if (await (await caches.open(name)).match('/')) return true;
      return false;
    }));
    await server.crash();
    await context.setOffline(true);
    await page.reload();
    await until('the list is there without a server', () => page.evaluate(() => document.body.innerText.trim().length > 10));
    assert.deepEqual(complaints, []);
    assert.deepEqual(strangers, []);
  },

  async a_page_that_nobody_looks_at_notifies(browser, after) {
    const { server, context, page, complaints } = await served(after);
    await context.grantPermissions(['notifications'], { origin: server.url });
    await page.goto(server.url);
    await signUpByScreens(page, server, '1701234512', 'Ada');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('switch', { name: /Notifications on this device/ }).click();
    await until('they are on', () => page.getByRole('switch', { name: /Notifications on this device/ }).isChecked());
    const ben = await browser.device(server, 'ben');
    after(() => ben.context.close());
    await ben.open();
    await ben.signUp('+491701234513', 'Ben');
    const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications()).map((each) => `${each.title}: ${each.body}`));
    const look = (state) => page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
    await ben.send('+491701234512@localhost', 'While you look');
    await page.getByText('While you look').first().waitFor();
    assert.deepEqual(await shown(), []);
    await look('hidden');
    await ben.send('+491701234512@localhost', 'Are you there?');
    await until('it is notified', async () => /Are you there\?$/.test((await shown()).at(-1) ?? ''));
    assert.equal((await shown()).length, 1);
    assert.deepEqual(complaints, []);
  },
};

async function signUpByScreens(page, server, national, name) {
  await page.getByRole('textbox', { name: 'Phone number' }).fill(`+49${national}`);
  await page.getByRole('button', { name: 'Next' }).click();
  const code = await until('a code is sent', () => server.code(`+49${national}`));
  await page.getByRole('textbox', { name: 'Six digits' }).fill(code);
  const given = page.locator('input[name=name]');
  await given.waitFor();
  await given.fill(name);
  await given.press('Enter');
  await given.waitFor({ state: 'detached' });
}
