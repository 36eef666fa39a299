// Getting in: by a code that is sent to one's phone, by an invitation, by a password, or by a code that a signed-in device approves
// (docs/protocol/linking.md). And out again.

import { Client, surroundings } from '../xmpp/client';
import { bare, isAddress, local } from '../xmpp/jid';
import type { Core } from './core';
import { KithError, type Failure, type FailureCode } from './model';

const POLL_MILLIS = 1000;

export class SignIn {
  private polling: ReturnType<typeof setTimeout> | undefined;
  private linkGeneration = 0;

  constructor(private readonly core: Core) {}

  /** Where it was before the page was reloaded. */
  async resume(): Promise<void> {
    const { world } = this.core;
    const step = world.kept.step;
    if (world.kept.credentials) {
      world.flash({ session: step && 'profile' in step ? { step: 'profile', me: world.me.peek() } : { step: 'ready' } });
    } else if (step && 'phone' in step) {
      world.flash({ session: { step: 'code', phone: step.phone, resendAt: step.resendAt, ...this.hint() } });
    } else {
      world.flash({ session: { step: 'welcome' } });
    }
  }

  /** In development the code is in the server's log; the server is then on this very machine. */
  private hint(): { hint?: 'server-log' } {
    return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(this.core.settings.httpUrl) ? { hint: 'server-log' } : {};
  }

  async requestCode(typed: string): Promise<void> {
    const phone = `+${typed.replace(/\D/g, '')}`;
    if (!/^\+[1-9]\d{6,14}$/.test(phone)) throw new KithError({ code: 'bad-number' });
    const answer = await this.post('/v1/registration', { phone });
    const resendAt = Date.now() + (Number(answer.retryAfterSeconds) || 60) * 1000;
    await this.core.run(async () => this.core.world.stage({ kept: { step: { phone, id: String(answer.id), resendAt } } }));
    this.core.world.flash({ session: { step: 'code', phone, resendAt, ...this.hint() } });
  }

  async submitCode(code: string): Promise<void> {
    const step = this.core.world.kept.step;
    if (!step || !('phone' in step)) throw new KithError({ code: 'code-gone' });
    const digits = code.replace(/[\s-]/g, '');
    if (!/^\d{4,10}$/.test(digits)) throw new KithError({ code: 'wrong-code' });
    const answer = await this.post(`/v1/registration/${encodeURIComponent(step.id)}/verify`, { code: digits, device: this.core.settings.deviceName });
    await this.signedUp(String(answer.jid), String(answer.key));
  }

  async byInvitation(invitation: string, name: string): Promise<void> {
    const answer = await this.post('/v1/registration', { invite: invitation.trim(), name: name.trim(), device: this.core.settings.deviceName });
    await this.signedUp(String(answer.jid), String(answer.key));
  }

  /** The password is tried before anything is kept. */
  async withPassword(typed: string, password: string): Promise<void> {
    const address = bare(typed.trim().toLowerCase());
    if (!isAddress(address)) throw new KithError({ code: 'bad-name' });
    const deviceId = crypto.randomUUID();
    const token = await new Promise<string | undefined>((resolve, reject) => {
      let given: string | undefined;
      const timer = setTimeout(() => finish(() => reject(new KithError({ code: 'timeout' }))), 20_000);
      const client = new Client({
        state: (state) => {
          if (state.is === 'online') finish(() => resolve(given));
          if (state.is === 'waiting') finish(() => reject(new KithError({ code: 'server-down' })));
          if (state.is === 'stopped' && state.reason !== 'closed') finish(() => reject(new KithError({ code: 'forbidden', ...(state.text !== undefined && { text: state.text }) })));
        },
        fresh: () => {}, stanza: () => {}, acked: () => {}, token: (value) => void (given = value),
      }, surroundings(this.core.settings.socketUrl));
      const finish = (then: () => void) => {
        clearTimeout(timer);
        queueMicrotask(() => client.stop());
        then();
      };
      client.start({ jid: address, key: password, deviceId, deviceName: this.core.settings.deviceName });
    });
    await this.enter({ jid: address, deviceId, ...(token !== undefined ? { token } : { key: password }) }, false);
  }

  private async signedUp(jid: string, key: string): Promise<void> {
    await this.enter({ jid, key, deviceId: crypto.randomUUID() }, true);
  }

  private async enter(credentials: { jid: string; key?: string; token?: string; deviceId: string }, asksProfile: boolean): Promise<void> {
    const { core } = this;
    const first = local(credentials.jid);
    const phone = /^\+\d{6,15}$/.test(first) ? first : undefined;
    const former = core.world.kept.profile;
    // Somebody else's messages are nobody's business.
    if (former && former.address !== credentials.jid) {
      await core.startOver({
        credentials, profile: { address: credentials.jid, name: phone ?? first, about: '', ...(phone !== undefined && { phone }) }, step: asksProfile ? { profile: true } : null,
      });
      return;
    }
    const profile = former?.address === credentials.jid ? former : { address: credentials.jid, name: phone ?? first, about: '', ...(phone !== undefined && { phone }) };
    await core.run(async () => core.world.stage({ kept: { credentials, profile, step: asksProfile ? { profile: true } : null } }));
    core.connect(credentials);
    core.world.flash({ session: asksProfile ? { step: 'profile', me: profile } : { step: 'ready' } });
  }

  async finishProfile(): Promise<void> {
    await this.core.run(async () => this.core.world.stage({ kept: { step: null } }));
    this.core.world.flash({ session: { step: 'ready' } });
  }

  // --------------------------------------------------------------------------------------------------------- linking

  async startLinking(): Promise<void> {
    clearTimeout(this.polling);
    const generation = ++this.linkGeneration;
    const device = crypto.randomUUID();
    const answer = await this.post('/v1/links', { device, name: this.core.settings.deviceName, mechanism: 'HT-SHA-256-NONE' });
    const [code, secret] = [String(answer.code), String(answer.secret)];
    const expires = Date.now() + (Number(answer.expiresSeconds) || 180) * 1000;
    this.core.world.flash({ session: { step: 'linking', uri: `kith-link:${code}`, code, expires } });
    const poll = async (): Promise<void> => {
      if (generation !== this.linkGeneration) return;
      if (Date.now() > expires) {
        await this.startLinking().catch((fault: unknown) => this.linkFailed(fault));
        return;
      }
      try {
        const response = await fetch(`${this.core.settings.httpUrl}/v1/links/${encodeURIComponent(code)}`, { headers: { Authorization: `Bearer ${secret}` }, cache: 'no-store' });
        if (generation !== this.linkGeneration) return;
        if (response.status === 200) {
          const { jid, token } = (await response.json()) as { jid: string; token: string };
          await this.enter({ jid, token, deviceId: device }, false);
          return;
        }
        if (response.status === 404) {
          await this.startLinking();
          return;
        }
      } catch { /* the network is away for a moment */ }
      this.polling = setTimeout(() => void poll(), POLL_MILLIS);
    };
    this.polling = setTimeout(() => void poll(), POLL_MILLIS);
  }

  private linkFailed(fault: unknown): void {
    const failure = fault instanceof KithError ? fault.failure : { code: 'server-down' as const };
    this.core.world.flash({ session: { step: 'welcome', failure } });
  }

  async cancel(): Promise<void> {
    clearTimeout(this.polling);
    this.linkGeneration++;
    if (this.core.world.kept.credentials) return;
    await this.core.run(async () => this.core.world.stage({ kept: { step: null } }));
    this.core.world.flash({ session: { step: 'welcome' } });
  }

  /** The server does not know us any more: back to the beginning, the messages stay until one signs in as somebody else. */
  async signedOut(failure: Failure): Promise<void> {
    await this.core.run(async () => this.core.world.stage({ kept: { credentials: undefined as never, step: null } }));
    this.core.world.flash({ session: { step: 'welcome', failure } });
  }

  // ------------------------------------------------------------------------------------------------------------ HTTP

  private async post(path: string, body: Record<string, string>): Promise<Record<string, unknown>> {
    let response: Response;
    try {
      response = await fetch(this.core.settings.httpUrl + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), cache: 'no-store' });
    } catch {
      throw new KithError({ code: typeof navigator !== 'undefined' && navigator.onLine === false ? 'offline' : 'server-down' });
    }
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (response.ok) return answer;
    const wait = Number(answer.retryAfterSeconds ?? response.headers.get('retry-after'));
    throw new KithError({
      code: codeOf(response.status, String(answer.title ?? ''), path),
      ...(typeof answer.detail === 'string' && { text: answer.detail }),
      ...(wait > 0 && { retryAfterSeconds: wait }),
      ...(typeof answer.triesLeft === 'number' && { triesLeft: answer.triesLeft }),
    });
  }
}

function codeOf(status: number, title: string, path: string): FailureCode {
  const verifying = path.endsWith('/verify');
  switch (status) {
    case 403: return verifying ? 'wrong-code' : title === 'Registration is closed' ? 'closed' : title === 'No such invitation' ? 'bad-invitation' : 'forbidden';
    case 404: case 410: return verifying ? 'code-gone' : 'not-found';
    case 409: return 'name-taken';
    case 422: return title === 'Not a phone number' ? 'bad-number' : 'bad-name';
    case 429: return 'too-often';
    case 503: return title.includes('SMS') ? 'sms-failed' : 'server-down';
    default: return status >= 500 ? 'server-down' : 'other';
  }
}
