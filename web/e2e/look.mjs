// Looks at every screen of the app on the made-up world, with the product's Content Security Policy, in light, dark and
// from right to left, on a desk and on a phone: no axe violation, nothing wider than the screen, no error in the console,
// no request to anywhere else. Pictures are left in test-results/.   node e2e/look.mjs [NAME…]
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = mkdtempSync(join(tmpdir(), 'kith-look-'));
const results = join(root, 'test-results');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://x').pathname);
    const file = join(dist, path === '/' ? 'index.html' : path);
    try {
      const body = readFileSync(file);
      response.writeHead(200, { 'Content-Type': `${types[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`, 'Content-Security-Policy': policy });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const looks = {
  light: { viewport: { width: 1366, height: 820 }, colorScheme: 'light', locale: 'en-GB' },
  dark: { viewport: { width: 1366, height: 820 }, colorScheme: 'dark', locale: 'de-DE' },
  rtl: { viewport: { width: 1366, height: 820 }, colorScheme: 'light', locale: 'ar' },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light', locale: 'es-ES', hasTouch: true, isMobile: true },
  wide: { viewport: { width: 3840, height: 2160 }, colorScheme: 'dark', locale: 'en-GB' },
};

const small = '?chats=60&messages=4000';
const chats = (page) => page.locator('[data-chat]');
const still = (page) => page.waitForTimeout(350);

async function home(page, base, query = small) {
  await page.goto(base + query);
  await chats(page).first().waitFor();
}

async function openChat(page, base, index) {
  await home(page, base);
  await chats(page).nth(index).click();
  await page.locator('.bubble').first().waitFor();
}

async function settings(page, base, part) {
  await home(page, base);
  await page.locator('.rail .section').last().click();
  await page.locator('.settings').waitFor();
  if (part) await page.locator('.settings button.row').nth(part).click();
}

/** What strangers may write: markup, endless words and lines, overrides of direction, towers of accents, marks without end. */
const hostile = [
  '<img src=x onerror="document.title=1"><script>document.title=1</script>{{7*7}}',
  'W'.repeat(3000),
  `\u202e${'gnp.exe '.repeat(30)}\u2067\u2067\u2067 after`,
  `Z${'\u0300\u0301\u0302'.repeat(200)}algo`,
  Array.from({ length: 400 }, (_, i) => `line ${i}`).join('\n'),
  `${'*_~`'.repeat(500)}\n${'> '.repeat(300)}deep`,
  `https://example.org/${'a'.repeat(900)} javascript:alert(1) https://xn--e1awd7f.example/\u202egpj`,
  '\u{1F469}\u200d'.repeat(300),
];

const screens = {
  hostile: async (page, base) => {
    await openChat(page, base, 1);
    for (const text of hostile) {
      await page.locator('.composer textarea').fill(text);
      await page.locator('.composer .round.main').click();
    }
    await page.waitForTimeout(400);
    const broken = await page.evaluate(() => {
      const box = document.querySelector('.messages').getBoundingClientRect();
      const out = [...document.querySelectorAll('.bubble')].filter((each) => each.getBoundingClientRect().left < box.left - 1 || each.getBoundingClientRect().right > box.right + 1);
      return { out: out.length, ran: document.title === '1', images: document.querySelectorAll('.bubble img[src="x"]').length };
    });
    if (broken.out || broken.ran || broken.images) throw new Error(`hostile text breaks out: ${JSON.stringify(broken)}`);
  },
  chats: (page, base) => home(page, base),
  welcome: (page, base) => page.goto(`${base}?step=welcome`),
  countries: async (page, base) => {
    await page.goto(`${base}?step=welcome`);
    await page.locator('.country').click();
  },
  code: (page, base) => page.goto(`${base}?step=code`),
  linking: (page, base) => page.goto(`${base}?step=linking`),
  profile: (page, base) => page.goto(`${base}?step=profile`),
  talk: (page, base) => openChat(page, base, 1),
  group: (page, base) => openChat(page, base, 3),
  info: async (page, base) => {
    await openChat(page, base, 3);
    await page.locator('.whom').click();
    await page.locator('.side .role').first().waitFor();
  },
  menu: async (page, base) => {
    await openChat(page, base, 1);
    await page.locator('.bubble').last().click({ button: 'right' });
    await page.locator('.menu').waitFor();
  },
  select: async (page, base) => {
    await openChat(page, base, 1);
    await page.locator('.bubble').last().click({ button: 'right' });
    await page.locator('.menu [role=menuitem]').nth(-2).click();
    await page.locator('.pick').first().waitFor();
  },
  emoji: async (page, base) => {
    await openChat(page, base, 1);
    await page.locator('.write .round').first().click();
    await page.locator('.emoji-grid').first().waitFor();
  },
  poll: async (page, base) => {
    await openChat(page, base, 1);
    await page.locator('.write .round').nth(1).click();
    await page.locator('.menu [role=menuitem]').nth(-2).click();
    await page.locator('dialog').waitFor();
  },
  search: async (page, base) => {
    await home(page, base);
    await page.locator('#search').fill('bike');
    await page.locator('.hit').first().waitFor();
  },
  new: async (page, base) => {
    await home(page, base);
    await page.locator('.bar .round').first().click();
  },
  newGroup: async (page, base) => {
    await home(page, base);
    await page.locator('.bar .round').first().click();
    await page.locator('.row').first().click();
    await page.locator('[role=checkbox]').first().click();
  },
  settings: (page, base) => settings(page, base, 0),
  privacy: (page, base) => settings(page, base, 1),
  notifications: (page, base) => settings(page, base, 2),
  appearance: (page, base) => settings(page, base, 4),
  devices: (page, base) => settings(page, base, 6),
  storage: (page, base) => settings(page, base, 7),
  keys: (page, base) => settings(page, base, 8),
  people: async (page, base) => {
    await home(page, base);
    await page.locator('.rail .section').nth(2).click();
  },
  status: async (page, base) => {
    await home(page, base);
    await page.locator('.rail .section').nth(1).click();
    await page.locator('.ring').first().waitFor();
  },
};

async function check(page, name, problems) {
  await still(page);
  await page.screenshot({ path: join(results, `${name}.png`) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) problems.push(`${name}: ${wide} px wider than the screen`);
  const found = await page.evaluate(async () => (await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations);
  for (const { id, help, nodes: all } of found) {
    // A menu in the top layer belongs to no landmark.
    const nodes = all.filter((node) => !(id === 'region' && node.target.join(' ').endsWith('.menu')));
    if (nodes.length) problems.push(`${name}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
  }
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await build({ root, mode: 'demo', logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
const server = await serve();
const base = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const problems = [];
let looked = 0;
let said = 0;
const wanted = process.argv.slice(2);
const chosenLooks = Object.entries(looks).filter(([name]) => !wanted.some((each) => each in looks) || wanted.includes(name));
const chosenScreens = Object.entries(screens).filter(([name]) => !wanted.some((each) => each in screens) || wanted.includes(name));
for (const [look, options] of chosenLooks) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce', timezoneId: 'UTC' });
  // The checker comes in as the page's own tools do, past its policy.
  await context.addInitScript(axe);
  for (const [screen, go] of chosenScreens) {
    if (look === 'wide' && !['chats', 'talk', 'info', 'welcome'].includes(screen)) continue;
    const name = `${screen}-${look}`;
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => problems.push(`${name}: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && problems.push(`${name}: ${message.text().slice(0, 300)}`));
    page.on('request', (request) => !/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(base) && problems.push(`${name}: asks ${request.url()}`));
    try {
      await go(page, base);
      await check(page, name, problems);
      looked++;
    } catch (error) {
      problems.push(`${name}: ${error.message.split('\n')[0]}`);
    }
    for (const problem of new Set(problems.slice(said))) console.log(problem);
    said = problems.length;
    await page.close();
  }
  await context.close();
}
await browser.close();
server.close();
rmSync(dist, { recursive: true, force: true });
console.log(`${looked} screens looked at, ${new Set(problems).size} problems`);
process.exitCode = problems.length ? 1 : 0;
