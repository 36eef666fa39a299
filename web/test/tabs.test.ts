import { afterEach, expect, test, vi } from 'vitest';
import { Tabs, type Part } from '../src/chat/tabs';

/** Web Locks as the browser has them, for one page: who asks first has it until it lets go. */
class Locks {
  private readonly queue: (() => Promise<unknown>)[] = [];
  private held = false;

  request(_name: string, work: () => Promise<unknown>): Promise<void> {
    this.queue.push(work);
    this.next();
    return Promise.resolve();
  }

  private next(): void {
    const work = this.held ? undefined : this.queue.shift();
    if (!work) return;
    this.held = true;
    void work().then(() => {
      this.held = false;
      this.next();
    });
  }
}

afterEach(() => vi.unstubAllGlobals());

/** A tab that writes down what it is asked to do, and whose reading of the disk takes until `read`. */
class Tab implements Part {
  readonly done: string[] = [];
  read!: () => void;
  readonly tabs: Tabs;
  private readonly reading = new Promise<void>((resolve) => (this.read = resolve));

  constructor(name: string) {
    this.tabs = new Tabs(name, this);
  }

  async catchUp(): Promise<void> {
    await this.reading;
    this.done.push('caught up');
  }

  async lead(): Promise<void> {
    this.done.push('leads');
  }

  async call(name: string): Promise<unknown> {
    this.done.push(name);
    return name;
  }

  follow(): void {
    this.done.push('followed');
  }

  live = () => ({});
  wiped = () => {};
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test('a command that comes while the disk is read is carried out behind it, in order', async () => {
  vi.stubGlobal('navigator', { locks: new Locks() });
  const tab = new Tab('one');
  const answers = [tab.tabs.call('first', []), tab.tabs.call('second', [])];
  await turn();
  expect(tab.done).toEqual([]);
  tab.read();
  answers.push(Promise.all(answers).then(() => tab.tabs.call('third', [])));
  expect(await Promise.all(answers)).toEqual(['first', 'second', 'third']);
  expect(tab.done).toEqual(['caught up', 'leads', 'first', 'second', 'third']);
  tab.tabs.close();
});

test('the next one takes over what the leader did not answer, once it knows what that one wrote', async () => {
  vi.stubGlobal('navigator', { locks: new Locks() });
  const [one, two] = [new Tab('two'), new Tab('two')];
  one.call = () => new Promise(() => {});
  one.read();
  await turn();
  const answer = two.tabs.call('send', []);
  await turn();
  one.tabs.close();
  await turn();
  // What the one before said last and what is said meanwhile may come in any order: only the disk tells.
  const heard = two.done.length;
  const stray = new BroadcastChannel('two');
  stray.postMessage({ is: 'update', update: {} });
  await turn();
  expect(two.done.slice(heard)).toEqual([]);
  two.read();
  expect(await answer).toBe('send');
  expect(two.done.slice(heard)).toEqual(['caught up', 'leads', 'send']);
  stray.close();
  two.tabs.close();
});
