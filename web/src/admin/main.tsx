import { render } from 'preact';
import { preferred } from '../ui/i18n';
import '../ui/styles/tokens.css';
import '../ui/styles/base.css';
import './admin.css';
import { talk } from './i18n';
import { dress, Page, start } from './page';

await talk(preferred());
dress();
start();
render(<Page />, document.getElementById('app')!);
