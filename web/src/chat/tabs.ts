// Several tabs are one device. The tab that holds a Web Lock leads: it alone has the stream and writes. The others show the same
// database, hear what was written over a BroadcastChannel and hand commands to the leader; when it goes (closed, crashed), the browser
// gives the lock to one of them, which does at once what was not answered. A shared worker would do as well, where there is
// one: Chromium on Android and some others have none, and a worker can't tell a closed laptop from a hidden tab.

import type { Failure } from './model';
import { KithError } from './model';
import { failureOf } from './failures';
import type { Update } from './update';

export interface Part {
  /** Reads what the leader before wrote and this tab did not hear. No command is carried out before that is done. */
  catchUp(): Promise<void>;
  lead(): Promise<void>;
  call(name: string, args: readonly unknown[]): Promise<unknown>;
  follow(update: Update): void;
  /** What is known and not in the database, for a tab that begins. */
  live(): Update;
  wiped(): void;
}

type Word =
  | { readonly is: 'update'; readonly update: Update }
  | { readonly is: 'call'; readonly id: string; readonly name: string; readonly args: readonly unknown[] }
  | { readonly is: 'answer'; readonly id: string; readonly result?: unknown; readonly failure?: Failure }
  | { readonly is: 'hello' }
  | { readonly is: 'leading' }
  | { readonly is: 'wiped' };

interface Pending {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: KithError) => void;
}

export class Tabs {
  /** Follows; or has the lock, so that nobody else writes, and reads what is on the disk; or leads. */
  private role: 'following' | 'catching up' | 'leading' = 'following';
  private readonly channel: BroadcastChannel;
  private readonly pending = new Map<string, Pending>();
  private readonly prefix = crypto.randomUUID();
  private count = 0;
  private release: (() => void) | undefined;

  constructor(
    name: string,
    private readonly part: Part,
  ) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<Word>) => void this.hear(event.data);
    const locks = (globalThis.navigator as Navigator | undefined)?.locks;
    if (locks) {
      void locks.request(name, () => {
        void this.lead();
        return new Promise<void>((resolve) => (this.release = resolve));
      });
      this.say({ is: 'hello' });
    } else {
      void this.lead();
    }
  }

  private say(word: Word): void {
    this.channel.postMessage(word);
  }

  private async lead(): Promise<void> {
    this.role = 'catching up';
    await this.part.catchUp();
    this.role = 'leading';
    // What comes from now on is behind what waits here.
    const waiting = [...this.pending.values()];
    this.pending.clear();
    void this.part.lead();
    for (const call of waiting) this.part.call(call.name, call.args).then(call.resolve, (fault: unknown) => call.reject(new KithError(failureOf(fault))));
    this.say({ is: 'leading' });
    this.broadcast(this.part.live());
  }

  broadcast(update: Update): void {
    this.say({ is: 'update', update });
  }

  wipe(): void {
    this.say({ is: 'wiped' });
  }

  async call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.role === 'leading') {
      return this.part.call(name, args).catch((fault: unknown) => {
        throw new KithError(failureOf(fault));
      });
    }
    const id = `${this.prefix}${++this.count}`;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { name, args, resolve, reject });
      this.say({ is: 'call', id, name, args });
    });
  }

  private async hear(word: Word): Promise<void> {
    switch (word.is) {
      case 'update':
        if (this.role === 'following') this.part.follow(word.update);
        break;
      case 'hello':
        if (this.role === 'leading') this.broadcast(this.part.live());
        break;
      case 'leading':
        for (const [id, { name, args }] of this.pending) this.say({ is: 'call', id, name, args });
        break;
      case 'call':
        if (this.role !== 'leading') break;
        try {
          this.say({ is: 'answer', id: word.id, result: await this.part.call(word.name, word.args) });
        } catch (fault) {
          this.say({ is: 'answer', id: word.id, failure: failureOf(fault) });
        }
        break;
      case 'answer': {
        const call = this.pending.get(word.id);
        this.pending.delete(word.id);
        if (word.failure) call?.reject(new KithError(word.failure));
        else call?.resolve(word.result);
        break;
      }
      case 'wiped':
        this.part.wiped();
    }
  }

  close(): void {
    this.channel.close();
    this.release?.();
  }
}
