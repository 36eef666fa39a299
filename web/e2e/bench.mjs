// Measures the app with 500 chats and 100,000 messages in the real local database: `node e2e/bench.mjs`. No server is needed.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM, LAUNCH } from './stage.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const app = process.env.KITH_E2E_APP ?? mkdtempSync(join(tmpdir(), 'kith-app-'));
if (!process.env.KITH_E2E_APP) execFileSync(process.execPath, [join(here, '../tools/build.mjs'), '--mode', 'e2e', '--out', app, '--no-check'], { stdio: 'inherit' });

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const files = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  const file = join(app, path === '/' ? 'index.html' : path);
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': TYPES[file.split('.').pop()] ?? 'application/octet-stream' }).end(readFileSync(file));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => files.once('listening', resolve));
const url = `http://localhost:${files.address().port}`;

const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...LAUNCH, '--enable-precise-memory-info', '--js-flags=--expose-gc'] });
const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1200, height: 800 } });
const page = await context.newPage();
page.on('pageerror', (error) => console.log(error.stack));
await page.goto(url);
await page.waitForFunction(() => globalThis.kith !== undefined);
let started = Date.now();
const count = await page.evaluate(() => globalThis.fill());
console.log(`filled with ${count} messages in ${((Date.now() - started) / 1000).toFixed(1)} s`);

// Wall time says what a person waits on this machine as it is just now; CPU time of the page's main thread says what the app costs, also
// while others work here.
const devtools = await context.newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
async function counters() {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
async function costs(work) {
  const before = await counters();
  const result = await work();
  const after = await counters();
  const of = (name) => (after[name] - before[name]) * 1000;
  return { result, cpu: of('TaskDuration'), parts: `script ${of('ScriptDuration').toFixed(0)}, style ${of('RecalcStyleDuration').toFixed(0)}, layout ${of('LayoutDuration').toFixed(0)}` };
}
const cpu = (all) => `CPU median ${median(all.map((each) => each.cpu)).toFixed(0)} ms (${all[all.length >> 1].parts})`;

const median = (values) => [...values].sort((one, two) => one - two)[values.length >> 1];
const show = (what, values, goal) => console.log(`${what.padEnd(44)} median ${median(values).toFixed(0).padStart(5)} ms, worst ${Math.max(...values).toFixed(0)} ms  (goal ${goal})`);

// Marks when the list was painted first, on the page's own clock, which begins with the navigation.
await page.addInitScript(() => {
  const look = () => {
    if (document.querySelectorAll('[data-chat]').length < 8) return void requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => (globalThis.painted = performance.now())));
  };
  requestAnimationFrame(look);
});
const opens = [];
const openings = [];
for (let i = 0; i < 7; i++) {
  await page.goto('about:blank');
  openings.push(await costs(async () => {
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => globalThis.painted !== undefined);
    opens.push(await page.evaluate(() => globalThis.painted));
  }));
}
show('open to a list of 500 chats on the screen', opens, '≤ 1000');
console.log(`  ${cpu(openings)}`);

// By a click in the list, until the messages are painted; each chat for the first time.
const clicks = [];
const clickings = [];
for (let i = 0; i < 12; i++) {
  clickings.push(await costs(async () => {
    clicks.push(await page.evaluate(async (index) => {
      const row = document.querySelectorAll('[data-chat]')[index % 8];
      const { chat } = row.dataset;
      const begin = performance.now();
      row.click();
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      // The window of this chat: its last message is on the screen.
      const last = globalThis.kith.chats.chat(chat).value.last;
      while (!document.querySelector(`[data-message="${CSS.escape(last.id)}"] .bubble, .message[data-message="${CSS.escape(last.id)}"]`)) await frame();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - begin;
    }, i));
  }));
}
show('click on a chat to its messages on the screen', clicks, '≤ 100');
console.log(`  ${cpu(clickings)}; first ${clicks[0].toFixed(0)} ms, again (the last four) ${median(clicks.slice(8)).toFixed(0)} ms`);

// Wheels through the longest chat for three seconds: frames that came late.
const frames = await page.evaluate(async () => {
  const longest = globalThis.kith.chats.list.value.find((chat) => chat.id.includes('10000000')) ?? globalThis.kith.chats.list.value[0];
  location.hash = '';
  document.querySelector(`[data-chat="${CSS.escape(longest.id)}"]`)?.click();
  const box = () => document.querySelector('.messages');
  while (!box()?.querySelector('.bubble')) await new Promise(requestAnimationFrame);
  const times = [];
  let before = performance.now();
  for (const end = before + 3000; before < end;) {
    box().scrollTop -= 60;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  return times.slice(2);
});
const late = frames.filter((each) => each > 25).length;
console.log(`scroll: ${frames.length} frames in 3 s, median ${median(frames).toFixed(1)} ms, ${late} later than 25 ms, worst ${Math.max(...frames).toFixed(0)} ms  (goal 60 a second)`);

const chats = await page.evaluate(async () => {
  const times = [];
  for (const chat of globalThis.kith.chats.list.value.slice(0, 40)) {
    const begin = performance.now();
    const window = globalThis.kith.chats.open(chat.id, 'end');
    while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 0));
    times.push(performance.now() - begin);
    window.close();
  }
  return times;
});
show('a chat\'s messages from the database', chats, '≤ 100');

const scroll = await page.evaluate(async () => {
  const times = [];
  const longest = globalThis.kith.chats.list.value.find((chat) => chat.id.includes('10000000'));
  const window = globalThis.kith.chats.open((longest ?? globalThis.kith.chats.list.value[0]).id, 'end');
  while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 0));
  for (let i = 0; i < 60 && window.view.value.older === 'more'; i++) {
    const begin = performance.now();
    await window.loadOlder();
    times.push(performance.now() - begin);
  }
  window.close();
  return times;
});
show(`a page of 60 older messages (${scroll.length} pages)`, scroll, 'a frame or two');

const searches = await page.evaluate(async () => {
  const times = [];
  // As the app does when the search box gets the focus; a person types the first letters meanwhile.
  const begin = performance.now();
  await globalThis.kith.search.warm();
  times.push(['(getting ready)', performance.now() - begin, 0]);
  for (const query of ['appointment', 'app', 'coffee station', 'monday', 'zzz', 'house']) {
    const begin = performance.now();
    const { messages } = await globalThis.kith.search.find(query, { limit: 15 });
    times.push([query, performance.now() - begin, messages.length]);
  }
  return times;
});
console.log(`search, to what fills the screen: ${searches.map(([query, millis, hits]) => `${query} ${millis.toFixed(0)} ms (${hits})`).join(', ')}  (goal ≤ 300)`);

await page.evaluate(() => globalThis.gc?.());
console.log(`memory: ${((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6).toFixed(0)} MB of JavaScript heap after all that  (goal ≤ 250)`);

const keeps = await page.evaluate(async () => {
  const times = [];
  const chat = globalThis.kith.chats.list.value[0].id;
  const window = globalThis.kith.chats.open(chat, 'end');
  while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 0));
  for (let i = 0; i < 20; i++) {
    const begin = performance.now();
    await globalThis.kith.messages.send(chat, { text: `bench ${i}` });
    times.push(performance.now() - begin);
  }
  return times;
});
show('from send to the clock, kept on the disk', keeps, 'soon; the bubble: npm run latency');
await browser.close();
files.close();
if (!process.env.KITH_E2E_APP) rmSync(app, { recursive: true, force: true });
