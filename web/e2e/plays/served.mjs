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
};
