// Who one is in the made-up world, and the steps of getting in and out.

import { signal, type Signal } from '@preact/signals-core';
import { KithError, type Connection, type Kith, type Profile, type Session } from '../../src/chat';

export class DemoAccount {
  readonly session = signal<Session>({ step: 'ready' });
  readonly connection = signal<Connection>({ state: 'online' });
  readonly profile: Signal<Profile>;

  constructor(me: Profile, step: Session['step'] = 'ready') {
    this.profile = signal<Profile>(me);
    if (step !== 'ready') this.go(step);
  }

  private go(step: Session['step']): void {
    const now = Date.now();
    switch (step) {
      case 'code': this.session.value = { step, phone: '+491701234567', resendAt: now + 30_000, hint: 'server-log' }; break;
      case 'linking': this.session.value = { step, uri: 'kith-link:abcd-efgh-jkmn-pqrs', code: 'abcd-efgh-jkmn-pqrs', expires: now + 180_000 }; break;
      case 'profile': this.session.value = { step, me: this.profile.value }; break;
      case 'unsupported': this.session.value = { step, missing: ['IndexedDB'] }; break;
      default: this.session.value = { step } as Session;
    }
  }

  readonly api = (): Kith['account'] => {
    const kith = this;
    return {
      session: kith.session, connection: kith.connection,
      me: kith.profile,
      waiting: signal(0),
      requestCode: async (phone: string) => {
        if (!/^\+[1-9]\d{6,14}$/.test(phone)) throw new KithError({ code: 'bad-number' });
        kith.session.value = { step: 'code', phone, resendAt: Date.now() + 30_000, hint: 'server-log' };
      },
      submitCode: async (code: string) => {
        if (code !== '123456') throw new KithError({ code: 'wrong-code', triesLeft: 3 });
        kith.go('profile');
      },
      signUpByInvitation: async () => kith.go('profile'),
      signInWithPassword: async () => kith.go('ready'),
      startLinking: async () => kith.go('linking'),
      cancelSignIn: () => kith.go('welcome'),
      finishProfile: async () => kith.go('ready'),
      setProfile: async (change: { name?: string; about?: string }) => {
        kith.profile.value = { ...kith.profile.value, ...(change.name && { name: change.name }), ...(change.about !== undefined && { about: change.about }) };
      },
      reconnect: () => { kith.connection.value = { state: 'online' }; },
      logOut: async () => kith.go('welcome'),
      deleteAccount: async () => kith.go('welcome'),
      devices: async () => [
        { id: 'd1', name: 'Firefox on Linux', linked: Date.now() - 1e9, current: true },
        { id: 'd2', name: 'Chromium on Windows', linked: Date.now() - 3e9, current: false },
      ],
      lookAtLink: async () => ({ name: 'Firefox on Linux', from: '198.51.100.7' }),
      approveLink: async () => {},
      unlink: async () => {},
      exportData: async () => new Blob(['{}'], { type: 'application/json' }),
    };
  };
}
