import { openKith } from './kith-entry';
import { mount } from './ui/app';

mount(openKith(), document.getElementById('app')!);
