import type { Kith } from '../chat';

/** The one `Kith` of this tab, given to the interface before anything is drawn. */
export let kith: Kith;

export function give(it: Kith): void {
  kith = it;
}
