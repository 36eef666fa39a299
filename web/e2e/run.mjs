// Browsers against the real server: each play in plays/ is told in order; `npm run e2e -- NAME` tells those whose name has NAME in it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser, CHROMIUM } from './stage.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const only = process.argv[2] ?? '';

if (!CHROMIUM) {
  console.log('skipped: there is no Chromium (apt install chromium, or KITH_CHROMIUM=/path/to/it)');
  process.exit(0);
}

const app = process.env.KITH_E2E_APP ?? mkdtempSync(join(tmpdir(), 'kith-app-'));
if (!process.env.KITH_E2E_APP) execFileSync(process.execPath, [join(here, '../tools/build.mjs'), '--mode', 'e2e', '--out', app, '--no-check'], { stdio: 'inherit' });

const browser = await Browser.start(app);
let failed = 0;
for (const file of readdirSync(join(here, 'plays')).sort()) {
  const { plays } = await import(join(here, 'plays', file));
  for (const [name, play] of Object.entries(plays)) {
    if (!`${file} ${name}`.includes(only)) continue;
    const started = Date.now();
    const after = [];
    try {
      await play(browser, (work) => after.unshift(work));
      console.log(`ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (fault) {
      failed++;
      console.log(`FAILED  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n${fault.stack ?? fault}`);
    }
    for (const work of after) await work().catch((fault) => console.log(`        afterwards: ${fault.message}`));
  }
}
await browser.close();
if (!process.env.KITH_E2E_APP) rmSync(app, { recursive: true, force: true });
console.log(failed === 0 ? 'all plays went well' : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
