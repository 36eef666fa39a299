/**
 * ICU MessageFormat, the part of it that a messenger needs: `{name}`, `{n, number}`, `plural` (with `=0` and `#`) and
 * `select`, nested. A message is parsed once. Text that comes from people is wrapped in isolates (U+2068, U+2069), so a
 * name in Arabic cannot turn an English sentence around, nor the other way.
 */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'argument'; name: string; style: string }
  | { kind: 'count'; name: string }
  | { kind: 'choice'; name: string; by: 'plural' | 'select'; cases: Map<string, Piece[]> };

/** What a message is filled with; anything but text and numbers (an element, say) is put in as it is by [pieces]. */
export type Arguments = Record<string, unknown>;

export function parse(source: string): Piece[] {
  let at = 0;

  function fail(what: string): never {
    throw new SyntaxError(`${what} at ${at} in “${source}”`);
  }

  function word(end: RegExp): string {
    const start = at;
    while (at < source.length && !end.test(source.charAt(at))) at++;
    return source.slice(start, at).trim();
  }

  function sequence(counted: string | null, depth: number): Piece[] {
    const pieces: Piece[] = [];
    let text = '';
    const flush = () => {
      if (text) pieces.push({ kind: 'text', text });
      text = '';
    };
    while (at < source.length) {
      const c = source.charAt(at);
      if (c === "'" && source.charAt(at + 1) === "'") {
        text += "'";
        at += 2;
      } else if (c === "'" && /[{}#]/.test(source.charAt(at + 1))) {
        const end = source.indexOf("'", at + 1);
        if (end < 0) fail('An open quote');
        text += source.slice(at + 1, end);
        at = end + 1;
      } else if (c === '}') {
        if (depth === 0) fail('A stray }');
        break;
      } else if (c === '#' && counted) {
        flush();
        pieces.push({ kind: 'count', name: counted });
        at++;
      } else if (c === '{') {
        flush();
        at++;
        pieces.push(argument(depth));
      } else {
        text += c;
        at++;
      }
    }
    flush();
    return pieces;
  }

  function argument(depth: number): Piece {
    const name = word(/[,}]/);
    if (!/^\w+$/.test(name)) fail('No name');
    if (source.charAt(at) === '}') {
      at++;
      return { kind: 'argument', name, style: '' };
    }
    at++;
    const style = word(/[,}]/);
    if (style !== 'plural' && style !== 'select') {
      if (source.charAt(at) !== '}') fail('No end');
      at++;
      return { kind: 'argument', name, style };
    }
    at++;
    const cases = new Map<string, Piece[]>();
    for (;;) {
      const key = word(/[{}]/);
      if (source.charAt(at) === '}') {
        at++;
        break;
      }
      if (source.charAt(at) !== '{') fail('No end');
      at++;
      cases.set(key, sequence(style === 'plural' ? name : null, depth + 1));
      if (source.charAt(at) !== '}') fail('No end');
      at++;
    }
    if (!cases.has('other')) fail('No case “other”');
    return { kind: 'choice', name, by: style, cases };
  }

  return sequence(null, 0);
}

/** A language's rules for one run of the formatter. */
export interface Rules {
  plural(n: number): string;
  number(n: number): string;
}

export function rulesOf(language: string): Rules {
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return { plural: (n) => plural.select(n), number: (n) => number.format(n) };
}

/** The message's parts in order: strings, and whatever else was given as an argument. */
export function pieces(message: Piece[], values: Arguments, rules: Rules, into: unknown[] = []): unknown[] {
  for (const piece of message) {
    if (piece.kind === 'text') into.push(piece.text);
    else if (piece.kind === 'count') into.push(rules.number(Number(values[piece.name])));
    else if (piece.kind === 'argument') into.push(shown(values[piece.name], rules));
    else {
      const value = values[piece.name];
      const key =
        piece.by === 'select'
          ? String(value)
          : piece.cases.has(`=${Number(value)}`)
            ? `=${Number(value)}`
            : rules.plural(Number(value));
      pieces(piece.cases.get(key) ?? piece.cases.get('other') ?? [], values, rules, into);
    }
  }
  return into;
}

export function format(message: Piece[], values: Arguments, rules: Rules): string {
  return pieces(message, values, rules).join('');
}

function shown(value: unknown, rules: Rules): unknown {
  if (typeof value === 'number') return rules.number(value);
  if (typeof value === 'string') return `\u2068${value}\u2069`;
  return value ?? '';
}

/** The names of the arguments of a message, sorted: translations must use the same ones. */
export function argumentsOf(message: Piece[], names = new Set<string>()): Set<string> {
  for (const piece of message) {
    if (piece.kind !== 'text') names.add(piece.name);
    if (piece.kind === 'choice') for (const inner of piece.cases.values()) argumentsOf(inner, names);
  }
  return names;
}
