import type { Address, Draft } from './model';

const TYPING_AGAIN_MILLIS = 8_000;
const TYPING_OVER_MILLIS = 4_000;
const DRAFT_MILLIS = 400;

/** What this tab writes in which chat: the others are told that one types, and the draft is kept, neither with every key. */
export class Writing {
  private readonly typists = new Map<Address, { what: string; said: number; timer: ReturnType<typeof setTimeout> }>();
  private readonly drafts = new Map<Address, ReturnType<typeof setTimeout>>();

  constructor(private readonly tell: (name: string, ...args: unknown[]) => void) {}

  draft(id: Address, draft: Draft | undefined): void {
    clearTimeout(this.drafts.get(id));
    this.drafts.set(id, setTimeout(() => this.tell('setDraft', id, draft), DRAFT_MILLIS));
  }

  typing(id: Address, what: 'text' | 'voice' | 'nothing'): void {
    const now = Date.now();
    const known = this.typists.get(id);
    if (known) clearTimeout(known.timer);
    if (what === 'nothing') {
      this.typists.delete(id);
      if (known) this.tell('typing', id, 'nothing');
      return;
    }
    const timer = setTimeout(() => this.typing(id, 'nothing'), what === 'voice' ? 120_000 : TYPING_OVER_MILLIS);
    if (known?.what === what && now - known.said < TYPING_AGAIN_MILLIS) {
      this.typists.set(id, { ...known, timer });
      return;
    }
    this.typists.set(id, { what, said: now, timer });
    this.tell('typing', id, what);
  }

  quiet(id: Address): void {
    clearTimeout(this.typists.get(id)?.timer);
    this.typists.delete(id);
    clearTimeout(this.drafts.get(id));
  }
}
