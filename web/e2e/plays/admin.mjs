import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { examined } from '../people.mjs';
import { CHROMIUM, LAUNCH, PATIENCE, Server, until } from '../stage.mjs';

const kith = join(dirname(fileURLToPath(import.meta.url)), '../../../kith');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

function ctl(server, ...words) {
  return execFileSync(process.env.KITH_SERVER ?? kith, ['ctl', '--data', server.data, ...words], { env: { ...process.env, KITH_NO_BUILD: '1' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** The operators' page as the server serves it, with its own policy. */
async function operator(server, after, options = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: LAUNCH });
  after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB', ...options });
  await context.addInitScript(axe);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (/Content.Security.Policy|Trusted|violates/i.test(message.text())) complaints.push(message.text());
  });
  return { context, page, complaints };
}

async function violations(page) {
  const { violations: found } = await examined(page, ['best-practice']);
  return found.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
}

export const plays = {
  async an_operator_signs_in_by_a_link_and_keeps_house(browser, after) {
    const server = await Server.start('registration.mode=invite');
    after(() => server.stop());
    ctl(server, 'account', 'add', 'juliet');
    ctl(server, 'account', 'add', 'romeo');
    const { context, page, complaints } = await operator(server, after);

    const response = await page.goto(`${server.url}/admin`);
    assert.match(response.headers()['content-security-policy'], /require-trusted-types-for 'script'/);
    await page.getByRole('heading', { name: 'Operators only' }).waitFor();
    assert.deepEqual(await violations(page), []);

    const link = ctl(server, 'admin-link').replace('127.0.0.1', 'localhost');
    await page.goto(link);
    await page.getByRole('heading', { name: 'Pulse' }).waitFor();
    assert.equal(new URL(page.url()).hash, '#/pulse', 'the code is gone from the address');
    const [cookie] = await context.cookies(`${server.url}/admin`);
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/admin']);
    await page.getByRole('img', { name: /Connections.*now/ }).waitFor();
    await until('the charts have points', () => page.evaluate(() => document.querySelectorAll('.chart .area').length === 6));
    await page.getByRole('rowheader', { name: 'Commits for the disk' }).waitFor();
    await page.screenshot({ path: 'test-results/play-admin-pulse.png' });
    assert.deepEqual(await violations(page), []);

    await page.getByRole('link', { name: 'Accounts' }).press('Enter');
    await page.getByRole('heading', { name: 'romeo' }).waitFor();
    await page.getByRole('searchbox', { name: 'Find by name or number' }).fill('JUL');
    await page.getByRole('heading', { name: 'romeo' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Disabled', { exact: true }).waitFor();
    assert.match(ctl(server, 'account', 'list'), /juliet\s+key\s+disabled/);
    await page.getByRole('button', { name: 'Sessions' }).click();
    await page.getByText('No device is connected.').waitFor();
    await page.screenshot({ path: 'test-results/play-admin-accounts.png' });
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByText('Disabled', { exact: true }).waitFor({ state: 'detached' });
    assert.match(ctl(server, 'account', 'list'), /juliet\s+key\s+enabled/);

    await page.getByRole('link', { name: 'Invitations' }).click();
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    const invitation = await page.locator('.made code').innerText();
    assert.equal((await fetch(invitation)).status, 200);
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('No invitation waits to be used.').waitFor();
    assert.equal((await fetch(invitation)).status, 404);

    await page.getByRole('link', { name: 'Configuration' }).click();
    await page.getByRole('searchbox', { name: 'Find a setting' }).fill('registration.mode');
    await page.getByText(/set in .--set/).waitFor();
    await page.getByRole('link', { name: 'Storage' }).click();
    await page.getByRole('heading', { name: 'Messages and settings' }).waitFor();
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByText('Nobody has reported anything.').waitFor();
    for (const [part, title] of Object.entries({ accounts: 'Accounts', invites: 'Invitations', config: 'Configuration', storage: 'Storage', reports: 'Reports' })) {
      await page.goto(`${server.url}/admin#/${part}`);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      assert.deepEqual(await violations(page), [], part);
    }

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Operators only' }).waitFor();
    assert.equal((await context.cookies(`${server.url}/admin`)).length, 0);
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByText('The link was used already').waitFor();
    assert.match(server.log, /an operator's order: accounts\/disable \{name=juliet\}: 200/);
    assert.deepEqual(complaints, []);
  },

  async a_session_of_an_account_is_seen_and_ended(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await (await browser.device(server, 'ada')).open();
    after(() => ada.context.close());
    await ada.signUp('+491701234561', 'Ada');
    const { page, complaints } = await operator(server, after, { locale: 'ar', viewport: { width: 390, height: 800 } });
    await page.goto(ctl(server, 'admin-link').replace('127.0.0.1', 'localhost'));
    await page.locator('.chart').first().waitFor();
    await page.goto(`${server.url}/admin#/accounts/%2B491701234561`);
    await page.locator('.card .button').first().click();
    await page.locator('.inner li').waitFor();
    await page.screenshot({ path: 'test-results/play-admin-rtl.png' });
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await ada.online();
    await page.locator('.inner li .button').click();
    await page.locator('dialog .button.danger').click();
    await until('the server has ended it', () => /sessions\/kick \{name=\+491701234561, resource=[^}]+\}: 200/.test(server.log));
    assert.deepEqual(complaints, []);
  },

  async a_page_of_another_place_finds_nothing(browser, after) {
    const server = await Server.start('admin.page=off');
    after(() => server.stop());
    assert.equal((await fetch(`${server.url}/admin`)).status, 404);
    assert.equal((await fetch(`${server.url}/admin/api/session`)).status, 404);
    assert.throws(() => ctl(server, 'admin-link'));
  },
};
