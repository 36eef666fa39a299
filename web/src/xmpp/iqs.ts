import { bare, domain } from './jid';
import { NS } from './ns';
import type { Surroundings } from './surroundings';
import type { Element } from './xml';

export class IqError extends Error {
  constructor(
    readonly condition: string,
    readonly kind: string,
    readonly serverText: string | undefined,
    readonly error?: Element,
  ) {
    super(serverText ?? condition);
  }
}

interface Pending {
  readonly to: string | undefined;
  readonly resolve: (answer: Element) => void;
  readonly reject: (error: IqError) => void;
  readonly timer: unknown;
}

const MOST_MILLIS = 30_000;

/** The questions of one stream that wait for their answers (RFC 6120 §8.2.3), each for half a minute at most. */
export class Iqs {
  private readonly pending = new Map<string, Pending>();
  private readonly prefix = Math.random().toString(36).slice(2, 8);
  private ids = 0;

  constructor(private readonly around: Surroundings) {}

  /** Waits for the answer to what `send` sends with the id that it is given. */
  ask(to: string | undefined, send: (id: string) => void): Promise<Element> {
    const id = `${this.prefix}${++this.ids}`;
    return new Promise((resolve, reject) => {
      const timer = this.around.setTimer(() => {
        this.pending.delete(id);
        reject(new IqError('remote-server-timeout', 'wait', undefined));
      }, MOST_MILLIS);
      this.pending.set(id, { to, resolve, reject, timer });
      send(id);
    });
  }

  /** Whether the stanza was the answer to an iq of `me`, or made as if it were. */
  answer(iq: Element, me: string): boolean {
    const type = iq.attr('type');
    if (type !== 'result' && type !== 'error') return false;
    const id = iq.attr('id') ?? '';
    const pending = this.pending.get(id);
    if (!pending || !isFrom(iq.attr('from'), pending.to, me)) return true;
    this.pending.delete(id);
    this.around.clearTimer(pending.timer);
    if (type === 'result') pending.resolve(iq);
    else pending.reject(errorOf(iq));
    return true;
  }

  /** There is no stream any more that could answer. */
  fail(): void {
    for (const pending of this.pending.values()) {
      this.around.clearTimer(pending.timer);
      pending.reject(new IqError('disconnected', 'wait', undefined));
    }
    this.pending.clear();
  }
}

/** Nobody answers for somebody else. */
function isFrom(from: string | undefined, to: string | undefined, me: string): boolean {
  const own = from === undefined || bare(from) === me || from === domain(me);
  return to === undefined ? own : from === to || (own && (to === me || to === domain(me)));
}

export function errorOf(stanza: Element): IqError {
  const error = stanza.child('error', NS.client);
  const condition = error?.elements().find((child) => child.ns === NS.stanzas && child.name !== 'text')?.name ?? 'undefined-condition';
  return new IqError(condition, error?.attr('type') ?? 'cancel', error?.childText('text', NS.stanzas), error);
}
