import type { Kith } from './chat';

/** The app's own world: this browser's database and the server this page came from. */
export function openKith(): Kith {
  throw new Error('not here yet: run `npm run demo`');
}
