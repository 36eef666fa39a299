// Builds the app into dist/: types checked, files hashed, compressed ahead (br, gz), the service worker's list filled in, and the size
// of what loads first checked. `--out DIR` builds elsewhere, `--mode MODE` another mode, `--no-check` leaves out the types.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const MOST_INITIAL_BYTES = 120 * 1024;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const dist = resolve(option('--out') ?? join(root, 'dist'));
const mode = option('--mode') ?? 'production';

if (!process.argv.includes('--no-check')) execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit'], { cwd: root, stdio: 'inherit' });

await build({ root, mode, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
const files = () => readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(dist, join(entry.parentPath ?? entry.path, entry.name)));

// What the page loads before it can do anything: the entry and all that it imports statically.
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
rmSync(join(dist, '.vite'), { recursive: true });
const chunks = Object.values(manifest);
const importsOf = (file) => (chunks.find((chunk) => chunk.file === file)?.imports ?? []).map((key) => manifest[key].file);
const initial = new Set();
// A part of a circle is run before what it imports is there.
const follow = (file, above = []) => {
  if (above.includes(file)) throw new Error(`imports go in a circle: ${[...above, file].join(' -> ')}`);
  if (!initial.has(file)) initial.add(file);
  for (const next of importsOf(file)) follow(next, [...above, file]);
};
for (const [, file] of readFileSync(join(dist, 'index.html'), 'utf8').matchAll(/<script[^>]* src="\/([^"]+)"/g)) follow(file);
if (initial.size === 0) throw new Error('index.html loads nothing');
let bytes = 0;
for (const file of initial) bytes += gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
console.log(`initial JavaScript: ${(bytes / 1024).toFixed(1)} KB gzip of ${MOST_INITIAL_BYTES / 1024} KB allowed (${[...initial].join(', ')})`);
if (bytes > MOST_INITIAL_BYTES) {
  console.error('It is too much: load what is not needed at first by import().');
  process.exit(1);
}

// The operators' page: files of its own, which the app's worker does not keep.
const forEverybody = new Set(files());
await build({ root, mode: 'admin', logLevel: 'error', publicDir: false, build: { outDir: dist, emptyOutDir: false, manifest: false } });

// The made-up world and its tools must not ship.
for (const file of files()) {
  if (mode === 'production' && /\.js$/.test(file) && readFileSync(join(dist, file), 'utf8').includes('Hohenstein-Wittelsbach')) throw new Error(`${file} contains the demo`);
}

// The worker's list: the page and all hashed files, so that lazy parts open offline, too.
const worker = join(dist, 'sw.js');
const listed = [...forEverybody].filter((file) => file !== 'sw.js' && file !== 'index.html').map((file) => `/${file.replaceAll('\\', '/')}`).sort();
const version = createHash('sha256');
for (const file of ['index.html', ...listed.map((file) => file.slice(1))]) version.update(file).update(readFileSync(join(dist, file)));
const value = JSON.stringify({ version: version.digest('hex').slice(0, 12), files: ['/', ...listed] });
const text = readFileSync(worker, 'utf8');
if (!text.includes('__KITH_FILES__')) throw new Error('sw.js has no place for the list of files');
writeFileSync(worker, text.replaceAll('__KITH_FILES__', () => `(${value})`));

// What the server reads, since a jar has no folders to list.
writeFileSync(join(dist, 'files.txt'), files().filter((file) => file !== 'files.txt').sort().join('\n') + '\n');

for (const file of files()) {
  if (file === 'files.txt') continue;
  if (!/\.(js|css|html|svg|json|webmanifest|wasm|txt)$/.test(file) || statSync(join(dist, file)).size < 512) continue;
  const data = readFileSync(join(dist, file));
  writeFileSync(join(dist, `${file}.gz`), gzipSync(data, { level: 9 }));
  writeFileSync(join(dist, `${file}.br`), brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length } }));
}
