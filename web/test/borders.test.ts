import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name)).map((name) => name.replaceAll('\\', '/'));

/** What a file imports, as paths below src, or names of packages. */
function imports(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(/[\s}]from\s+'([^'\n]+)';|\bimport\s*\(\s*'([^'\n]+)'\s*\)|^import\s+'([^'\n]+)'/gm);
  return [...found].map((each) => each[1] ?? each[2] ?? each[3]!).map((name) => (name.startsWith('.') ? relative(src, resolve(src, dirname(file), name)).replaceAll('\\', '/') : name));
}

const within = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`));

test('imports are found at all', () => expect(imports('chat/core.ts')).toContain('xmpp/client'));

test('xmpp needs nobody, and no page', () => {
  for (const file of within('xmpp')) {
    for (const each of imports(file)) expect(each, file).toMatch(/^xmpp\//);
    expect(readFileSync(join(src, file), 'utf8'), file).not.toMatch(/\b(document|window|localStorage|DOMParser)\./);
  }
});

test('chat needs xmpp and signals, and no page', () => {
  for (const file of within('chat')) {
    for (const each of imports(file)) expect(each, file).toMatch(/^(chat|xmpp)\/|^@preact\/signals-core$/);
    expect(readFileSync(join(src, file), 'utf8'), file).not.toMatch(/\bdocument\./);
  }
});

test('ui knows of chat what its door shows, and nothing of xmpp', () => {
  for (const file of within('ui')) {
    for (const each of imports(file)) {
      expect(each, file).not.toMatch(/^xmpp/);
      if (each.startsWith('chat')) expect(each, file).toMatch(/^chat(\/index|\/model|\/api)?$/);
    }
  }
});

test('the operators\' page shares parts with the app, and nothing of its engine', () => {
  for (const file of within('admin')) {
    for (const each of imports(file)) expect(each, file).toMatch(/^admin\/|^ui\/(i18n|parts|styles)\/?|^(preact|lucide|@preact)/);
  }
  for (const file of ['ui/parts/dialog.tsx', 'ui/parts/field.tsx', 'ui/parts/icon.tsx', 'ui/parts/logo.tsx', 'ui/parts/toast.tsx', 'ui/failure.ts']) {
    for (const each of imports(file)) expect(each, file).not.toMatch(/^ui\/kith|^chat\/(?!index|model|api)/);
  }
});

test('nothing turns text into markup or code', () => {
  for (const file of files) {
    expect(readFileSync(join(src, file), 'utf8'), file).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
  }
});

test('nobody but the page\'s own server is asked for anything', () => {
  for (const file of files) {
    for (const [, url] of readFileSync(join(src, file), 'utf8').matchAll(/fetch\(\s*[`'"](https?:[^`'"]*)/g)) expect(url, file).toBeUndefined();
  }
});
