// Elements as values, read from and written to single frames (RFC 7395: one element per frame). Within hard limits, for
// what comes is not trusted: no DTD, comment or instruction, no unknown entity, no character that XML does not have.

export type Node = Element | string;

export class Element {
  constructor(
    readonly name: string,
    readonly ns: string,
    readonly attrs: Readonly<Record<string, string>>,
    readonly children: readonly Node[],
  ) {}

  is(name: string, ns: string): boolean {
    return this.name === name && this.ns === ns;
  }

  attr(name: string): string | undefined {
    return Object.hasOwn(this.attrs, name) ? this.attrs[name] : undefined;
  }

  /** The first child element of that name; without `ns`, of this element's namespace. */
  child(name: string, ns: string = this.ns): Element | undefined {
    for (const child of this.children) if (typeof child !== 'string' && child.name === name && child.ns === ns) return child;
    return undefined;
  }

  all(name: string, ns: string = this.ns): Element[] {
    return this.elements().filter((child) => child.is(name, ns));
  }

  elements(): Element[] {
    return this.children.filter((child) => typeof child !== 'string');
  }

  /** The characters directly within. */
  get text(): string {
    let text = '';
    for (const child of this.children) if (typeof child === 'string') text += child;
    return text;
  }

  childText(name: string, ns: string = this.ns): string | undefined {
    return this.child(name, ns)?.text;
  }

  with(attrs: Record<string, string>): Element {
    return new Element(this.name, this.ns, { ...this.attrs, ...attrs }, this.children);
  }

  toString(): string {
    return write(this);
  }
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** `el('body', CLIENT, {}, 'text')`; what is undefined, false or null is left out. */
export function el(name: string, ns: string, attrs: Attributes = {}, ...children: (Node | undefined | null | false | readonly Node[])[]): Element {
  const kept: Record<string, string> = {};
  for (const key of Object.keys(attrs)) if (attrs[key] !== undefined) kept[key] = String(attrs[key]);
  return new Element(name, ns, kept, children.flat().filter((child): child is Node => child !== undefined && child !== null && child !== false && child !== ''));
}

// -------------------------------------------------------------------------------------------------------------- reading

export interface Limits {
  readonly chars: number;
  readonly depth: number;
  readonly elements: number;
  readonly attributes: number;
}

export const LIMITS: Limits = { chars: 1 << 20, depth: 48, elements: 20_000, attributes: 64 };

export class XmlError extends Error {}

const XML = 'http://www.w3.org/XML/1998/namespace';
const NAME = /[A-Za-z_\u00b7-\uffff][A-Za-z0-9_.\-\u00b7-\uffff]*/y;
const SPACE = /[ \t\r\n]+/y;
// What XML 1.0 does not allow, lone surrogates included.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** @throws XmlError if `text` is not exactly one element within the limits */
export function read(text: string, defaultNs = '', limits: Limits = LIMITS): Element {
  return new Reader(text, limits).document(defaultNs);
}

type Scope = Readonly<Record<string, string>>;

class Reader {
  private at = 0;
  private count = 0;

  constructor(
    private readonly text: string,
    private readonly limits: Limits,
  ) {
    if (text.length > limits.chars) throw new XmlError('the frame is too long');
    if (FORBIDDEN.test(text)) throw new XmlError('a character is not allowed');
  }

  document(defaultNs: string): Element {
    this.space();
    if (this.text.startsWith('<?xml', this.at)) {
      const end = this.text.indexOf('?>', this.at);
      if (end < 0) throw new XmlError('the declaration has no end');
      this.at = end + 2;
      this.space();
    }
    const scope: Scope = Object.assign(Object.create(null), { '': defaultNs, xml: XML });
    const root = this.element(scope, 1);
    this.space();
    if (this.at !== this.text.length) throw new XmlError('there is something behind the element');
    return root;
  }

  private element(outer: Scope, depth: number): Element {
    if (depth > this.limits.depth) throw new XmlError('too deep');
    if (++this.count > this.limits.elements) throw new XmlError('too many elements');
    this.expect('<');
    const [prefix, name] = this.name();
    let scope = outer;
    const raw: [prefix: string, name: string, value: string][] = [];
    for (;;) {
      const spaced = this.space();
      const char = this.text[this.at];
      if (char === '>' || char === '/') break;
      if (!spaced) throw new XmlError('a space is missing');
      const [attrPrefix, attrName] = this.name();
      this.space();
      this.expect('=');
      this.space();
      const value = this.quoted();
      if (attrPrefix === '' && attrName === 'xmlns') {
        scope = Object.assign(Object.create(null), scope, { '': value });
      } else if (attrPrefix === 'xmlns') {
        if (value === '' || attrName === 'xml' || attrName === 'xmlns') throw new XmlError('a prefix cannot be that');
        scope = Object.assign(Object.create(null), scope, { [attrName]: value });
      } else {
        if (raw.length === this.limits.attributes) throw new XmlError('too many attributes');
        raw.push([attrPrefix, attrName, value]);
      }
    }
    const attrs: Record<string, string> = {};
    for (const [attrPrefix, attrName, value] of raw) {
      if (attrPrefix !== '' && scope[attrPrefix] === undefined) throw new XmlError('a prefix is not declared');
      const key = attrPrefix === '' ? attrName : attrPrefix === 'xml' ? `xml:${attrName}` : `{${scope[attrPrefix]}}${attrName}`;
      if (Object.hasOwn(attrs, key)) throw new XmlError('an attribute is there twice');
      Object.defineProperty(attrs, key, { value, enumerable: true });
    }
    const ns = scope[prefix];
    if (ns === undefined) throw new XmlError('a prefix is not declared');
    if (this.text[this.at] === '/') {
      this.at++;
      this.expect('>');
      return new Element(name, ns, attrs, []);
    }
    this.expect('>');
    const children: Node[] = [];
    for (;;) {
      const open = this.text.indexOf('<', this.at);
      if (open < 0) throw new XmlError('an end tag is missing');
      this.chars(children, open);
      if (this.text.startsWith('</', this.at)) break;
      if (this.text.startsWith('<![CDATA[', this.at)) this.cdata(children);
      else children.push(this.element(scope, depth + 1));
    }
    this.at += 2;
    const [endPrefix, endName] = this.name();
    if (endPrefix !== prefix || endName !== name) throw new XmlError('the end tag is another element\'s');
    this.space();
    this.expect('>');
    return new Element(name, ns, attrs, children);
  }

  private chars(children: Node[], end: number): void {
    if (end === this.at) return;
    const text = this.text.slice(this.at, end);
    if (text.includes(']]>')) throw new XmlError(']]> must not stand alone');
    push(children, unescape(text.replace(/\r\n?/g, '\n')));
    this.at = end;
  }

  private cdata(children: Node[]): void {
    const end = this.text.indexOf(']]>', this.at);
    if (end < 0) throw new XmlError('CDATA has no end');
    push(children, this.text.slice(this.at + 9, end).replace(/\r\n?/g, '\n'));
    this.at = end + 3;
  }

  private quoted(): string {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") throw new XmlError('a quote is missing');
    const end = this.text.indexOf(quote, this.at + 1);
    if (end < 0) throw new XmlError('a quote is missing');
    const value = this.text.slice(this.at + 1, end);
    if (value.includes('<')) throw new XmlError('< in an attribute');
    this.at = end + 1;
    return unescape(value.replace(/\r\n|[\t\r\n]/g, ' '));
  }

  private name(): [prefix: string, name: string] {
    const first = this.part();
    if (this.text[this.at] !== ':') return ['', first];
    this.at++;
    return [first, this.part()];
  }

  private part(): string {
    NAME.lastIndex = this.at;
    const found = NAME.exec(this.text);
    if (!found) throw new XmlError('a name is missing');
    this.at = NAME.lastIndex;
    return found[0];
  }

  private space(): boolean {
    SPACE.lastIndex = this.at;
    if (!SPACE.test(this.text)) return false;
    this.at = SPACE.lastIndex;
    return true;
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) throw new XmlError(`${char} is missing`);
    this.at++;
  }
}

function push(children: Node[], text: string): void {
  if (text === '') return;
  const last = children.length - 1;
  if (typeof children[last] === 'string') children[last] += text;
  else children.push(text);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,10});?/g, (whole, body: string) => {
    if (whole.endsWith(';')) {
      const known = Object.hasOwn(ENTITIES, body) ? ENTITIES[body] : undefined;
      if (known !== undefined) return known;
      const number = /^#x([0-9a-fA-F]{1,6})$/.exec(body)?.[1] ? parseInt(body.slice(2), 16) : /^#[0-9]{1,7}$/.test(body) ? parseInt(body.slice(1), 10) : -1;
      if (number > 0 && number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff)) {
        const char = String.fromCodePoint(number);
        if (!FORBIDDEN.test(char)) return char;
      }
    }
    throw new XmlError('an entity is unknown');
  });
}

// -------------------------------------------------------------------------------------------------------------- writing

/** As Kith writes: single quotes, xmlns first, nothing between elements. Characters that XML has not become U+FFFD. */
export function write(element: Element, outerNs = ''): string {
  let out = `<${element.name}`;
  if (element.ns !== outerNs) out += ` xmlns='${escape(element.ns)}'`;
  let prefixes = 0;
  for (const key of Object.keys(element.attrs)) {
    if (key.startsWith('{')) {
      // An attribute in a namespace needs a prefix; each has its own.
      const end = key.indexOf('}');
      const prefix = `a${++prefixes}`;
      out += ` xmlns:${prefix}='${escape(key.slice(1, end))}' ${prefix}:${key.slice(end + 1)}='${escape(element.attrs[key]!)}'`;
      continue;
    }
    out += ` ${key}='${escape(element.attrs[key]!)}'`;
  }
  if (element.children.length === 0) return `${out}/>`;
  out += '>';
  for (const child of element.children) out += typeof child === 'string' ? escapeText(child) : write(child, element.ns);
  return `${out}</${element.name}>`;
}

const EVERY_FORBIDDEN = new RegExp(FORBIDDEN.source, 'g');

function escapeText(text: string): string {
  return text.replace(EVERY_FORBIDDEN, '\ufffd').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;');
}

function escape(text: string): string {
  return escapeText(text).replace(/'/g, '&apos;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
}
