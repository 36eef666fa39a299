/** Names and numbers of a file of vCards (RFC 6350 and the older kinds that phones write). */
export interface Card {
  readonly name: string;
  readonly phones: readonly string[];
}

const MOST_CARDS = 20_000;
const MOST_PHONES = 20;

export function readCards(text: string): Card[] {
  const cards: Card[] = [];
  let name = '';
  let phones: string[] = [];
  let begun = '';
  // A line that goes on begins with a blank; in quoted-printable it ends with "=".
  for (const piece of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const line = begun + piece;
    begun = '';
    if (piece.endsWith('=') && /^[^:]*QUOTED-PRINTABLE[^:]*:/i.test(line) && line.length < 10_000) {
      begun = line.slice(0, -1);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const [head = '', ...parameters] = line.slice(0, colon).toUpperCase().split(';');
    const property = head.slice(head.lastIndexOf('.') + 1);
    const quoted = parameters.some((each) => each.endsWith('QUOTED-PRINTABLE'));
    const value = (quoted ? unquoted(line.slice(colon + 1)) : line.slice(colon + 1)).trim();
    if (property === 'BEGIN') {
      name = '';
      phones = [];
    } else if (property === 'FN') {
      name = value.replace(/\\n/gi, ' ').replace(/\\(.)/g, '$1').slice(0, 100);
    } else if (property === 'TEL') {
      const phone = value.replace(/^tel:/i, '').split(';')[0]!;
      if (/\d/.test(phone) && phones.length < MOST_PHONES) phones.push(phone);
    } else if (property === 'END' && phones.length > 0) {
      cards.push({ name, phones });
      if (cards.length >= MOST_CARDS) break;
    }
  }
  return cards;
}

function unquoted(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text.slice(i + 1, i + 3);
    if (text[i] === '=' && /^[0-9A-F]{2}$/i.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(...new TextEncoder().encode(text[i]!));
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
