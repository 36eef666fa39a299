// Stands in for src/kith-entry.ts under `vite --mode demo`. `?chats=20&messages=1000&step=welcome&delay=200&answers=0` changes the world.
import type { Kith, Session } from '../../src/chat';
import { DemoKith } from './kith';

export function openKith(): Kith {
  const asked = new URLSearchParams(location.search);
  const number = (name: string) => (asked.has(name) ? { [name]: Number(asked.get(name)) } : {});
  return new DemoKith({
    now: Date.now(), ...number('chats'), ...number('messages'), ...number('seed'), ...number('delay'), ...number('answers'),
    ...(asked.has('step') && { step: asked.get('step') as Session['step'] }),
  });
}
