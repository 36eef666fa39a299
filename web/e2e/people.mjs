// Plays' people who only use the screens: names, buttons and keys, as a reader of the page hears them.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { until } from './stage.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Signs up by hand; with `screen`, on a phone say. */
export async function person(browser, server, after, national, name, screen = {}) {
  const device = await browser.device(server, name, screen);
  after(() => device.context.close());
  await device.context.addInitScript(axe);
  await device.context.addInitScript(listen);
  await device.open();
  const { page } = device;
  await page.getByRole('textbox', { name: 'Phone number' }).fill(`+49${national}`);
  await page.getByRole('button', { name: 'Next' }).click();
  const code = await until('a code is sent', () => server.code(`+49${national}`));
  await page.getByRole('textbox', { name: 'Six digits' }).fill(code);
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Chats', level: 1 }).waitFor();
  // The list is there before the stream is: what the play asks for by itself needs the stream.
  await device.online();
  device.address = await device.run((kith) => kith.account.me.value.address);
  return { device, page, phone: `+49${national}`, address: device.address };
}

/** Keeps what the app says in passing: it goes by itself, which may be before a play comes to look. */
function listen() {
  globalThis.said = [];
  new MutationObserver(() => {
    for (const { textContent } of document.querySelectorAll('.toast > span')) if (!globalThis.said.includes(textContent)) globalThis.said.push(textContent);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Waits until the app has said so in passing, or sees that it has. */
export const hears = (page, words) =>
  page.waitForFunction(([source, flags]) => globalThis.said.some((text) => new RegExp(source, flags).test(text)), [words.source, words.flags]);

export const write = async (page, text) => {
  await page.locator('.composer textarea').fill(text);
  await page.locator('.composer textarea').press('Enter');
};

export const bubble = (page, text) => page.locator('.message', { hasText: text }).last();

export const choose = async (page, text, action) => {
  await bubble(page, text).locator('.bubble').click({ button: 'right' });
  await page.getByRole('menuitem', { name: action, exact: true }).click();
};

/** Opens the chat of this name from the list. */
export const openChat = (page, name) => page.locator('[data-chat]', { hasText: name }).first().click();

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds on the page, as soon as nothing moves: what does is half transparent on its way. */
export const examined = (page, more = []) => page.evaluate(async (rules) => {
  await Promise.all(document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity).map((each) => each.finished.catch(() => {})));
  return globalThis.axe.run(document, { runOnly: rules });
}, [...RULES, ...more]);

/** What axe says against the page as it is now; nothing is well. */
export async function complaints(page) {
  const { violations: found } = await examined(page);
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`);
}
