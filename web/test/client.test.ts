import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Client, IqError, type Handlers, type Socket, type State, type Surroundings } from '../src/xmpp/client';
import { NS } from '../src/xmpp/ns';
import { el, read, type Element } from '../src/xmpp/xml';

/** A server of a few lines: grants every token, counts like XEP-0198 says, and forgets or resumes as it is told. */
class FakeServer {
  sockets: FakeSocket[] = [];
  resumable = true;
  answersAcks = true;
  handled = 0;
  received: Element[] = [];
  session = 0;
  refusal: string | undefined;

  open(): Socket {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    queueMicrotask(() => socket.onopen?.());
    return socket;
  }
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  take(socket: FakeSocket, element: Element): void {
    if (element.is('authenticate', NS.sasl2)) {
      if (this.refusal !== undefined) return socket.say(el('failure', NS.sasl2, {}, el(this.refusal, NS.sasl)));
      void this.grant(socket, element);
    } else if (element.is('r', NS.sm)) {
      if (this.answersAcks) socket.say(el('a', NS.sm, { h: this.handled }));
    } else if (element.ns === NS.client) {
      this.handled++;
      this.received.push(element);
    }
  }

  private async grant(socket: FakeSocket, authenticate: Element): Promise<void> {
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('token'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const proof = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('Responder')))));
    const resume = authenticate.child('resume', NS.sm);
    const parts: Element[] = [el('additional-data', NS.sasl2, {}, proof), el('authorization-identifier', NS.sasl2, {}, 'romeo@kith.test/Kith.1')];
    if (resume && this.resumable) {
      parts.push(el('resumed', NS.sm, { previd: resume.attr('previd'), h: this.handled }));
    } else {
      if (resume) parts.push(el('failed', NS.sm, { h: this.handled }));
      this.handled = 0;
      parts.push(el('bound', NS.bind2, {}, el('enabled', NS.sm, { id: `s${++this.session}`, resume: 'true' })));
    }
    socket.say(el('success', NS.sasl2, {}, parts));
  }
}

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  sent: Element[] = [];
  deaf = false;

  constructor(private readonly server: FakeServer) {}

  send(text: string): void {
    const element = read(text);
    this.sent.push(element);
    if (!this.deaf) this.server.take(this, element);
  }
  say(element: Element): void {
    const text = element.toString();
    queueMicrotask(() => this.onmessage?.({ data: text }));
  }
  close(): void {}
}

const message = (id: string) => el('message', NS.client, { id, to: 'juliet@kith.test' }, el('body', NS.client, {}, id));
/** All that is under way in this process is done. */
const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
};
/** For what the crypto threads do. */
const until = (check: () => boolean) => vi.waitFor(() => {
  if (!check()) throw new Error('not yet');
}, { timeout: 60_000, interval: 2 });

let server: FakeServer;
let acked: string[];
let fresh: number;
let states: State[];
let got: Element[];
let now: number;
let timers: { at: number; run: () => void }[];
let handle: (stanza: Element) => Promise<void> | void;
let client: Client;

/** Time goes by only here. */
function pass(millis: number): void {
  now += millis;
  for (const timer of timers.filter((each) => each.at <= now)) {
    timers = timers.filter((each) => each !== timer);
    timer.run();
  }
}

beforeEach(() => {
  server = new FakeServer();
  [acked, fresh, states, got, now, timers] = [[], 0, [], [], 0, []];
  handle = (stanza) => void got.push(stanza);
  const handlers: Handlers = {
    state: (state) => void states.push(state),
    fresh: () => void fresh++,
    stanza: (stanza) => handle(stanza),
    acked: (keys) => void acked.push(...keys),
    token: () => {},
  };
  const around: Surroundings = {
    open: () => server.open(),
    now: () => now,
    random: () => 0.5,
    setTimer: (run, millis) => {
      const timer = { at: now + millis, run };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => void (timers = timers.filter((each) => each !== timer)),
  };
  client = new Client(handlers, around);
});

async function online(): Promise<void> {
  client.start({ jid: 'romeo@kith.test', token: 'token', deviceId: 'd', deviceName: 'Test' });
  await until(() => client.online);
  await settled();
}

async function reconnect(): Promise<void> {
  server.socket.onclose?.({});
  pass(60_000);
  await until(() => client.online);
  await settled();
}

test('with a token all is said at once: one round trip', async () => {
  await online();
  expect(server.socket.sent.map((each) => each.name)).toEqual(['open', 'authenticate']);
  const authenticate = server.socket.sent[1]!;
  expect(authenticate.attr('mechanism')).toBe('HT-SHA-256-NONE');
  expect(authenticate.child('bind', NS.bind2)?.child('enable', NS.sm)).toBeDefined();
  expect(fresh).toBe(1);
});

test('nothing counts as taken before the server says so', async () => {
  server.answersAcks = false;
  await online();
  client.send(message('1'), '1');
  client.send(message('2'), '2');
  await settled();
  expect(acked).toEqual([]);
  server.socket.say(el('a', NS.sm, { h: 1 }));
  await settled();
  expect(acked).toEqual(['1']);
  server.socket.say(el('a', NS.sm, { h: 2 }));
  await settled();
  expect(acked).toEqual(['1', '2']);
});

test('an acknowledgement of more than was sent is not believed', async () => {
  server.answersAcks = false;
  await online();
  client.send(message('1'), '1');
  server.socket.say(el('a', NS.sm, { h: 7 }));
  await settled();
  expect(acked).toEqual([]);
});

test('a stream that resumes sends again just what the server did not count', async () => {
  await online();
  client.send(message('1'), '1');
  await settled();
  server.socket.deaf = true;
  client.send(message('2'), '2');
  client.send(message('3'), '3');
  await reconnect();
  expect(server.received.map((each) => each.attr('id'))).toEqual(['1', '2', '3']);
  expect(acked).toEqual(['1', '2', '3']);
  expect(fresh).toBe(1);
});

test('a stream that cannot resume sends nothing again by itself', async () => {
  await online();
  server.resumable = false;
  server.socket.deaf = true;
  client.send(message('1'), '1');
  await reconnect();
  expect(server.received).toEqual([]);
  expect(acked).toEqual([]);
  expect(fresh).toBe(2);
});

test('what the server had counted before it forgot the stream is acknowledged', async () => {
  server.answersAcks = false;
  await online();
  client.send(message('1'), '1');
  await settled();
  server.resumable = false;
  server.answersAcks = true;
  await reconnect();
  expect(acked).toEqual(['1']);
});

test('a stanza is counted only when its handler is done, and in order', async () => {
  await online();
  const done: (() => void)[] = [];
  handle = () => new Promise((resolve) => done.push(resolve));
  server.socket.say(message('a'));
  server.socket.say(message('b'));
  await settled();
  expect(done.length).toBe(2);
  done[1]!();
  server.socket.say(el('r', NS.sm));
  await settled();
  expect(server.socket.sent.some((each) => each.name === 'a')).toBe(false);
  done[0]!();
  await settled();
  expect(server.socket.sent.at(-1)?.attr('h')).toBe('2');
});

test('a handler that fails ends the stream, so that the stanza comes again', async () => {
  await online();
  handle = () => Promise.reject(new Error('the disk is full'));
  server.socket.say(message('a'));
  await settled();
  expect(client.online).toBe(false);
  pass(60_000);
  await until(() => server.socket.sent.length > 1);
  expect(server.socket.sent[1]?.child('resume', NS.sm)?.attr('h')).toBe('0');
});

test('a server that is silent is left, and another stream is begun', async () => {
  await online();
  server.answersAcks = false;
  const first = server.socket;
  pass(45_000);
  expect(first.sent.at(-1)?.name).toBe('r');
  pass(12_000);
  expect(states.at(-1)?.is).toBe('waiting');
});

test('tries are ever further apart, up to a minute, and at once when the network is back', async () => {
  server.open = () => {
    throw new Error('no network');
  };
  client.start({ jid: 'romeo@kith.test', token: 'token', deviceId: 'd', deviceName: 'Test' });
  const waits: number[] = [];
  for (let i = 0; i < 10; i++) {
    const state = states.at(-1)!;
    if (state.is !== 'waiting') throw new Error('not waiting');
    waits.push(state.retryAt - now);
    pass(state.retryAt - now);
  }
  expect(waits[0]).toBeLessThan(600);
  expect(waits).toEqual([...waits].sort((one, two) => one - two));
  expect(waits.at(-1)).toBeLessThanOrEqual(60_000);
  const tries = () => states.filter((each) => each.is === 'connecting').length;
  const before = tries();
  client.nudge();
  expect(tries()).toBe(before + 1);
  // Who writes does not wait out a long pause, but does not ask with every letter either.
  client.nudge();
  pass((states.at(-1) as { retryAt: number }).retryAt - now);
  for (let i = 0; i < 4; i++) pass((states.at(-1) as { retryAt: number }).retryAt - now);
  const then = tries();
  client.hurry();
  expect(tries()).toBe(then);
  pass(2_000);
  client.hurry();
  client.hurry();
  expect(tries()).toBe(then + 1);
});

describe('an iq', () => {
  test('gets its answer', async () => {
    await online();
    const asked = client.iq('get', undefined, el('ping', NS.ping));
    const id = server.received.at(-1)!.attr('id');
    server.socket.say(el('iq', NS.client, { type: 'result', id }));
    await expect(asked).resolves.toBeDefined();
  });

  test('is not answered by somebody else', async () => {
    await online();
    let answered = false;
    const asked = client.iq('get', 'juliet@kith.test', el('ping', NS.ping)).then(() => (answered = true));
    const id = server.received.at(-1)!.attr('id');
    server.socket.say(el('iq', NS.client, { type: 'result', id, from: 'mallory@kith.test/x' }));
    await settled();
    expect(answered).toBe(false);
    server.socket.say(el('iq', NS.client, { type: 'result', id, from: 'juliet@kith.test' }));
    await asked;
  });

  test('fails when its stream is gone for good, and when nobody answers', async () => {
    await online();
    const lost = client.iq('get', undefined, el('ping', NS.ping));
    server.resumable = false;
    const failing = expect(lost).rejects.toThrow(IqError);
    await reconnect();
    await failing;
    const silent = client.iq('get', undefined, el('ping', NS.ping));
    const timing = expect(silent).rejects.toMatchObject({ condition: 'remote-server-timeout' });
    pass(30_000);
    await timing;
  });
});

test('a void token ends in being signed out, not in endless tries', async () => {
  server.refusal = 'not-authorized';
  client.start({ jid: 'romeo@kith.test', token: 'token', deviceId: 'd', deviceName: 'Test' });
  await until(() => states.at(-1)?.is === 'stopped');
  expect(states.at(-1)).toMatchObject({ is: 'stopped', reason: 'not-authorized' });
});

test('a server that is busy is tried again', async () => {
  server.refusal = 'temporary-auth-failure';
  client.start({ jid: 'romeo@kith.test', token: 'token', deviceId: 'd', deviceName: 'Test' });
  await until(() => states.at(-1)?.is === 'waiting');
});

test('what is no XML ends the stream', async () => {
  await online();
  server.socket.onmessage?.({ data: '<message' });
  expect(client.online).toBe(false);
});
