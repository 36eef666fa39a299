import { describe, expect, test } from 'vitest';
import { argumentsOf, format, parse, type Piece, rulesOf } from '../../src/ui/i18n/icu';
import ar from '../../src/ui/i18n/ar';
import de from '../../src/ui/i18n/de';
import en from '../../src/ui/i18n/en';
import es from '../../src/ui/i18n/es';
import adminAr from '../../src/admin/i18n/ar';
import adminDe from '../../src/admin/i18n/de';
import adminEn from '../../src/admin/i18n/en';
import adminEs from '../../src/admin/i18n/es';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Texts = Record<string, string>;

/** What is written where: the app, and the operators' page. */
const catalogues: Record<string, { english: Texts; all: Record<string, Texts> }> = {
  'src/ui': { english: en, all: { en, de, es, ar } },
  'src/admin': { english: adminEn, all: { en: adminEn, de: adminDe, es: adminEs, ar: adminAr } },
};
const bare = (text: string) => text.replace(/[\u2068\u2069]/g, '');
const say = (language: string, source: string, values: Record<string, unknown>) => bare(format(parse(source), values, rulesOf(language)));

describe('ICU messages', () => {
  test('plural_cases_follow_the_language', () => {
    const source = '{n, plural, zero {none} one {one} two {two} few {# few} many {# many} other {# other}}';
    expect([0, 1, 2, 3, 11, 100].map((n) => say('ar-EG-u-nu-latn', source, { n }))).toEqual(['none', 'one', 'two', '3 few', '11 many', '100 other']);
    expect([0, 1, 2].map((n) => say('en', source, { n }))).toEqual(['0 other', 'one', '2 other']);
  });

  test('an_exact_case_wins_over_a_category', () => {
    expect(say('en', '{n, plural, =1 {exactly} one {one} other {other}}', { n: 1 })).toBe('exactly');
  });

  test('choices_nest_and_quotes_keep_braces', () => {
    expect(say('en', "{a, select, yes {{n, plural, one {# '{it}'} other {#}}} other {no}}", { a: 'yes', n: 1 })).toBe('1 {it}');
  });

  test('names_are_isolated_from_the_direction_of_the_sentence', () => {
    expect(format(parse('To {name}!'), { name: 'سارة' }, rulesOf('en'))).toBe('To \u2068سارة\u2069!');
  });

  test('a_broken_message_is_refused', () => {
    for (const broken of ['{', '{a', '}', '{n, plural, one {x}}', '{n, plural, other {x}', '{}']) expect(() => parse(broken), broken).toThrow(SyntaxError);
  });
});

describe.each(Object.entries(catalogues))('texts of %s', (folder, { english, all }) => {
  for (const [language, texts] of Object.entries(all)) {
    test(`${language}_has_every_text_and_no_other`, () => {
      expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
      for (const [key, text] of Object.entries(texts)) expect(text.trim(), key).not.toBe('');
    });

    test(`${language}_uses_the_same_arguments_as_english`, () => {
      for (const [key, text] of Object.entries(texts)) {
        expect([...argumentsOf(parse(text))].sort(), key).toEqual([...argumentsOf(parse(english[key] ?? ''))].sort());
      }
    });

    test(`${language}_names_every_plural_category_it_has`, () => {
      const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, text] of Object.entries(texts)) {
        for (const cases of plurals(parse(text))) expect([...cases].filter((each) => !each.startsWith('=')).sort(), key).toEqual([...wanted].sort());
      }
    });
  }

  test('every_text_is_used_and_every_used_text_is_there', () => {
    const source = files(folder).filter((file) => /\.tsx?$/.test(file) && !/\/i18n\/(en|de|es|ar)\.ts$/.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
    const built = [...source.matchAll(/`([a-zA-Z]+\.[a-zA-Z]*)\$\{/g)].map((match) => match[1] ?? '');
    const unused = Object.keys(english).filter((key) => !source.includes(`'${key}'`) && !built.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  test('no_component_has_words_of_its_own', () => {
    const found: string[] = [];
    for (const file of files(folder).filter((name) => name.endsWith('.tsx'))) {
      const text = readFileSync(file, 'utf8');
      for (const match of text.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*\p{L}{2}[^"]*)"/gu)) found.push(`${file}: ${match[0]}`);
      for (const match of text.matchAll(/^\s*(?:<\w+[^>{]*>)?(\p{Lu}\p{Ll}+(?: \p{L}+)+[.!?]?)(?:<\/\w+>)?$/gmu)) found.push(`${file}: ${match[1]}`);
    }
    expect(found).toEqual([]);
  });
});

function plurals(pieces: Piece[]): Set<string>[] {
  return pieces.flatMap((piece) =>
    piece.kind === 'choice' ? [...(piece.by === 'plural' ? [new Set(piece.cases.keys())] : []), ...[...piece.cases.values()].flatMap(plurals)] : [],
  );
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));
}
