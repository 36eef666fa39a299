import { expect, test } from 'vitest';
import { firstLink } from '../../src/ui/format/styling';

test('the_first_link_of_the_web_is_the_one_that_gets_a_preview', () => {
  expect(firstLink('see https://example.org/a. And https://example.org/b')).toBe('https://example.org/a');
  expect(firstLink('first line\n(www.example.org/x)')).toBe('https://www.example.org/x');
  for (const none of ['', 'no link', 'mailto:a@example.org', 'javascript:alert(1)', 'ftp://example.org', 'xhttps://example.org']) expect(firstLink(none), none).toBeNull();
});
