import assert from 'node:assert/strict';
import { served, signUpByScreens } from '../served.mjs';
import { until } from '../stage.mjs';

export const plays = {
  async a_push_says_that_there_is_something_but_not_what_and_not_to_who_looks_already(browser, after) {
    const { server, context, page, complaints } = await served(after);
    await context.grantPermissions(['notifications'], { origin: server.url });
    const devtools = await context.newCDPSession(page);
    let registration;
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => (registration = registrations.find((each) => !each.isDeleted)?.registrationId ?? registration));
    await devtools.send('ServiceWorker.enable');
    await page.goto(server.url);
    await signUpByScreens(page, server, '1701234541', 'Ada');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await until('the worker is known', () => registration);
    // The browser's push service reaches nobody here: the tools deliver what it would.
    const push = (data) => devtools.send('ServiceWorker.deliverPushMessage', { origin: server.url, registrationId: registration, data });
    const worker = await until('the worker is there', () => context.serviceWorkers()[0]);
    const shown = () => worker.evaluate(async () => (await self.registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag })));

    await push('{"kind":"message"}');
    // Behind it, what is answered by the same worker: had it shown one, it would be there.
    await page.evaluate(() => fetch('/'));
    assert.deepEqual(await shown(), [], 'who looks at the app needs no notification');

    await page.goto('about:blank');
    // The browser may go on counting the page for a while.
    await until('nobody looks', () => worker.evaluate(async () => (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).length === 0));
    await push('{"kind":"message","text":"Meet me at nine"}');
    await push('{"kind":"message"}');
    const notifications = await until('a notification is shown', async () => {
      const all = await shown();
      return all.length > 0 && all;
    });
    assert.deepEqual(notifications, [{ title: 'Kith', body: '💬', tag: 'kith' }]);
    assert.deepEqual(complaints, []);
  },
};
