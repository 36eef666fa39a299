import { signal } from '@preact/signals';

/** What the server knows of itself, for the session's life. */
export interface Server {
  readonly domain: string;
  readonly version: string;
  readonly java: string;
  readonly processors: number;
  readonly pid: number;
  readonly startedMillis: number;
}

/** `out` with why, when there is something to say about it. */
export type Session = { step: 'opening' } | { step: 'out'; why?: Problem } | { step: 'in'; server: Server };

export type Problem = 'forbidden' | 'link' | 'offline' | 'often' | 'other';

export const session = signal<Session>({ step: 'opening' });

/** The server said no, or nothing. */
export class Refused extends Error {
  constructor(readonly problem: Problem, readonly status: number, detail: string) {
    super(detail);
  }
}

/** Asks the page's own server. A session that is over ends here, whoever finds out. */
export async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/admin/api/${path}`, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new Refused('offline', 0, '');
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const detail = (answer as { detail?: unknown }).detail;
  if (response.status === 401) session.value = { step: 'out' };
  throw new Refused(response.status === 429 ? 'often' : response.status === 404 && method === 'GET' ? 'forbidden' : 'other', response.status, typeof detail === 'string' ? detail : String(response.status));
}

export const look = <T>(path: string) => ask<T>('GET', path);
export const order = <T>(path: string, body: object) => ask<T>('POST', path, body);

/** Signs in with a link's code, or goes on with the session that the browser has. */
export async function begin(code: string | null): Promise<void> {
  try {
    if (code) await order('session', { code });
    session.value = { step: 'in', server: await look<Server>('session') };
  } catch (fault) {
    const refused = fault instanceof Refused ? fault : null;
    if (refused?.status === 401) session.value = { step: 'out' };
    else session.value = { step: 'out', why: refused?.status === 403 ? (code ? 'link' : 'forbidden') : (refused?.problem ?? 'other') };
  }
}

export async function signOut(): Promise<void> {
  await ask('DELETE', 'session');
  session.value = { step: 'out' };
}
