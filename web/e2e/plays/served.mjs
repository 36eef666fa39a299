import assert from 'node:assert/strict';
import { served, signUpByScreens } from '../served.mjs';
import { until } from '../stage.mjs';

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
    // It is said in passing: who begins to look for it when it is sent may come too late.
    await Promise.all([page.getByText('While you look').first().waitFor(), ben.send('+491701234512@localhost', 'While you look')]);
    assert.deepEqual(await shown(), []);
    await look('hidden');
    await until('nobody looks', () => page.evaluate(async () => !(await navigator.locks.query()).held.some((lock) => lock.name === 'kith-looked-at')));
    await ben.send('+491701234512@localhost', 'Are you there?');
    await until('it is notified', async () => /Are you there\?$/.test((await shown()).at(-1) ?? ''));
    assert.equal((await shown()).length, 1);
    assert.deepEqual(complaints, []);
  },
};
