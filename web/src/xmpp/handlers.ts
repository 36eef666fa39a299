import type { Element } from './xml';

/** Where a stream is: see client.ts. */
export type State =
  | { readonly is: 'idle' }
  | { readonly is: 'connecting' }
  | { readonly is: 'online'; readonly jid: string }
  /** Tries again at `retryAt`. */
  | { readonly is: 'waiting'; readonly retryAt: number; readonly reason: string }
  /** Does not try again. */
  | { readonly is: 'stopped'; readonly reason: StopReason; readonly text?: string };
export type StopReason = 'closed' | 'not-authorized' | 'account-disabled' | 'conflict' | 'credentials-expired';

/** Who is told what the stream brings. */
export interface Handlers {
  state(state: State): void;
  /** A new session: nothing of a former stream is under way any more. Awaited before any stanza of it, so it must not wait for one. */
  fresh(jid: string, bound: Element): Promise<void> | void;
  resumed?(): void;
  /** What comes, in order; counts as handled when the promise is done. A failure ends the stream. Must not wait for an iq: its answer is behind. */
  stanza(stanza: Element): Promise<void> | void;
  /** The keys of what the server has taken over, in order. */
  acked(keys: readonly string[]): void;
  /** To be used from the next connection on; kept before it is. */
  token(token: string, expires: string): Promise<void> | void;
}
