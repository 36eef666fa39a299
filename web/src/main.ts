import { openKith } from './kith-entry';
import { mount } from './ui/app';
import { preferred, speak } from './ui/i18n';

// The language is fetched while the database is read.
const [kith] = await Promise.all([openKith(), speak(preferred())]);
// For browser tests of what is below the UI; this mode is never shipped.
if (import.meta.env.MODE === 'e2e') Object.assign(globalThis, { kith, fill: async () => (await import('../tools/demo/fill')).fill() });
mount(kith, document.getElementById('app')!);
