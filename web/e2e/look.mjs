// Looks at every screen of the app on the made-up world, with the product's Content Security Policy, in light, dark and
// from right to left, on a desk and on a phone: no axe violation, nothing wider than the screen, no error in the console,
// no request to anywhere else, and each looks about as it did: next to the checks lie small pictures of all of them, coarse
// enough for another machine's fonts, fine enough to see a pane that is gone or a colour that is wrong. Pictures are left in
// test-results/.   node e2e/look.mjs [NAME…]   With --accept, what is seen now is what is right from now on; with --shares, it says how
// much of each looks otherwise.
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { examined } from './people.mjs';
import { compare, darkroom, missing, results, still } from './pictures.mjs';
import { CHROMIUM, LAUNCH, PATIENCE } from './stage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = mkdtempSync(join(tmpdir(), 'kith-look-'));
/** What stands still in a picture is this: the made-up world is always the same, at the same moment. */
const NOW = new Date('2026-11-20T14:30:00Z');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };

/** What the operators' page is answered: a server at work. */
let asked = 0;
const operators = {
  session: () => ({ domain: 'example.org', version: '0.3.0', java: '25.0.1+8-LTS', processors: 8, pid: 4711, startedMillis: Date.UTC(2026, 9, 31, 8), endsMillis: Date.now() + 1e6 }),
  pulse: () => {
    const n = asked++;
    const wave = (size, pace) => Math.round(size * (1 + Math.sin(n / pace)));
    return {
      millis: 1e12 + n * 2000,
      numbers: { kith_connections: 1840 + wave(40, 9), kith_messages_kept_total: n * 900 + wave(300, 5), kith_messages_delivered_total: n * 1700 + wave(500, 5), kith_iqs_total: n * 120 + wave(60, 3), kith_presences_total: n * 60 + wave(30, 7), kith_sign_ins_total: n * 4, kith_store_syncs_total: n * 200, kith_store_sync_seconds_sum: n * 0.5 + wave(0.1, 4), kith_store_log_bytes: 4e9, kith_store_live_bytes: 3.1e9 },
      bounds: [0.5, 1, 2, 5, 10, 20],
      latencies: { kith_message_keeping_seconds: [0, n * 100, n * 780, n * 10 + wave(9, 6), wave(2, 6), 0, 0] },
      queues: {
        store: { unit: 'commits', waiting: wave(6, 4), limit: 20000, alerts: 0, longest: [{ name: 'writer', waiting: 4 }] },
        partition: { unit: 'events', waiting: wave(20, 6), limit: 10000, alerts: 0, longest: [{ name: '3', waiting: 12 }, { name: '0', waiting: 9 }] },
        account: { unit: 'events', waiting: 7200, limit: 5000, alerts: 2, longest: [{ name: '+491701234567', waiting: 7100 }, { name: 'a-rather-long-name-that-somebody-has-chosen-for-himself', waiting: 100 }] },
        connection: { unit: 'bytes', waiting: 65536, limit: 4194304, alerts: 0, longest: [{ name: '2001:db8:85a3::8a2e:370:7334', waiting: 65536 }] },
        loop: { unit: 'tasks', waiting: 3, limit: 10000, alerts: 0, longest: [] },
      },
      troubles: {},
      heapBytes: 3e8 + wave(5e7, 8),
      heapMostBytes: 4e9,
    };
  },
  accounts: () => ({ next: 'x', accounts: ['+491701234567', 'juliet', 'مريم', 'W'.repeat(60), '<b>bold</b>'].map((account, i) => ({ account, kind: i % 2 ? 'password' : 'key', disabled: i === 1, createdMillis: Date.UTC(2026, i, 3), device: i ? '' : 'Pixel 9' })) }),
  sessions: () => ({ sessions: [{ resource: 'kith-1', device: 'Firefox on Linux', connectedAtMillis: Date.UTC(2026, 9, 31), idleMillis: 300000, active: false, queued: 3 }, { resource: 'phone', device: '', connectedAtMillis: Date.UTC(2026, 9, 30), idleMillis: 0, active: true, queued: 0 }] }),
  reports: () => ({ reports: [
    { id: '1', at: '2026-10-31T10:00:00Z', by: 'juliet@example.org', about: 'tybalt@example.org', reason: 'urn:xmpp:reporting:abuse', text: 'He will not stop.\nSince Monday.', stanzas: ['a', 'b'] },
    { id: '2', at: '2026-10-31T11:00:00Z', by: 'romeo@example.org', about: 'spam@elsewhere.example', reason: 'urn:xmpp:reporting:spam', text: `<script>alert(1)</script>\u202e${'W'.repeat(900)}`, stanzas: [] },
  ] }),
  invites: () => ({ invites: [{ id: 'a', inviter: '', expiresMillis: Date.UTC(2026, 10, 3) }, { id: 'b', inviter: '+491701234567', expiresMillis: Date.UTC(2026, 10, 5) }] }),
  storage: () => ({ parts: [{ name: 'log', bytes: 4e9, files: 63 }, { name: 'index', bytes: 3e8, files: 12 }, { name: 'media', bytes: 91e9, files: 120345 }, { name: 'tls', bytes: 4e3, files: 2 }, { name: 'else', bytes: 0, files: 0 }], whole: true, freeBytes: 210e9, totalBytes: 500e9 }),
  config: () => ({ settings: [['domain', '"example.org"', 'kith.conf:1'], ['sms.webhook.headers', '(not shown)', 'kith.conf:12'], ['inbox.keep', '7776000000 ms', ''], ['contacts', '{}', ''], ['media.max-file', '2147483648', '--set']].map(([key, value, origin]) => ({ key, value, origin })) }),
};

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://x').pathname);
    const answer = path.startsWith('/admin/api/') ? operators[path.slice('/admin/api/'.length)] : undefined;
    if (answer) return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer()));
    const file = join(dist, path === '/' ? 'index.html' : path === '/admin' ? 'admin.html' : path);
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

/** Nobody answers: that would come while one looks, or not yet. */
const small = '?chats=60&messages=4000&answers=0';
const chats = (page) => page.locator('[data-chat]');

async function home(page, base, query = small) {
  await page.goto(base + query);
  await chats(page).first().waitFor();
}

async function openChat(page, base, index) {
  await home(page, base);
  await chats(page).nth(index).click();
  await page.locator('.bubble').first().waitFor();
  // It opens at its end, whatever has to be measured on the way there.
  await page.waitForFunction(() => {
    const { scrollHeight, scrollTop, clientHeight } = document.querySelector('.messages');
    return scrollHeight - scrollTop - clientHeight < 2;
  });
}

async function openNamed(page, base, id) {
  await home(page, base);
  await page.locator(`[data-chat="${id}"]`).scrollIntoViewIfNeeded();
  await page.locator(`[data-chat="${id}"]`).click();
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

const operating = (part, wait) => async (page, base) => {
  await page.goto(`${base}admin#/${part}`);
  await page.locator(wait).first().waitFor();
};

const screens = {
  adminPulse: async (page, base) => {
    asked = 0;
    await page.clock.install();
    await operating('pulse', '.chart')(page, base);
    for (const end = Date.now() + PATIENCE; asked < 61 && Date.now() < end;) {
      // It asks two seconds behind the answer, which it may not have yet: then once more.
      const asks = page.waitForResponse(/pulse/, { timeout: 500 }).catch(() => {});
      await page.clock.runFor(2_000);
      await asks;
    }
  },
  adminAccounts: async (page, base) => {
    await operating('accounts', '.card')(page, base);
    await page.locator('.card .button').first().click();
    await page.locator('.inner li').first().waitFor();
  },
  adminReports: operating('reports', '.card'),
  adminInvites: operating('invites', '.card'),
  adminStorage: operating('storage', '.meter'),
  adminConfig: operating('config', 'dl'),
  hostile: async (page, base) => {
    await openChat(page, base, 1);
    for (const text of hostile) {
      await page.locator('.composer textarea').fill(text);
      await page.locator('.composer .round.main').click();
    }
    await still(page);
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
  newCommunity: async (page, base) => {
    await home(page, base);
    await page.locator('.bar .round').first().click();
    await page.locator('.row').nth(1).click();
    await page.locator('[role=checkbox]').first().click();
  },
  newList: async (page, base) => {
    await home(page, base);
    await page.locator('.bar .round').first().click();
    await page.locator('.row').nth(2).click();
    await page.locator('[role=checkbox]').nth(1).click();
  },
  asking: (page, base) => openNamed(page, base, 'g2@groups.kith.example'),
  requests: async (page, base) => {
    await openNamed(page, base, 'g2@groups.kith.example');
    await page.locator('.strip .button').click();
    await page.locator('.request').first().waitFor();
  },
  community: async (page, base) => {
    await openNamed(page, base, 'g8@groups.kith.example');
    await page.locator('.whom').click();
    await page.locator('.side .role').first().waitFor();
  },
  notify: async (page, base) => {
    await openNamed(page, base, 'g2@groups.kith.example');
    await page.locator('.whom').click();
    await page.locator('.side .lucide-volume-2, .side .row svg').first().waitFor();
    await page.locator('.side button.row', { has: page.locator('.under', { hasText: /message|Nachricht|mensaje|رسالة/ }) }).first().click();
    await page.locator('dialog').waitFor();
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

async function check(page, name, problems, room) {
  await still(page);
  await compare(name, page, room, problems);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) problems.push(`${name}: ${wide} px wider than the screen`);
  const { violations: found } = await examined(page, ['best-practice']);
  for (const { id, help, nodes: all } of found) {
    // A menu in the top layer belongs to no landmark.
    const nodes = all.filter((node) => !(id === 'region' && node.target.join(' ').endsWith('.menu')));
    if (nodes.length) problems.push(`${name}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
  }
}

if (!CHROMIUM) {
  console.log('skipped: there is no Chromium (apt install chromium, or KITH_CHROMIUM=/path/to/it)');
  process.exit(0);
}
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await build({ root, mode: 'demo', logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
await build({ root, mode: 'admin', logLevel: 'error', publicDir: false, build: { outDir: dist, emptyOutDir: false, manifest: false } });
const server = await serve();
const base = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--headless', ...LAUNCH],
});
if (missing.length > 0) console.log(`the pictures are not compared, for want of fonts: ${missing.join(', ')}`);
const problems = [];
const room = await darkroom(browser);
let looked = 0;
let said = 0;
const wanted = process.argv.slice(2).filter((each) => !each.startsWith('--'));
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
    page.setDefaultTimeout(PATIENCE);
    await page.clock.setFixedTime(NOW);
    page.on('pageerror', (error) => problems.push(`${name}: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && problems.push(`${name}: ${message.text().slice(0, 300)}`));
    page.on('request', (request) => !/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(base) && problems.push(`${name}: asks ${request.url()}`));
    try {
      await go(page, base);
      await check(page, name, problems, room);
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
