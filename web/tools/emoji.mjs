// Makes src/ui/emoji/*.json from emojibase-data (CLDR names). Run by hand after an update: node tools/emoji.mjs
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const out = new URL('../src/ui/emoji/', import.meta.url);

/** Groups of Unicode, without the components (2): faces, people, nature, food, travel, activities, objects, symbols, flags. */
const groups = [0, 1, 3, 4, 5, 6, 7, 8, 9];

const english = require('emojibase-data/en/compact.json');
const sets = groups.map((group) =>
  english.filter((each) => each.group === group).sort((a, b) => a.order - b.order),
);
fs.writeFileSync(
  new URL('set.json', out),
  JSON.stringify(sets.map((set) => set.map((each) => (each.skins?.length === 5 ? `${each.unicode}~` : each.unicode)))) + '\n',
);
for (const language of ['en', 'de', 'es']) {
  const words = new Map(require(`emojibase-data/${language}/compact.json`).map((each) => [each.hexcode, each]));
  const names = sets.map((set) =>
    set.map(({ hexcode }) => {
      const each = words.get(hexcode);
      return each ? [each.label, ...(each.tags ?? []).filter((tag) => !each.label.includes(tag))].join(' ') : '';
    }),
  );
  fs.writeFileSync(new URL(`words.${language}.json`, out), JSON.stringify(names) + '\n');
}
