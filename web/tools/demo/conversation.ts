// A window on the made-up messages of a chat.

import { signal } from '@preact/signals-core';
import type { Address, Conversation, ConversationView, Message, Position } from '../../src/chat';

const PAGE = 60;
const MOST = 600;

export class DemoConversation implements Conversation {
  private from = 0;
  private to = 0;
  private readonly unreadFrom: string | undefined;
  readonly view = signal<ConversationView>({ messages: [], shift: false, older: 'loading', newer: 'loading', loaded: false });

  constructor(
    readonly chat: Address,
    private readonly all: () => Message[],
    unread: number,
    private readonly delay: number,
    private readonly onDisplayed: (last: boolean) => void,
    private readonly onClose: () => void,
  ) {
    this.unreadFrom = unread > 0 ? all()[all().length - unread]?.id : undefined;
  }

  private show(shift: boolean, anchor?: ConversationView['anchor']): void {
    const all = this.all();
    this.view.value = {
      messages: all.slice(this.from, this.to), shift, loaded: true,
      older: this.from === 0 ? 'all' : 'more', newer: this.to === all.length ? 'all' : 'more',
      ...(this.unreadFrom && { unreadFrom: this.unreadFrom }), ...(anchor && { anchor }),
    };
  }

  private wait(): Promise<void> | undefined {
    return this.delay ? new Promise((done) => setTimeout(done, this.delay)) : undefined;
  }

  async loadOlder(): Promise<void> {
    if (this.from === 0 || this.view.value.older === 'loading') return;
    this.view.value = { ...this.view.value, older: 'loading', shift: false };
    await this.wait();
    this.from = Math.max(0, this.from - PAGE);
    this.show(true);
    if (this.to - this.from > MOST) { this.to = this.from + MOST; this.show(false); }
  }

  async loadNewer(): Promise<void> {
    if (this.to === this.all().length || this.view.value.newer === 'loading') return;
    this.view.value = { ...this.view.value, newer: 'loading', shift: false };
    await this.wait();
    this.to = Math.min(this.all().length, this.to + PAGE);
    this.show(false);
    if (this.to - this.from > MOST) { this.from = this.to - MOST; this.show(true); }
  }

  async jump(to: Position): Promise<boolean> {
    const all = this.all();
    const at = to === 'end' ? all.length - 1
      : to === 'unread' ? (this.unreadFrom ? all.findIndex((message) => message.id === this.unreadFrom) : all.length - 1)
      : 'message' in to ? all.findIndex((message) => message.id === to.message)
      : all.findIndex((message) => message.time >= to.time);
    if (at < 0 && all.length > 0) return false;
    if (this.delay) await this.wait();
    this.from = Math.max(0, at - PAGE);
    this.to = Math.min(all.length, at + PAGE);
    const message = all[at];
    this.show(false, message && { message: message.id, align: at === all.length - 1 ? 'end' : to === 'unread' ? 'start' : 'center' });
    return true;
  }

  refresh(): void {
    this.to = Math.min(this.to, this.all().length);
    this.from = Math.min(this.from, this.to);
    this.show(false);
  }

  appended(): void {
    if (this.to === this.all().length - 1) this.to++;
    this.show(false);
  }

  displayed(message: string): void {
    this.onDisplayed(this.all().at(-1)?.id === message);
  }

  close(): void {
    this.onClose();
  }
}
