// How large a picture is that came within a message, read from its first bytes: a few kilobytes can unfold to gigapixels, which
// would freeze who looks at it. Nothing is decoded.

export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** More than any thumbnail has. */
const MOST_PIXELS = 1_000_000;

/** Of a `data:image/…;base64,` URL; undefined when it is no JPEG, PNG, GIF or WebP, or one of too many pixels. */
export function pixelsOf(uri: string): Pixels | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(uri.slice(uri.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
  const view = new DataView(bytes.buffer);
  const says = (at: number, text: string) => text.length + at <= bytes.length && [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  const pixels = says(0, '\x89PNG\r\n\x1a\n') && says(12, 'IHDR') && bytes.length >= 24
    ? { width: view.getUint32(16), height: view.getUint32(20) }
    : says(0, 'GIF8') && bytes.length >= 10
      ? { width: view.getUint16(6, true), height: view.getUint16(8, true) }
      : says(0, 'RIFF') && says(8, 'WEBPVP8') && bytes.length >= 30 ? webp(bytes[15]!, view) : jpeg(view);
  return pixels && pixels.width > 0 && pixels.height > 0 && pixels.width * pixels.height <= MOST_PIXELS ? pixels : undefined;
}

/** RFC 6386 §9.1, RFC 9649 §2.7: lossy, lossless or extended. */
function webp(kind: number, view: DataView): Pixels | undefined {
  const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === 0x20) return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 0x4c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return kind === 0x58 ? { width: 1 + three(24), height: 1 + three(27) } : undefined;
}

/** ITU T.81 §B.2: segments up to the frame's. */
function jpeg(view: DataView): Pixels | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) {
      at++;
      continue;
    }
    if (marker < 0xffc0 || marker === 0xffd9 || marker === 0xffda) return undefined;
    if (marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    const length = view.getUint16(at + 2);
    if (length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}
