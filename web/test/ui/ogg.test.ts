import { describe, expect, test } from 'vitest';
import { asOgg, readWebm, samplesOf, writeOgg } from '../../src/ui/compose/ogg';

const bytes = (...parts: (number | number[] | string | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : [...part])));

/** An element with a length of one byte (below 127), of eight, or unknown. */
const small = (id: number[], content: Uint8Array) => bytes(id, 0x80 | content.length, content);
const large = (id: number[], content: Uint8Array) => bytes(id, [0x01, 0, 0, 0, 0, content.length >> 16, (content.length >> 8) & 255, content.length & 255], content);
const open = (id: number[], content: Uint8Array) => bytes(id, [0x01, 255, 255, 255, 255, 255, 255, 255], content);

const HEAD = bytes('OpusHead', 1, 1, [0x38, 0x01], [0x80, 0xbb, 0, 0], [0, 0], 0);
const track = (number: number, codec: string, head = HEAD) => small([0xae], bytes(small([0xd7], bytes(number)), small([0x86], bytes(codec)), large([0x63, 0xa2], head)));
const simple = (number: number, packet: Uint8Array) => large([0xa3], bytes(0x80 | number, [0, 5], 0x80, packet));
const grouped = (number: number, packet: Uint8Array) => large([0xa0], bytes(large([0xa1], bytes(0x80 | number, [0, 5], 0, packet)), small([0x9b], bytes(20))));
/** As Chromium writes it: Segment and Clusters without a length. */
const webm = (tracks: Uint8Array, ...clusters: Uint8Array[]) =>
  bytes(small([0x1a, 0x45, 0xdf, 0xa3], bytes(small([0x42, 0x82], bytes('webm')))), open([0x18, 0x53, 0x80, 0x67], bytes(large([0x16, 0x54, 0xae, 0x6b], tracks), ...clusters)));
const cluster = (...blocks: Uint8Array[]) => open([0x1f, 0x43, 0xb6, 0x75], bytes(small([0xe7], bytes(0)), ...blocks));
const packet = (length: number, fill: number) => Uint8Array.from({ length }, (_, i) => (i === 0 ? 0x78 : fill)); // CELT, 20 ms, one frame

interface Page {
  flags: number;
  granule: number;
  number: number;
  packets: Uint8Array[];
}

/** Reads pages by the specification (RFC 3533), the checksum bit by bit. */
function pagesOf(file: Uint8Array): Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < file.length;) {
    expect(String.fromCharCode(...file.subarray(at, at + 4))).toBe('OggS');
    const view = new DataView(file.buffer, file.byteOffset + at);
    const table = [...file.subarray(at + 27, at + 27 + file[at + 26]!)];
    const size = 27 + table.length + table.reduce((sum, each) => sum + each, 0);
    const page = file.slice(at, at + size);
    const told = view.getUint32(22, true);
    page.set([0, 0, 0, 0], 22);
    let sum = 0;
    for (const byte of page) {
      sum = (sum ^ (byte << 24)) >>> 0;
      for (let bit = 0; bit < 8; bit++) sum = (sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1) >>> 0;
    }
    expect(told).toBe(sum);
    const packets: Uint8Array[] = [];
    let from = at + 27 + table.length;
    let length = 0;
    for (const lacing of table) {
      length += lacing;
      if (lacing === 255) continue;
      packets.push(file.slice(from, from + length));
      from += length;
      length = 0;
    }
    expect(length, 'a packet goes on in the next page').toBe(0);
    pages.push({ flags: page[5]!, granule: Number(view.getBigUint64(6, true)), number: view.getUint32(18, true), packets });
    at += size;
  }
  return pages;
}

describe('a recording', () => {
  test('keeps_its_packets_byte_by_byte_and_in_order', () => {
    const packets = Array.from({ length: 120 }, (_, i) => packet([40, 255, 254, 510, 1][i % 5]!, i));
    const ogg = writeOgg(readWebm(webm(track(1, 'A_OPUS'), cluster(...packets.slice(0, 50).map((each) => simple(1, each))), cluster(...packets.slice(50).map((each) => grouped(1, each))))), 7);
    const pages = pagesOf(ogg);
    expect(pages[0]).toEqual({ flags: 2, granule: 0, number: 0, packets: [HEAD] });
    expect(String.fromCharCode(...pages[1]!.packets[0]!)).toBe('OpusTags\x04\0\0\0Kith\0\0\0\0');
    expect(pages.slice(2).flatMap((page) => page.packets)).toEqual(packets);
    expect(pages.map((page) => page.number)).toEqual(pages.map((_, i) => i));
    expect(pages.map((page) => page.flags)).toEqual([2, 0, ...pages.slice(3).map(() => 0), 4]);
    expect(pages.at(-1)!.granule).toBe(120 * 960);
    expect(pages[2]!.granule).toBeLessThanOrEqual(48_960);
  });

  test('has_known_bytes', () => {
    const ogg = writeOgg({ head: HEAD, packets: [bytes(0x78, 1, 2)] }, 1);
    const text = [...ogg].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(text.slice(0, 56)).toBe('4f676753000200000000000000000100000000000000' + text.slice(44, 52) + '0113');
    expect(text.endsWith('0103780102')).toBe(true);
    pagesOf(ogg);
  });

  test('of_another_track_or_codec_is_left_out', () => {
    const both = bytes(track(1, 'V_VP8'), track(2, 'A_OPUS'));
    const ogg = readWebm(webm(both, cluster(simple(1, packet(9, 1)), simple(2, packet(5, 2)))));
    expect(ogg.packets).toEqual([packet(5, 2)]);
    expect(() => readWebm(webm(track(1, 'A_VORBIS'), cluster(simple(1, packet(5, 1)))))).toThrow('no Opus');
    expect(() => readWebm(webm(track(1, 'A_OPUS', bytes('nonsense')), cluster(simple(1, packet(5, 1)))))).toThrow('no Opus');
  });

  test('that_was_cut_off_is_as_long_as_it_is', () => {
    const whole = webm(track(1, 'A_OPUS'), cluster(simple(1, packet(50, 1)), simple(1, packet(50, 2))));
    expect(readWebm(whole.subarray(0, whole.length - 10)).packets).toEqual([packet(50, 1)]);
  });

  test('that_is_none_throws_and_never_hangs', () => {
    const whole = webm(track(1, 'A_OPUS'), cluster(simple(1, packet(5, 1))));
    for (const bad of [bytes(), bytes('hello'), bytes(0), new Uint8Array(5000), Uint8Array.from({ length: 5000 }, () => 255), Uint8Array.from({ length: 4000 }, () => 0xa0)]) expect(() => readWebm(bad)).toThrow();
    for (let end = 0; end < whole.length - 8; end++) expect(() => readWebm(whole.subarray(0, end))).toThrow();
    for (let i = 0; i < whole.length; i++) {
      const broken = whole.slice();
      broken[i]! ^= 0xff;
      try {
        writeOgg(readWebm(broken));
      } catch (fault) {
        expect(fault).toBeInstanceOf(Error);
      }
    }
  });

  test('that_is_not_webm_stays_what_it_is', async () => {
    const mp4 = new Blob(['x'], { type: 'audio/mp4' });
    expect(await asOgg(mp4)).toBe(mp4);
    const good = await asOgg(new Blob([webm(track(1, 'A_OPUS'), cluster(simple(1, packet(5, 1))))], { type: 'audio/webm;codecs=opus' }));
    expect(good.type).toBe('audio/ogg; codecs=opus');
  });
});

test('samples_of_a_packet_follow_its_first_bytes', () => {
  expect([0x00, 0x08, 0x10, 0x18, 0x60, 0x68, 0x80, 0x88, 0x90, 0x98].map((toc) => samplesOf(bytes(toc)))).toEqual([480, 960, 1920, 2880, 480, 960, 120, 240, 480, 960]);
  expect([samplesOf(bytes(0x79)), samplesOf(bytes(0x7a)), samplesOf(bytes(0x7b, 0x83)), samplesOf(bytes())]).toEqual([1920, 1920, 2880, 0]);
});
