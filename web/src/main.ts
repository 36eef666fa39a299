import { openKith } from './kith-entry';
import { mount } from './ui/app';

mount(await openKith(), document.getElementById('app')!);
