/**
 * XEP-0393: Message Styling, as a tree; also links and mentions. It only reads: the text stays what was typed. Its time grows
 * with the length of the text, whatever the text is, and nesting ends at a fixed depth.
 */
export type Block =
  | { kind: 'lines'; spans: Span[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'code'; text: string };

export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; spans: Span[] }
  | { kind: 'mono'; text: string }
  | { kind: 'link'; text: string; url: string }
  | { kind: 'mention'; text: string; address: string };

interface Range {
  readonly start: number;
  readonly end: number;
  readonly address: string;
}

const QUOTES_DEEP = 4;
const SPANS_DEEP = 6;
/** A span ends in its line; longer lines are plain text. */
const LINE_LIMIT = 4000;

export function styled(text: string, mentions: readonly Range[] = []): Block[] {
  const ordered = [...mentions].filter((m) => m.start >= 0 && m.end <= text.length && m.start < m.end).sort((a, b) => a.start - b.start);
  const lines: Line[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    lines.push({ text: line, start: at });
    at += line.length + 1;
  }
  return blocks(lines, ordered, 0);
}

interface Line {
  text: string;
  start: number;
}

function blocks(lines: Line[], mentions: readonly Range[], depth: number): Block[] {
  const found: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line;
    if (line.text.startsWith('```')) {
      const end = lines.findIndex((other, index) => index > i && other.text.trimEnd() === '```');
      const inside = lines.slice(i + 1, end < 0 ? lines.length : end);
      if (inside.length) {
        found.push({ kind: 'code', text: inside.map((each) => each.text).join('\n') });
        i += inside.length + (end < 0 ? 0 : 1);
        continue;
      }
    }
    if (line.text.startsWith('>') && depth < QUOTES_DEEP) {
      const quoted: Line[] = [];
      while (i < lines.length && lines[i]?.text.startsWith('>')) {
        const each = lines[i] as Line;
        const skip = each.text.charAt(1) === ' ' ? 2 : 1;
        quoted.push({ text: each.text.slice(skip), start: each.start + skip });
        i++;
      }
      i--;
      found.push({ kind: 'quote', blocks: blocks(quoted, mentions, depth + 1) });
      continue;
    }
    const last = found.at(-1);
    const into = last?.kind === 'lines' ? last.spans : [];
    if (last?.kind === 'lines') into.push({ kind: 'text', text: '\n' });
    else found.push({ kind: 'lines', spans: into });
    lineSpans(line, mentions, into);
  }
  return found;
}

/** Mentions and links first (nothing inside them is a mark), then the marks in what is between. */
function lineSpans(line: Line, mentions: readonly Range[], into: Span[]): void {
  const islands: Island[] = [];
  const end = line.start + line.text.length;
  for (const mention of mentions) {
    if (mention.start >= line.start && mention.end <= end) {
      const start = mention.start - line.start;
      const text = line.text.slice(start, mention.end - line.start);
      islands.push({ start, end: start + text.length, span: { kind: 'mention', text, address: mention.address } });
    }
  }
  if (line.text.length <= LINE_LIMIT) links(line.text, islands);
  islands.sort((a, b) => a.start - b.start);
  spans(line.text, 0, line.text.length, islands, 0, into);
}

interface Island {
  start: number;
  end: number;
  span: Span;
}

const LINK = /(?:https?:\/\/|www\.|mailto:)[^\s<>"“”«»`]+/giu;

function links(text: string, islands: Island[]): void {
  for (const match of text.matchAll(LINK)) {
    let found = match[0].replace(/[.,;:!?'’…*_~]+$/u, '');
    while (/[)\]}]$/.test(found) && !balanced(found)) found = found.slice(0, -1);
    const start = match.index;
    const before = text.charAt(start - 1);
    if (/[\p{L}\p{N}@]/u.test(before) || islands.some((other) => start < other.end && other.start < start + found.length)) continue;
    const url = safeUrl(found);
    if (url) islands.push({ start, end: start + found.length, span: { kind: 'link', text: found, url } });
  }
}

/** The first address of the web in a text, as it is followed. */
export function firstLink(text: string): string | null {
  const islands: Island[] = [];
  for (const line of text.slice(0, LINE_LIMIT).split('\n')) links(line, islands);
  for (const { span } of islands) if (span.kind === 'link' && /^https?:/.test(span.url)) return span.url;
  return null;
}

function balanced(text: string): boolean {
  const count = (c: string) => text.split(c).length;
  return count('(') === count(')') && count('[') === count(']') && count('{') === count('}');
}

/** The URL if following it is harmless: the web or mail, nothing that runs or reads a file. */
export function safeUrl(text: string): string | null {
  const candidate = /^www\./i.test(text) ? `https://${text}` : text;
  if (candidate.length > 2000 || !URL.canParse(candidate)) return null;
  const url = new URL(candidate);
  if (url.protocol === 'mailto:') return url.href;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return url.hostname.includes('.') || url.hostname === 'localhost' ? url.href : null;
}

const MARKS = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

function spans(text: string, from: number, to: number, islands: readonly Island[], depth: number, into: Span[]): void {
  let plainFrom = from;
  let island = islands.findIndex((each) => each.end > from);
  if (island < 0) island = islands.length;
  const flush = (end: number) => {
    if (end > plainFrom) into.push({ kind: 'text', text: text.slice(plainFrom, end) });
  };
  /** Marks for which this rest of the line has no end, so that a line of marks alone is not searched again and again. */
  const hopeless = new Set<string>();
  for (let i = from; i < to; ) {
    const here = islands[island];
    if (here && i === here.start && here.end <= to) {
      flush(i);
      into.push(here.span);
      i = plainFrom = here.end;
      island++;
      continue;
    }
    const c = text.charAt(i);
    const mark = c === '`' || c in MARKS;
    if (mark && !hopeless.has(c) && depth < SPANS_DEEP && to - from <= LINE_LIMIT && opens(text, from, i)) {
      const end = closing(text, i, to, c, c === '`' ? [] : islands.slice(island));
      if (end < 0) hopeless.add(c);
      else if (end > i + 1) {
        flush(i);
        if (c === '`') into.push({ kind: 'mono', text: text.slice(i + 1, end) });
        else {
          const inner: Span[] = [];
          spans(text, i + 1, end, islands, depth + 1, inner);
          into.push({ kind: MARKS[c as keyof typeof MARKS], spans: inner });
        }
        i = plainFrom = end + 1;
        while (islands[island] && (islands[island] as Island).start < i) island++;
        continue;
      }
    }
    i++;
  }
  flush(to);
}

/** A mark opens at the line's start, after white space or after another opening mark, and before something visible. */
function opens(text: string, from: number, at: number): boolean {
  const before = at === from ? ' ' : text.charAt(at - 1);
  const after = text.charAt(at + 1);
  return /[\s*_~(“"'¿¡]/u.test(before) && after !== '' && !/\s/u.test(after);
}

function closing(text: string, at: number, to: number, mark: string, islands: readonly Island[]): number {
  let island = 0;
  for (let i = at + 1; i < to; i++) {
    while (islands[island] && (islands[island] as Island).end <= i) island++;
    const over = islands[island];
    if (over && i >= over.start) {
      i = over.end - 1;
      continue;
    }
    if (text.charAt(i) !== mark) continue;
    if (/\s/u.test(text.charAt(i - 1))) continue;
    return i;
  }
  return -1;
}

/** The text without its marks, on one line; for previews. */
export function plain(text: string): string {
  const words: string[] = [];
  const walk = (span: Span): void => {
    if ('spans' in span) span.spans.forEach(walk);
    else words.push(span.text);
  };
  const each = (block: Block): void => {
    if (block.kind === 'lines') block.spans.forEach(walk);
    else if (block.kind === 'quote') block.blocks.forEach(each);
    else words.push(block.text);
    words.push(' ');
  };
  styled(text).forEach(each);
  return words.join('').replace(/\s+/gu, ' ').trim();
}

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[#*0-9]\uFE0F?\u20E3|[\uFE0F\u200D\s]|[\u{E0020}-\u{E007F}])+$/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many emoji a text of nothing else has (up to 4); 0 for other texts. They are drawn large. */
export function emojiOnly(text: string): number {
  if (text.length > 60 || !EMOJI.test(text) || !text.trim()) return 0;
  const count = [...segmenter.segment(text.replace(/\s+/gu, ''))].length;
  return count <= 4 ? count : 0;
}
