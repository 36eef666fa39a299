// How long a message takes between two browsers on this machine, from the key to the screens: `npm run latency`. Needs a built server.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bubble, person, write } from './people.mjs';
import { Browser, Server } from './stage.mjs';

const MESSAGES = 60;
const PAUSE_MILLIS = 250;
const here = dirname(fileURLToPath(import.meta.url));
const app = mkdtempSync(join(tmpdir(), 'kith-app-'));
execFileSync(process.execPath, [join(here, '../tools/build.mjs'), '--mode', 'e2e', '--out', app, '--no-check'], { stdio: 'inherit' });

const after = [];
const browser = await Browser.start(app);
const other = await Browser.start(app);
const server = await Server.start();
try {
  const ada = await person(browser, server, (work) => after.unshift(work), '1701234561', 'Ada');
  const ben = await person(other, server, (work) => after.unshift(work), '1701234562', 'Ben');
  await ada.page.getByRole('button', { name: 'New chat' }).first().click();
  await ada.page.getByRole('searchbox', { name: 'Name, number or address' }).fill(ben.phone);
  await ada.page.getByRole('button', { name: /^Write to/ }).click();
  await write(ada.page, 'Hello');
  await ben.page.locator('[data-chat]').first().click();
  await bubble(ben.page, 'Hello').waitFor();

  // When each text is painted, on the clock that both browsers share.
  const watch = () => {
    globalThis.painted = {};
    new MutationObserver(() => {
      for (const each of document.querySelectorAll('.bubble .lines')) {
        const text = /number \d+/.exec(each.textContent)?.[0];
        if (text && !(text in globalThis.painted)) {
          globalThis.painted[text] = 0;
          requestAnimationFrame(() => setTimeout(() => (globalThis.painted[text] = performance.timeOrigin + performance.now())));
        }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    document.addEventListener('keydown', (event) => event.key === 'Enter' && (globalThis.pressed = performance.timeOrigin + event.timeStamp), true);
  };
  for (const { page } of [ada, ben]) await page.evaluate(watch);

  const [own, theirs] = [[], []];
  for (let i = 0; i < MESSAGES; i++) {
    const text = `number ${i}`;
    await ada.page.locator('.composer textarea').fill(text);
    await ada.page.keyboard.press('Enter');
    const painted = ({ page }) => page.waitForFunction((text) => globalThis.painted[text], text).then((handle) => handle.jsonValue());
    const [here, there] = await Promise.all([painted(ada), painted(ben)]);
    const pressed = await ada.page.evaluate(() => globalThis.pressed);
    own.push(here - pressed);
    theirs.push(there - pressed);
    await ada.page.waitForTimeout(PAUSE_MILLIS);
  }
  const show = (what, values, goal) => {
    const sorted = values.slice(10).sort((one, two) => one - two);
    console.log(`${what.padEnd(44)} median ${sorted[sorted.length >> 1].toFixed(0).padStart(5)} ms, p90 ${sorted[Math.floor(sorted.length * 0.9)].toFixed(0)} ms  (goal ${goal})`);
  };
  show('from the key to the own bubble', own, '≤ 50');
  show("from the key to the other browser's screen", theirs, '≤ 150');
} finally {
  for (const work of after) await work().catch(() => {});
  await browser.close();
  await other.close();
  await server.stop();
  rmSync(app, { recursive: true, force: true });
}
