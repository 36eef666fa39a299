import type { Element } from './xml';

interface Unacked {
  readonly stanza: Element;
  readonly key: string | undefined;
}

const MODULO = 2 ** 32;

/** What was sent in one session and the server has not counted yet, in order (XEP-0198 §4). */
export class Sent {
  private taken = 0;
  private unacked: Unacked[] = [];

  add(stanza: Element, key: string | undefined): void {
    this.unacked.push({ stanza, key });
  }

  /** The keys of what the server has taken by this count; none when the count is not one that it can have. */
  confirm(h: number): readonly string[] {
    if (!Number.isInteger(h) || h < 0 || h >= MODULO) return [];
    const news = (h - this.taken + MODULO) % MODULO;
    if (news === 0 || news > this.unacked.length) return [];
    this.taken = h;
    return this.unacked.splice(0, news).map((each) => each.key).filter((key) => key !== undefined);
  }

  /** What is to be sent again when the session is resumed. */
  get stanzas(): readonly Element[] {
    return this.unacked.map((each) => each.stanza);
  }

  /** Another session: whoever needs it sent decides what to send again. */
  forget(): void {
    this.taken = 0;
    this.drop();
  }

  drop(): void {
    this.unacked = [];
  }
}

export const following = (count: number) => (count + 1) % MODULO;
