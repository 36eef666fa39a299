import assert from 'node:assert/strict';
import { Server } from '../stage.mjs';

export const plays = {
  /** Half of it comes live, by this device's clock, the rest from the server, by the server's. */
  async what_is_written_while_the_other_reloads_stands_in_its_order(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const [ada, ben] = [await browser.device(server, 'ada'), await browser.device(server, 'ben')];
    for (const each of [ada, ben]) after(() => each.context.close());
    // Ada's clock is ten minutes ahead.
    await ada.context.addInitScript(() => {
      const real = Date.now.bind(Date);
      Date.now = () => real() + 600_000;
    });
    await ada.open();
    await ben.open();
    await ada.signUp('+491701234701', 'Ada');
    await ben.signUp('+491701234702', 'Ben');
    const lines = Array.from({ length: 50 }, (_, i) => `Line ${i}`);
    for (const [i, line] of lines.entries()) {
      await ben.send(ada.address, line);
      if (i === 15 || i === 35) {
        await ada.page.reload();
        await ada.page.waitForFunction(() => globalThis.kith !== undefined);
      }
    }
    await ada.online();
    await ada.has(ben.address, lines);
    await ada.send(ben.address, 'I have it all');
    await ada.has(ben.address, [...lines, 'I have it all']);
    await ben.send(ada.address, 'Good');
    await ada.has(ben.address, [...lines, 'I have it all', 'Good']);
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },
};
