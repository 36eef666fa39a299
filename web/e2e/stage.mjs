// What the plays need: a real server that can be killed, browsers, and people who sign up in them.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
export const CHROMIUM = process.env.KITH_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
/** For whatever must come, on however slow a machine; costs nothing where it comes. */
export const PATIENCE = 60_000;
/** For what comes when the server is back: by then the pause before the next try may be a minute. */
export const BACK = 150_000;
export const LAUNCH = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests'];

const isFree = (port) => new Promise((resolve) => {
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
});

/** Three in a row: the server comes back to them after a crash, since its pages' origin has the first. */
async function freePorts() {
  for (let port = 20_000 + (process.pid % 8000); port < 32_000; port += 3) {
    const ports = [port, port + 1, port + 2];
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return ports;
  }
  throw new Error('there are no free ports');
}

export async function until(what, check, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${patience / 1000} s: ${typeof what === 'function' ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export class Server {
  data = mkdtempSync(join(tmpdir(), 'kith-e2e-'));
  log = '';

  static async start(...settings) {
    const server = new Server();
    server.ports = await freePorts();
    server.settings = settings;
    await server.up();
    return server;
  }

  /** Where pages are opened: at http, or at https if it listens there (listen.https=127.0.0.1:0) and a play says so. */
  get url() {
    return this.secure ? `https://localhost:${this.httpsPort}` : `http://localhost:${this.ports[0]}`;
  }

  get httpsPort() {
    return / HTTPS 127\.0\.0\.1:(\d+)/.exec(this.log)?.[1];
  }

  async up() {
    const command = process.env.KITH_SERVER ?? join(web, '..', 'kith');
    const [http, xmpp, xmpps] = this.ports;
    const settings = [`listen.http=127.0.0.1:${http}`, `listen.xmpp=127.0.0.1:${xmpp}`, `listen.xmpps=127.0.0.1:${xmpps}`, 'listen.https=', 'listen.stun=', ...this.settings];
    const before = this.log.length;
    this.process = spawn(command, ['serve', '--data', this.data, ...settings.flatMap((each) => ['--set', each])], {
      env: { ...process.env, KITH_NO_BUILD: '1' }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (text) => (this.log += text);
    this.process.stdout.setEncoding('utf8').on('data', hear);
    this.process.stderr.setEncoding('utf8').on('data', hear);
    this.gone = new Promise((resolve) => this.process.on('exit', resolve));
    // A line may come in pieces.
    await until(() => `the server starts; it said: ${this.log.slice(before)}`, () => {
      if (this.process.exitCode !== null) throw new Error(`the server ended:\n${this.log}`);
      return this.log.includes('Kith is ready', before);
    }, 120_000);
  }

  /** kill -9. */
  async crash() {
    this.process.kill('SIGKILL');
    await this.gone;
  }

  async stop() {
    this.process.kill('SIGKILL');
    await this.gone;
    rmSync(this.data, { recursive: true, force: true });
  }

  /** The code that was sent to the number last. */
  code(phone) {
    const found = [...this.log.matchAll(/SMS to (\+\d+): (\d+) is your code/g)].filter((each) => each[1] === phone).at(-1);
    return found?.[2];
  }
}

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', webmanifest: 'application/manifest+json', png: 'image/png' };

export class Browser {
  static async start(appDirectory, more = []) {
    const browser = new Browser();
    browser.app = appDirectory;
    browser.chromium = await chromium.launch({
      executablePath: CHROMIUM,
      args: [...LAUNCH, ...more],
    });
    return browser;
  }

  /** A browser profile of its own: another device. */
  async device(server, name, screen = {}) {
    const context = await this.chromium.newContext({ serviceWorkers: 'block', viewport: { width: 1200, height: 800 }, ...screen });
    context.setDefaultTimeout(PATIENCE);
    // The app with its inside open to tests, on the server's origin; all else is the server's.
    await context.route((url) => url.origin === server.url, async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (/^\/(v1|media|ws|health)\b/.test(path)) return route.continue();
      const file = join(this.app, path === '/' ? 'index.html' : path);
      if (!existsSync(file)) return route.fulfill({ status: 404 });
      return route.fulfill({ body: readFileSync(file), contentType: TYPES[file.split('.').pop()] ?? 'application/octet-stream' });
    });
    return new Device(context, server, name);
  }

  close() {
    return this.chromium.close();
  }
}

export class Device {
  constructor(context, server, name) {
    Object.assign(this, { context, server, name, errors: [] });
  }

  async open() {
    this.page = await this.context.newPage();
    this.page.on('pageerror', (error) => this.errors.push(`${this.name}: ${error.stack ?? error}`));
    if (process.env.KITH_E2E_LOG) this.page.on('console', (message) => console.log(`[${this.name}] ${message.text()}`));
    await this.page.goto(this.server.url);
    await this.page.waitForFunction(() => globalThis.kith !== undefined);
    return this;
  }

  /** Runs in the page: `run((kith, arg) => …, arg)`. */
  run(work, arg) {
    return this.page.evaluate(`(async () => (${work})(globalThis.kith, ${JSON.stringify(arg) ?? 'undefined'}))()`);
  }

  until(what, work, arg, patience) {
    return until(`${this.name}: ${what}`, () => this.run(work, arg), patience);
  }

  async signUp(phone, name) {
    this.phone = phone;
    await this.until('is welcome', (kith) => kith.account.session.value.step === 'welcome');
    await this.run((kith, phone) => kith.account.requestCode(phone), phone);
    const code = await until('a code is sent', () => this.server.code(phone));
    await this.run((kith, code) => kith.account.submitCode(code), code);
    await this.online();
    await this.run((kith, name) => kith.account.setProfile({ name }), name);
    await this.run((kith) => kith.account.finishProfile());
    this.address = await this.run((kith) => kith.account.me.value.address);
  }

  online(patience = PATIENCE) {
    return this.until('is online', (kith) => kith.account.connection.value.state === 'online', undefined, patience);
  }

  send(to, text) {
    return this.run((kith, { to, text }) => kith.chats.start(to).then((chat) => kith.messages.send(chat, { text })), { to, text });
  }

  /** All texts of the chat with their ticks, oldest first, as a window shows them. */
  texts(chat) {
    return this.run(async (kith, chat) => {
      const window = kith.chats.open(chat, 'end');
      while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
      const shown = window.view.value.messages.map((message) => ({ text: message.content.text ?? message.content.kind, mine: message.mine, tick: message.tick, edited: message.edited !== undefined, reactions: message.reactions?.map((each) => each.emoji) }));
      window.close();
      return shown;
    }, chat);
  }

  async has(chat, texts, patience) {
    let now;
    await until(`${this.name} has ${JSON.stringify(texts)}`, async () => {
      now = await this.texts(chat);
      return JSON.stringify(now.map((each) => each.text)) === JSON.stringify(texts);
    }, patience).catch((fault) => {
      throw new Error(`${fault.message}\n  but: ${JSON.stringify(now)}`);
    });
    return now;
  }
}
