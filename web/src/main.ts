import { openKith } from './kith-entry';
import { mount } from './ui/app';

const kith = await openKith();
// For browser tests of what is below the UI; this mode is never shipped.
if (import.meta.env.MODE === 'e2e') Object.assign(globalThis, { kith, fill: async () => (await import('../tools/demo/fill')).fill() });
mount(kith, document.getElementById('app')!);
