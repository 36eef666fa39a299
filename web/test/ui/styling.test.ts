import { describe, expect, test } from 'vitest';
import { type Block, emojiOnly, plain, safeUrl, type Span, styled } from '../../src/ui/format/styling';

/** A tree as short text: `<b>` for spans, `|` between blocks. */
const shown = (text: string, mentions: { start: number; end: number; address: string }[] = []) => styled(text, mentions).map(block).join('|');
const block = (b: Block): string => (b.kind === 'code' ? `[code:${b.text}]` : b.kind === 'quote' ? `[quote:${b.blocks.map(block).join('|')}]` : b.spans.map(span).join(''));
const span = (s: Span): string =>
  s.kind === 'text' ? s.text : s.kind === 'mono' ? `<mono>${s.text}</mono>` : s.kind === 'link' ? `<a ${s.url}>${s.text}</a>` : s.kind === 'mention' ? `<@${s.address}>` : `<${s.kind}>${s.spans.map(span).join('')}</${s.kind}>`;

describe('XEP-0393', () => {
  test('spans_are_strong_emphasis_strike_and_preformatted', () => {
    expect(shown('*a* _b_ ~c~ `d`')).toBe('<bold>a</bold> <italic>b</italic> <strike>c</strike> <mono>d</mono>');
  });

  test('spans_nest_but_not_in_preformatted_ones', () => {
    expect(shown('*a _b_*')).toBe('<bold>a <italic>b</italic></bold>');
    expect(shown('`*a*`')).toBe('<mono>*a*</mono>');
  });

  test('what_does_not_open_or_close_stays_as_typed', () => {
    for (const text of ['2*3*4', '* a *', '**', '*a', 'snake_case_name', '*a\nb*', 'a * b * c', '~ ~']) expect(shown(text)).toBe(text);
  });

  test('blocks_are_quotes_and_code', () => {
    expect(shown('> a\n>> b\nc')).toBe('[quote:a|[quote:b]]|c');
    expect(shown('```js\n*x*\n```\nafter')).toBe('[code:*x*]|after');
    expect(shown('```\nno end')).toBe('[code:no end]');
  });

  test('links_end_before_punctuation_and_keep_their_brackets', () => {
    expect(shown('see https://a.example/x_(y).')).toBe('see <a https://a.example/x_(y)>https://a.example/x_(y)</a>.');
    expect(shown('(www.a.example)')).toBe('(<a https://www.a.example/>www.a.example</a>)');
    expect(shown('*https://a.example/_b_c*')).toBe('<bold><a https://a.example/_b_c>https://a.example/_b_c</a></bold>');
  });

  test('only_the_web_and_mail_are_linked', () => {
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://', 'vbscript:x', 'blob:x', 'http://nodot']) expect(safeUrl(bad)).toBeNull();
    expect(shown('javascript:alert(1)')).toBe('javascript:alert(1)');
  });

  test('mentions_are_islands', () => {
    expect(shown('hi *@Ada* _x_', [{ start: 4, end: 8, address: 'ada@x' }])).toBe('hi <bold><@ada@x></bold> <italic>x</italic>');
    expect(shown('short', [{ start: 3, end: 900, address: 'x' }])).toBe('short');
  });

  test('hostile_texts_take_time_in_step_with_their_length', () => {
    for (const unit of ['*', '_*', '`', '*a ', '> ', '(*', 'https://a.b(', '~_*`', '```\n', '@[']) {
      const text = unit.repeat(Math.ceil(20_000 / unit.length));
      styled(text);
      plain(text);
    }
  });

  test('plain_text_has_no_marks_and_no_line_ends', () => {
    expect(plain('*Hello*\n> _you_\n```\ncode\n```')).toBe('Hello you code');
  });
});

describe('emoji', () => {
  test('few_emoji_alone_are_large', () => {
    expect([emojiOnly('👍'), emojiOnly('👩‍👩‍👧 🇩🇪'), emojiOnly('❤️'), emojiOnly('👍🏽👍🏽👍🏽')]).toEqual([1, 2, 1, 3]);
  });

  test('text_digits_and_crowds_are_not', () => {
    for (const text of ['ok 👍', '42', '', ' ', '#', '👍'.repeat(5)]) expect(emojiOnly(text)).toBe(0);
  });
});
