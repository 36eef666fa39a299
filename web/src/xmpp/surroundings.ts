/** A WebSocket, as far as it is used; tests bring their own. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { reason?: string }) => void) | null;
  onerror: (() => void) | null;
}

/** What a stream needs of the world around it. */
export interface Surroundings {
  open(): Socket;
  now(): number;
  random(): number;
  setTimer(run: () => void, millis: number): unknown;
  clearTimer(timer: unknown): void;
}

export const surroundings = (url: string): Surroundings => ({
  open: () => new WebSocket(url, 'xmpp') as unknown as Socket,
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (run, millis) => setTimeout(run, millis),
  clearTimer: (timer) => clearTimeout(timer as number),
});
