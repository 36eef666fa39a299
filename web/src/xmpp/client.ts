// One device's stream, kept alive: signs in (SASL2 with a token or a key), binds or resumes in the same round trip,
// counts acknowledgements both ways (XEP-0198), comes back by itself after a break. Knows no message's meaning.
//
//   idle -> connecting -> online -> (waiting -> connecting -> online)* -> stopped
//
// What is handed in to `send` is sent once per stream in order and, if the stream resumes, again as far as the server did not
// count it. If it cannot be resumed it is dropped here: `fresh` tells, and who needs it sent decides what to send again.
// A stanza that arrived counts as handled when the promise of its handler is done, in order: what we acknowledge is kept.

import { Backoff } from './backoff';
import { NS } from './ns';
import { el, read, write, type Element, type Node } from './xml';
import type { Handlers, State, StopReason } from './handlers';
import { IqError, Iqs } from './iqs';
import { domain } from './jid';
import { Proof, TOKENS, type Credentials } from './proof';
import { following, Sent } from './sent';
import type { Socket, Surroundings } from './surroundings';

export type { Handlers, State, StopReason } from './handlers';
export { errorOf, IqError } from './iqs';
export type { Credentials } from './proof';
export { surroundings, type Socket, type Surroundings } from './surroundings';

const CONNECT_MILLIS = 15_000;
/** Without a sign of life for this long, the server is asked for one; without an answer for that long, the stream is dead. */
const QUIET_MILLIS = 45_000;
const ANSWER_MILLIS = 12_000;

export class Client {
  private state: State = { is: 'idle' };
  private socket: Socket | undefined;
  private credentials: Credentials | undefined;
  private readonly backoff: Backoff;
  private guard: unknown;
  private quiet: unknown;
  private awaited: unknown;

  // XEP-0198: what we sent, and how much of what came we have handled.
  private streamId: string | undefined;
  private readonly sent = new Sent();
  private handled = 0;
  private unanswered = false;
  private askSoon = false;
  private work: Promise<void> = Promise.resolve();
  private done: Promise<void> = Promise.resolve();
  private generation = 0;

  private readonly iqs: Iqs;
  private proof: Proof | undefined;
  private active = true;

  constructor(
    private readonly handlers: Handlers,
    private readonly around: Surroundings,
    /** More elements for Bind 2, such as the wish for groups. */
    private readonly inline: readonly Element[] = [],
  ) {
    this.iqs = new Iqs(around);
    this.backoff = new Backoff(around);
  }

  get online(): boolean {
    return this.state.is === 'online';
  }

  start(credentials: Credentials): void {
    this.credentials = credentials;
    if (this.state.is === 'idle' || this.state.is === 'stopped') this.connect();
  }

  /** The network came back, or somebody looks: try now; if connected, see whether that is true. */
  nudge(): void {
    if (this.state.is === 'waiting') {
      this.backoff.succeeded();
      this.backoff.stop();
      this.connect();
    } else if (this.state.is === 'online') {
      this.probe(5_000);
    }
  }

  /** Somebody writes: no need to wait out a long pause. One that is short, or just begun, is waited out. */
  hurry(): void {
    if (this.state.is !== 'waiting' || !this.backoff.isLong()) return;
    this.backoff.stop();
    this.connect();
  }

  /** The network is gone; no need to wait for a time-out. */
  lost(): void {
    if (this.state.is === 'online' || this.state.is === 'connecting') this.broken('offline');
  }

  /** Ends the stream in order; un-acknowledged things stay with who gave them. */
  stop(reason: StopReason = 'closed', text?: string): void {
    this.backoff.stop();
    const socket = this.detach();
    if (socket) {
      try {
        socket.send(write(el('close', NS.framing)));
      } catch { /* it was closed */ }
      socket.close();
    }
    this.streamId = undefined;
    this.sent.drop();
    this.iqs.fail();
    this.become({ is: 'stopped', reason, ...(text !== undefined && { text }) });
  }

  /** Sends in order; what is not acknowledged is sent again if the stream resumes. Not online: dropped, returns false. */
  send(stanza: Element, key?: string): boolean {
    if (this.state.is !== 'online') return false;
    this.sent.add(stanza, key);
    this.put(stanza);
    this.askForAck();
    return true;
  }

  /** An iq and its answer. Fails with an IqError; `condition` is `disconnected` when there was no stream to answer it. */
  iq(type: 'get' | 'set', to: string | undefined, ...payload: Node[]): Promise<Element> {
    if (this.state.is !== 'online') return Promise.reject(new IqError('disconnected', 'wait', undefined));
    return this.iqs.ask(to, (id) => this.send(el('iq', NS.client, { type, id, to }, ...payload)));
  }

  /** XEP-0352. */
  setActive(active: boolean): void {
    if (this.active === active) return;
    this.active = active;
    if (this.state.is === 'online') this.put(el(active ? 'active' : 'inactive', NS.csi));
  }

  // ------------------------------------------------------------------------------------------------------ connecting

  private become(state: State): void {
    this.state = state;
    this.handlers.state(state);
  }

  private connect(): void {
    const generation = ++this.generation;
    this.become({ is: 'connecting' });
    let socket: Socket;
    try {
      socket = this.around.open();
    } catch (fault) {
      this.broken(String(fault));
      return;
    }
    this.socket = socket;
    this.guard = this.around.setTimer(() => this.broken('timeout'), CONNECT_MILLIS);
    const mine = () => generation === this.generation && this.socket === socket;
    socket.onopen = () => {
      if (mine()) void this.greet(mine).catch((fault: unknown) => mine() && this.broken(String(fault)));
    };
    socket.onmessage = (event) => {
      if (mine()) this.frame(event.data, mine);
    };
    socket.onclose = () => {
      if (mine()) this.broken('closed');
    };
    socket.onerror = () => {
      if (mine()) this.broken('unreachable');
    };
  }

  /** With a token all is said at once, ahead of the server's features: one round trip. */
  private async greet(mine: () => boolean): Promise<void> {
    const { jid } = this.credentials!;
    const proof = (this.proof = new Proof(this.credentials!));
    const authenticate = this.authenticate(proof.mechanism, await proof.initial());
    if (!mine()) return;
    this.put(el('open', NS.framing, { to: domain(jid), version: '1.0', 'xml:lang': 'en' }));
    this.put(authenticate);
  }

  private authenticate(mechanism: string, initial: string): Element {
    const { deviceId, deviceName } = this.credentials!;
    return el('authenticate', NS.sasl2, { mechanism },
      el('initial-response', NS.sasl2, {}, initial),
      el('user-agent', NS.sasl2, { id: deviceId }, el('software', NS.sasl2, {}, 'Kith'), el('device', NS.sasl2, {}, deviceName)),
      mechanism === TOKENS ? el('fast', NS.fast) : el('request-token', NS.fast, { mechanism: TOKENS }),
      this.streamId !== undefined && el('resume', NS.sm, { previd: this.streamId, h: this.handled }),
      el('bind', NS.bind2, {}, el('tag', NS.bind2, {}, 'Kith'), el('enable', NS.sm), el('enable', NS.carbons), this.inline));
  }

  private detach(): Socket | undefined {
    const socket = this.socket;
    this.socket = undefined;
    this.generation++;
    this.work = this.done = Promise.resolve();
    this.around.clearTimer(this.guard);
    this.around.clearTimer(this.quiet);
    this.around.clearTimer(this.awaited);
    this.awaited = undefined;
    this.unanswered = false;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    return socket;
  }

  private broken(reason: string): void {
    if (this.state.is === 'stopped') return;
    this.detach()?.close();
    this.become({ is: 'waiting', retryAt: this.backoff.failed(() => this.connect()), reason });
  }

  // ---------------------------------------------------------------------------------------------------- what arrives

  private frame(data: unknown, mine: () => boolean): void {
    let element: Element;
    try {
      element = read(String(data), '');
    } catch (fault) {
      this.broken(String(fault));
      return;
    }
    this.alive();
    switch (element.ns) {
      case NS.framing:
        if (element.name === 'close') this.broken('closed by the server');
        return;
      case NS.stream:
        if (element.name === 'error') this.streamError(element);
        return;
      case NS.sasl2:
        void this.sasl(element, mine).catch((fault: unknown) => mine() && this.broken(String(fault)));
        return;
      case NS.sm:
        this.management(element, mine);
        return;
      case NS.client:
        this.take(element, mine);
    }
  }

  private async sasl(element: Element, mine: () => boolean): Promise<void> {
    switch (element.name) {
      case 'challenge': {
        const response = await this.proof!.respond(element.text);
        if (mine()) this.put(el('response', NS.sasl2, {}, response));
        return;
      }
      case 'success': {
        // Frames that come while the proof is checked must wait: they are handled behind this.
        const data = element.childText('additional-data') ?? '';
        const before = this.work;
        this.work = before.then(async () => {
          const proven = await this.proof!.verify(data);
          if (!mine()) return;
          if (!proven) {
            this.broken('the server does not know the password');
            return;
          }
          await this.success(element, mine);
        });
        return this.work;
      }
      case 'failure':
        this.refused(element);
    }
  }

  private async success(element: Element, mine: () => boolean): Promise<void> {
    this.around.clearTimer(this.guard);
    this.proof = undefined;
    const token = element.child('token', NS.fast);
    const value = token?.attr('token');
    if (token && value !== undefined) {
      this.credentials = { ...this.credentials!, token: value };
      await this.handlers.token(value, token.attr('expiry') ?? '');
      if (!mine()) return;
    }
    this.backoff.succeeded();
    const jid = element.childText('authorization-identifier') ?? this.credentials!.jid;
    const resumed = element.child('resumed', NS.sm);
    if (resumed) {
      this.confirm(Number(resumed.attr('h')));
      this.become({ is: 'online', jid });
      const again = this.sent.stanzas;
      for (const stanza of again) this.put(stanza);
      if (!this.active) this.put(el('inactive', NS.csi));
      this.handlers.resumed?.();
      if (again.length > 0) this.askForAck();
      return;
    }
    // What the server had counted before it forgot the stream is done with, too.
    const failed = element.child('failed', NS.sm)?.attr('h');
    if (failed !== undefined) this.confirm(Number(failed));
    const bound = element.child('bound', NS.bind2);
    if (!bound) {
      this.broken('nothing was bound');
      return;
    }
    this.sent.forget();
    this.handled = 0;
    this.iqs.fail();
    this.streamId = bound.child('enabled', NS.sm)?.attr('id');
    this.become({ is: 'online', jid });
    if (!this.active) this.put(el('inactive', NS.csi));
    await this.handlers.fresh(jid, bound);
  }

  private refused(failure: Element): void {
    const condition = failure.elements().find((child) => child.ns === NS.sasl)?.name ?? 'not-authorized';
    const text = failure.childText('text');
    if (condition === 'temporary-auth-failure' || condition === 'aborted' || condition === 'malformed-request') {
      this.broken(text ?? condition);
    } else if (this.credentials!.token !== undefined && this.credentials!.key !== undefined) {
      // The token is too old: once with the key.
      const { token: _, ...rest } = this.credentials!;
      this.credentials = rest;
      this.broken(condition);
    } else {
      const reason = condition === 'account-disabled' || condition === 'credentials-expired' ? condition : 'not-authorized';
      this.stop(reason, text);
    }
  }

  private streamError(error: Element): void {
    const condition = error.elements().find((child) => child.ns === NS.streamErrors && child.name !== 'text')?.name ?? 'undefined-condition';
    const text = error.childText('text', NS.streamErrors);
    // `reset`: the credentials became void; the next try says so. `conflict`: the same device elsewhere: do not fight over it.
    if (condition === 'conflict') this.stop('conflict', text);
    else this.broken(text ?? condition);
  }

  private management(element: Element, mine: () => boolean): void {
    if (element.name === 'a') {
      this.unanswered = false;
      this.confirm(Number(element.attr('h')));
      if (this.askSoon) this.askForAck();
    } else if (element.name === 'r') {
      // Behind all that came before it is handled.
      this.work = this.work.then(() => {
        void this.done.then(() => mine() && this.online && this.put(el('a', NS.sm, { h: this.handled })), () => {});
      });
    }
  }

  private confirm(h: number): void {
    const keys = this.sent.confirm(h);
    if (keys.length > 0) this.handlers.acked(keys);
  }

  private take(stanza: Element, mine: () => boolean): void {
    this.work = this.work.then(() => {
      if (!mine()) return;
      // The next one is handed over at once; counted is each when it and all before it are done.
      const done = stanza.name === 'iq' && this.iqs.answer(stanza, this.credentials!.jid) ? undefined : this.begin(stanza);
      this.done = this.done.then(() => done).then(() => {
        if (mine()) this.handled = following(this.handled);
      });
      // It could not be kept, so it must not be acknowledged: it comes again on another stream.
      this.done.catch((fault: unknown) => mine() && this.broken(String(fault)));
    });
  }

  private async begin(stanza: Element): Promise<void> {
    await this.handlers.stanza(stanza);
  }

  // ---------------------------------------------------------------------------------------------------- what is sent

  private put(element: Element): void {
    try {
      this.socket?.send(write(element));
    } catch { /* it is closing; `onclose` follows */ }
  }

  /** One question behind all that is sent in this turn, and not another one before it is answered. */
  private askForAck(): void {
    if (this.unanswered) {
      this.askSoon = true;
      return;
    }
    this.unanswered = true;
    this.askSoon = false;
    const generation = this.generation;
    queueMicrotask(() => {
      if (generation === this.generation && this.online) this.probe(ANSWER_MILLIS);
    });
  }

  private probe(patience: number): void {
    this.put(el('r', NS.sm));
    if (this.awaited !== undefined) this.around.clearTimer(this.awaited);
    this.awaited = this.around.setTimer(() => this.broken('silence'), patience);
  }

  private alive(): void {
    if (this.awaited !== undefined) this.around.clearTimer(this.awaited);
    this.awaited = undefined;
    this.around.clearTimer(this.quiet);
    this.quiet = this.around.setTimer(() => this.online && this.probe(ANSWER_MILLIS), QUIET_MILLIS);
  }
}
