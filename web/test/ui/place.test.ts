import { beforeEach, expect, test, vi } from 'vitest';

/** A browser's history as a narrow screen has it: what is gone back comes after a while. */
class Past {
  entries: { state: unknown; url: string }[] = [{ state: null, url: '#/' }];
  at = 0;
  popped: ((event: { state: unknown }) => void)[] = [];
  get state() {
    return structuredClone(this.entries[this.at]!.state);
  }
  pushState(state: unknown, _: string, url: string) {
    this.entries.splice(++this.at, Infinity, { state, url });
  }
  replaceState(state: unknown, _: string, url: string) {
    this.entries[this.at] = { state, url };
  }
  go(by: number) {
    queueMicrotask(() => {
      this.at += by;
      for (const each of this.popped) each({ state: this.state });
    });
  }
}

let past: Past;

async function app() {
  vi.resetModules();
  past = new Past();
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => {} }));
  vi.stubGlobal('history', past);
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {} });
  vi.stubGlobal('location', { hash: '', href: '' });
  vi.stubGlobal('addEventListener', (name: string, heard: never) => name === 'popstate' && past.popped.push(heard));
  return import('../../src/ui/place');
}

beforeEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve));

test('who closes a chat has it behind them no more', async () => {
  const { go, chat } = await app();
  go({ chat: 'ben@kith' });
  go({ chat: null });
  expect(chat.value).toBe(null);
  await settled();
  expect([past.at, chat.value]).toEqual([0, null]);
});

test('a pane that is closed from a page within it is left at once', async () => {
  const { go, side, chat } = await app();
  go({ chat: 'ben@kith' });
  go({ side: { kind: 'info' } });
  go({ side: { kind: 'gallery' } });
  go({ side: null });
  await settled();
  expect([past.at, chat.value, side.value]).toEqual([1, 'ben@kith', null]);
  past.go(-1);
  await settled();
  expect(chat.value).toBe(null);
});

test('who goes on before the browser has gone back gets there', async () => {
  const { go, chat } = await app();
  go({ chat: 'ben@kith' });
  go({ chat: null });
  go({ chat: 'ada@kith' });
  await settled();
  expect([past.at, chat.value, past.entries[1]?.url]).toEqual([1, 'ada@kith', '#/chat/ada%40kith']);
  past.go(-1);
  await settled();
  expect(chat.value).toBe(null);
});

test('the way there is kept within limits', async () => {
  const { go } = await app();
  for (let i = 0; i < 100; i++) go({ chat: `${i}@kith` });
  expect((past.state as { trail: unknown[] }).trail).toHaveLength(20);
});
