// A conversation's window: one run of messages without gaps, from the database and, beyond its oldest, from the archive.

import { signal } from '@preact/signals-core';
import type { Conversation, ConversationView, Edge, Outgoing, Position } from './api';
import { contentOf, outgoingPayload, quoteOf } from './changes';
import type { Address, Message } from './model';
import { lowerBound } from './messages';
import type { Stored } from './rows';
import type { Watcher } from './update';
import type { World } from './world';

const PAGE = 60;
const MOST = 600;

export interface Beyond {
  /** Fetches older messages than are here from the archive; false when there are none or nobody to ask. */
  older(chat: Address): Promise<'more' | 'all' | 'offline'>;
  displayed(chat: Address, order: number): void;
  closed(window: Window): void;
}

export class Window implements Conversation, Watcher {
  readonly view = signal<ConversationView>({ messages: [], shift: false, older: 'loading', newer: 'loading', loaded: false });
  private rows: readonly Stored[] = [];
  private older: Edge = 'more';
  private newer: Edge = 'more';
  private unreadFrom: string | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private told = 0;
  /** Written here and not yet on the disk, so without a clock. */
  private ahead: readonly Message[] = [];

  constructor(
    private readonly world: World,
    readonly chat: Address,
    private readonly beyond: Beyond,
  ) {}

  get no(): number {
    return this.world.chats.get(this.chat)?.no ?? -1;
  }

  /** One thing after the other, so that a page is not taken twice. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private show(shift: boolean, anchor?: ConversationView['anchor']): void {
    this.view.value = {
      messages: this.newer === 'all' && this.ahead.length > 0 ? [...this.rows, ...this.ahead] : this.rows, shift, older: this.older, newer: this.newer, loaded: true,
      ...(this.unreadFrom !== undefined && { unreadFrom: this.unreadFrom }), ...(anchor && { anchor }),
    };
  }

  jump(to: Position): Promise<boolean> {
    return this.inTurn(() => this.go(to));
  }

  private async go(to: Position): Promise<boolean> {
    const { messages, chats } = this.world;
    const row = chats.get(this.chat);
    if (!row) {
      this.older = this.newer = 'all';
      this.show(false);
      return to === 'end' || to === 'unread';
    }
    let target: Stored | undefined;
    let align: 'start' | 'center' | 'end' = 'center';
    if (to === 'unread' && row.unread > 0) {
      const others = (await messages.before(row.no, Infinity, Math.min(500, row.unread + 100))).filter((message) => !message.mine && message.content.kind !== 'event');
      const first = others.at(-row.unread) ?? others[0];
      this.unreadFrom = first?.id;
      target = first;
      align = 'start';
    } else if (typeof to === 'object' && 'message' in to) {
      target = await messages.get(to.message);
      if (!target || target.chat !== this.chat) return false;
    } else if (typeof to === 'object') {
      [target] = await messages.from(row.no, to.time * 1000, 1);
    }
    if (target) {
      const [before, after] = await Promise.all([messages.before(row.no, target.order, PAGE), messages.from(row.no, target.order, PAGE + 1)]);
      this.rows = [...before, ...after];
      this.newer = after.length > PAGE ? 'more' : 'all';
    } else {
      align = 'end';
      this.rows = await messages.before(row.no, Infinity, PAGE);
      target = this.rows.at(-1);
      this.newer = 'all';
    }
    this.older = await this.edge();
    this.show(false, target && { message: target.id, align });
    if (this.rows.length === 0 && this.older === 'more') void this.loadOlder();
    return true;
  }

  private async edge(): Promise<Edge> {
    const first = this.rows[0];
    if (first && (await this.world.messages.before(this.no, first.order, 1)).length > 0) return 'more';
    return this.world.chats.get(this.chat)?.complete ? 'all' : 'more';
  }

  loadOlder(): Promise<void> {
    if (this.older === 'all' || this.older === 'loading') return Promise.resolve();
    return this.inTurn(async () => {
      if (this.older === 'all') return;
      this.older = 'loading';
      const local = await this.localOlder();
      if (local) return;
      this.show(false);
      const answer = await this.beyond.older(this.chat).catch(() => 'offline' as const);
      this.older = answer === 'offline' ? 'offline' : 'more';
      if (answer === 'offline' || (!(await this.localOlder()) && answer === 'all')) {
        if (answer === 'all') this.older = 'all';
        this.show(false);
      }
    });
  }

  private async localOlder(): Promise<boolean> {
    const found = await this.world.messages.before(this.no, this.rows[0]?.order ?? Infinity, PAGE);
    if (found.length === 0) return false;
    this.rows = [...found, ...this.rows];
    this.older = await this.edge();
    this.show(true);
    if (this.rows.length > MOST) {
      this.rows = this.rows.slice(0, MOST);
      this.newer = 'more';
      this.show(false);
    }
    return true;
  }

  loadNewer(): Promise<void> {
    if (this.newer !== 'more') return Promise.resolve();
    return this.inTurn(async () => {
      const last = this.rows.at(-1);
      if (this.newer !== 'more' || !last) return;
      const found = await this.world.messages.from(this.no, last.order + 1, PAGE + 1);
      this.rows = [...this.rows, ...found.slice(0, PAGE)];
      this.newer = found.length > PAGE ? 'more' : 'all';
      this.show(false);
      if (this.rows.length > MOST) {
        this.rows = this.rows.slice(-MOST);
        this.older = 'more';
        this.show(true);
      }
    });
  }

  changed(changes: readonly Stored[], removed: readonly Stored[], cleared: boolean): void {
    // Behind a page that is being read, so that neither overwrites the other.
    void this.inTurn(async () => {
      if (cleared) {
        this.rows = [];
        this.older = this.newer = 'all';
        this.unreadFrom = undefined;
      }
      const rows = [...this.rows];
      const [first, last] = [rows[0]?.order, rows.at(-1)?.order];
      let before = 0;
      for (const message of changes) {
        const at = lowerBound(rows, message.order);
        if (rows[at]?.order === message.order) rows[at] = message;
        else if (last === undefined || message.order > last ? this.newer === 'all' : message.order > first! || this.older === 'all') {
          rows.splice(at, 0, message);
          if (at === 0 && rows.length > 1) before++;
        }
      }
      for (const message of removed) {
        const at = lowerBound(rows, message.order);
        if (rows[at]?.order === message.order) rows.splice(at, 1);
      }
      this.rows = rows;
      if (this.ahead.length > 0) this.ahead = this.ahead.filter(({ id }) => !changes.some((message) => message.id === id));
      if (rows.length > 0 && this.older === 'offline') this.older = 'more';
      this.show(before > 0);
    });
  }

  anew(): void {
    void this.inTurn(async () => {
      const rows = await this.world.messages.from(this.no, this.rows[0]?.order ?? -Infinity, MOST + 1);
      const most = this.newer === 'all' ? MOST : this.rows.length;
      if (rows.length > most) this.newer = 'more';
      this.rows = rows.slice(0, most);
      this.show(false);
    });
  }

  /** Shows what is written here while it is on its way to the disk; when it does not get there it goes again. */
  foretell(ref: string, out: Outgoing, kept: Promise<unknown>): void {
    const quoted = out.reply === undefined ? undefined : this.rows.find(({ id }) => id === out.reply);
    const content = contentOf(outgoingPayload(out, quoted, false));
    if (!this.view.peek().loaded || this.no < 0 || !content) return;
    const id = `${this.no}:${ref}`;
    this.ahead = [...this.ahead, {
      id, chat: this.chat, from: this.world.kept.credentials?.jid ?? '', mine: true, time: Date.now(), content,
      ...(quoted && { reply: quoteOf(quoted) }), ...(out.mentions && { mentions: out.mentions }), ...(out.at !== undefined && { scheduled: out.at }),
    }];
    this.show(false);
    const over = () => void this.inTurn(async () => {
      if (!this.ahead.some((message) => message.id === id)) return;
      this.ahead = this.ahead.filter((message) => message.id !== id);
      this.show(false);
    });
    kept.then(over, over);
  }

  displayed(message: string): void {
    const row = this.rows.find((each) => each.id === message);
    if (!row || row.order <= this.told) return;
    this.told = row.order;
    this.beyond.displayed(this.chat, row.order);
  }

  close(): void {
    this.beyond.closed(this);
  }
}
