// Chromium records Opus in WebM; other apps want it in Ogg (RFC 7845). The packets are the same: they are taken out of the one and
// put into the other, nothing is decoded.

/** The Opus packets of a WebM file and the decoder's header (OpusHead) that came with them. */
export interface OpusStream {
  readonly head: Uint8Array;
  readonly packets: readonly Uint8Array[];
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const CODEC_ID = 0x86;
const CODEC_PRIVATE = 0x63a2;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
/** What is looked into; all else is passed over. A length that is not known ends with what holds it. */
const NESTED: ReadonlySet<number> = new Set([SEGMENT, CLUSTER, TRACKS, TRACK_ENTRY, BLOCK_GROUP]);
const MOST_DEPTH = 8;

class Broken extends Error {}

/** @throws when it is no WebM file with one Opus track */
export function readWebm(file: Uint8Array): OpusStream {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const packets: Uint8Array[] = [];
  let track: { number: number; codec: string; head: Uint8Array | undefined } | undefined;
  let found: { number: number; head: Uint8Array } | undefined;

  /** A number whose first bits say how many bytes it has (RFC 8794 §4); the marker stays in an id, and goes from a length. */
  function variable(at: number, keepMarker: boolean): { value: number; next: number; unknown: boolean } {
    const first = view.getUint8(at);
    const bytes = Math.clz32(first) - 23;
    if (bytes > 8 || at + bytes > file.length) throw new Broken('a number of no length');
    let value = keepMarker ? first : first & (0xff >> bytes);
    let ones = (first & (0xff >> bytes)) === 0xff >> bytes;
    for (let i = 1; i < bytes; i++) {
      const byte = view.getUint8(at + i);
      ones &&= byte === 0xff;
      value = value * 256 + byte;
    }
    return { value, next: at + bytes, unknown: !keepMarker && ones };
  }

  function block(from: number, to: number): void {
    const { value: number, next } = variable(from, false);
    if (!found || number !== found.number) return;
    // Two bytes of time, one of flags: lacing is not used for Opus by any recorder.
    if ((view.getUint8(next + 2) & 0x06) !== 0) throw new Broken('a block of several frames');
    packets.push(file.subarray(next + 3, to));
  }

  function walk(from: number, to: number, depth: number): void {
    if (depth > MOST_DEPTH) throw new Broken('too deep');
    for (let at = from; at < to;) {
      const id = variable(at, true);
      const size = variable(id.next, false);
      const begin = size.next;
      const end = size.unknown ? to : begin + size.value;
      if (end > to) {
        // The recorder was stopped in the middle of it.
        if (NESTED.has(id.value)) walk(begin, to, depth + 1);
        return;
      }
      if (id.value === TRACK_ENTRY) track = { number: 0, codec: '', head: undefined };
      if (NESTED.has(id.value)) walk(begin, end, depth + 1);
      else if (track && id.value === TRACK_NUMBER) track.number = view.getUint8(end - 1);
      else if (track && id.value === CODEC_ID) track.codec = String.fromCharCode(...file.subarray(begin, Math.min(end, begin + 32)));
      else if (track && id.value === CODEC_PRIVATE) track.head = file.slice(begin, end);
      else if (id.value === SIMPLE_BLOCK || id.value === BLOCK) block(begin, end);
      if (id.value === TRACK_ENTRY && track) {
        if (!found && track.codec.replace(/\0+$/, '') === 'A_OPUS' && track.head) found = { number: track.number, head: track.head };
        track = undefined;
      }
      at = end;
    }
  }

  try {
    walk(0, file.length, 0);
  } catch (fault) {
    if (fault instanceof RangeError) throw new Broken('it ends too early');
    throw fault;
  }
  if (!found || packets.length === 0 || String.fromCharCode(...found.head.subarray(0, 8)) !== 'OpusHead') throw new Broken('there is no Opus in it');
  return { head: found.head, packets };
}

/** How many samples at 48 kHz a packet has (RFC 6716 §3.1). */
export function samplesOf(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const frame = config < 12 ? [480, 960, 1920, 2880][config & 3]! : config < 16 ? [480, 960][config & 1]! : [120, 240, 480, 960][config & 3]!;
  const count = (toc & 3) === 0 ? 1 : (toc & 3) < 3 ? 2 : (packet[1] ?? 0) & 63;
  return frame * count;
}

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function crc(page: Uint8Array): number {
  let value = 0;
  for (const byte of page) value = ((value << 8) ^ CRC[((value >>> 24) ^ byte) & 0xff]!) >>> 0;
  return value;
}

const MOST_SEGMENTS = 255;
const PAGE_SAMPLES = 48_000;

/** The packets as an Ogg file. */
export function writeOgg({ head, packets }: OpusStream, serial = crypto.getRandomValues(new Uint32Array(1))[0]!): Uint8Array<ArrayBuffer> {
  const pages: Uint8Array[] = [];
  const page = (whole: readonly Uint8Array[], granule: number, flags: number) => {
    const table: number[] = [];
    for (const packet of whole) {
      for (let left = packet.length; ; left -= 255) {
        table.push(Math.min(255, left));
        if (left < 255) break;
      }
    }
    const out = new Uint8Array(27 + table.length + whole.reduce((sum, packet) => sum + packet.length, 0));
    const view = new DataView(out.buffer);
    out.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
    view.setBigUint64(6, BigInt(granule), true);
    view.setUint32(14, serial, true);
    view.setUint32(18, pages.length, true);
    out[26] = table.length;
    out.set(table, 27);
    let at = 27 + table.length;
    for (const packet of whole) {
      out.set(packet, at);
      at += packet.length;
    }
    view.setUint32(22, crc(out), true);
    pages.push(out);
  };
  page([head], 0, 2);
  const vendor = new TextEncoder().encode('Kith');
  const tags = new Uint8Array(8 + 4 + vendor.length + 4);
  tags.set(new TextEncoder().encode('OpusTags'));
  new DataView(tags.buffer).setUint32(8, vendor.length, true);
  tags.set(vendor, 12);
  page([tags], 0, 0);

  // The granule counts what is decoded, with what the decoder is to skip at the beginning. A page holds a second at most, so that
  // players find their place.
  let granule = 0;
  let waiting: Uint8Array[] = [];
  let segments = 0;
  let samples = 0;
  const flush = (last: boolean) => {
    granule += samples;
    page(waiting, granule, last ? 4 : 0);
    [waiting, segments, samples] = [[], 0, 0];
  };
  for (const packet of packets) {
    const needs = Math.floor(packet.length / 255) + 1;
    if (needs > MOST_SEGMENTS) throw new Broken('a packet is too long');
    if (segments + needs > MOST_SEGMENTS || samples >= PAGE_SAMPLES) flush(false);
    waiting.push(packet);
    segments += needs;
    samples += samplesOf(packet);
  }
  flush(true);

  const file = new Uint8Array(pages.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of pages) {
    file.set(each, at);
    at += each.length;
  }
  return file;
}

/** A WebM recording as Ogg; what cannot be read stays what it is. */
export async function asOgg(recording: Blob): Promise<Blob> {
  if (!/^(audio|video)\/webm/.test(recording.type)) return recording;
  try {
    return new Blob([writeOgg(readWebm(new Uint8Array(await recording.arrayBuffer())))], { type: 'audio/ogg; codecs=opus' });
  } catch (fault) {
    console.warn('kith: a recording stays WebM', fault);
    return recording;
  }
}
