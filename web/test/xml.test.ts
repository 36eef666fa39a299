import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { el, read, write, XmlError } from '../src/xmpp/xml';

const golden = new URL('../../golden/', import.meta.url);
const files = readdirSync(golden).filter((name) => name.endsWith('.xml') && name !== 'stream-header.xml');

describe('golden wire examples', () => {
  test.each(files)('%s is written as it was read', (name) => {
    const text = readFileSync(new URL(name, golden), 'utf8').replace(/\n$/, '');
    if (text.startsWith('<stream:')) {
      const scoped = text.replace('<stream:features', "<stream:features xmlns:stream='http://etherx.jabber.org/streams'");
      const root = read(text.startsWith('<stream:features') ? scoped : text.replace(/^<stream:(\w+)/, "<stream:$1 xmlns:stream='http://etherx.jabber.org/streams'"), 'jabber:client');
      expect(root.ns).toBe('http://etherx.jabber.org/streams');
      return;
    }
    expect(write(read(text, 'jabber:client'), 'jabber:client')).toBe(text);
  });
});

test('what is written is read back the same, whatever is in it', () => {
  const nasty = `<&>'"]]>\t\n\r ü € 😀 \u0085\u2028 ]]>`;
  const element = el('message', 'jabber:client', { to: nasty, 'xml:lang': 'en' }, el('body', 'jabber:client', {}, nasty), el('x', 'urn:other', {}, el('y', 'urn:other')));
  expect(read(write(element))).toEqual(element);
});

test('characters that XML does not have are never written', () => {
  expect(write(el('a', '', {}, 'x\u0000\u001b\ud800y'))).toBe('<a>x\ufffd\ufffd\ufffdy</a>');
});

describe('is refused:', () => {
  test.each([
    ['a DTD', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['an entity without end', '<a>&amp</a>'],
    ['a lone ampersand', '<a>a & b</a>'],
    ['a comment', '<a><!-- b --></a>'],
    ['an instruction', '<a><?b c?></a>'],
    ['a wrong end tag', '<a><b></a></b>'],
    ['no end tag', '<a>'],
    ['two roots', '<a/><b/>'],
    ['text behind the root', '<a/>b'],
    ['an undeclared prefix', '<b:a/>'],
    ['an undeclared prefix of an attribute', "<a b:c=''/>"],
    ['an attribute twice', "<a b='' b=''/>"],
    ['< in an attribute', "<a b='<'/>"],
    ['an attribute without quotes', '<a b=c/>'],
    ['attributes without a space', "<a b='1'c='2'/>"],
    ['a null', '<a>&#0;</a>'],
    ['a surrogate by number', '<a>&#xD800;</a>'],
    ['a lone surrogate', '<a>\ud800</a>'],
    ['a control character', '<a>\u0001</a>'],
    [']]> in text', '<a>]]></a>'],
    ['nothing', ''],
    ['xmlns of the prefix xml', "<a xmlns:xml='urn:b'/>"],
  ])('%s', (_, text) => expect(() => read(text)).toThrow(XmlError));

  test('what is too deep, too long or too much', () => {
    expect(() => read('<a>'.repeat(100) + '</a>'.repeat(100))).toThrow('too deep');
    expect(() => read(`<a>${'b'.repeat(2_000_000)}</a>`)).toThrow('too long');
    expect(() => read(`<a>${'<b/>'.repeat(30_000)}</a>`)).toThrow('too many elements');
    expect(() => read(`<a ${Array.from({ length: 100 }, (_, i) => `a${i}='' `).join('')}/>`)).toThrow('too many attributes');
  });
});

test('attributes named like members of objects do no harm', () => {
  const element = read("<a __proto__='x' constructor='y' toString='z'/>");
  expect(element.attr('__proto__')).toBe('x');
  expect(element.attr('constructor')).toBe('y');
  expect(element.attr('hasOwnProperty')).toBeUndefined();
});

test('prefixes, CDATA and references are understood', () => {
  const element = read("<p:a xmlns:p='urn:p' xmlns='urn:d'><b>&lt;<![CDATA[<&>]]>&#65;&#x1F600;</b></p:a>");
  expect(element.ns).toBe('urn:p');
  expect(element.childText('b', 'urn:d')).toBe('<<&>A😀');
});

test('attributes in a namespace get a prefix of their own and come back', () => {
  const written = write(el('Description', 'urn:r', { '{urn:r}about': "it's <here>", '{urn:b}x': '1', plain: '2' }));
  expect(written).toContain("xmlns:a1='urn:r' a1:about='it&apos;s &lt;here&gt;'");
  const again = read(written);
  expect([again.attr('{urn:r}about'), again.attr('{urn:b}x'), again.attr('plain')]).toEqual(["it's <here>", '1', '2']);
});
