// The app as the server serves it, with its own policy and service worker, used through its screens.

import { chromium } from 'playwright-core';
import { CHROMIUM, LAUNCH, PATIENCE, Server, until } from './stage.mjs';

export async function served(after) {
  const server = await Server.start();
  after(() => server.stop());
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: LAUNCH });
  after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB' });
  context.setDefaultTimeout(PATIENCE);
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

export async function signUpByScreens(page, server, national, name) {
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
