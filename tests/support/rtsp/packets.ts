/** Pictures as the payloads of RTP packets: H264 (RFC 6184), H265 (RFC 7798), JPEG (RFC 2435). */
import type { CameraClip } from './clips.ts';

export interface Payload {
  readonly bytes: Buffer;
  /** Ends its picture. */
  readonly marker: boolean;
  /** A header extension of ONVIF, with the parts of a JPEG's head that RTP has no room for. */
  readonly extension?: Buffer | undefined;
}

/** @param most bytes of a payload */
export function payloadsOf(
  codec: CameraClip['codec'],
  units: readonly Buffer[],
  most: number,
): Payload[] {
  const payloads =
    codec === 'JPEG'
      ? jpegPayloads(units[0] ?? Buffer.alloc(0), most)
      : units.flatMap((unit) => (codec === 'H264' ? h264Payloads : h265Payloads)(unit, most));
  const extension = codec === 'JPEG' ? largeFrame(units[0] ?? Buffer.alloc(0)) : undefined;
  return payloads.map((bytes, index) => ({
    bytes,
    marker: index === payloads.length - 1,
    ...(index === 0 && extension && { extension }),
  }));
}

/** Largest side that the fields of RFC 2435 have room for, px. */
const largestJpeg = 2040;

/** The frame's segment (SOF), of a JPEG that is larger than that. */
function largeFrame(jpeg: Buffer): Buffer | undefined {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const segment = jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2));
  const sides = [segment.readUInt16BE(5), segment.readUInt16BE(7)];
  return sides.some((side) => side > largestJpeg) ? segment : undefined;
}

/** A unit by itself, or its fragments (FU-A). */
export function h264Payloads(unit: Buffer, most: number): Buffer[] {
  if (unit.length <= most) return [unit];
  const head = unit[0] ?? 0;
  return fragments(unit.subarray(1), most - 2, (first, last) =>
    Buffer.from([(head & 0xe0) | 28, (first ? 0x80 : 0) | (last ? 0x40 : 0) | (head & 0x1f)]),
  );
}

/** Units in one packet (STAP-A). */
export function aggregate(units: readonly Buffer[]): Buffer {
  const head = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const parts = units.flatMap((unit) => {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(unit.length);
    return [size, unit];
  });
  return Buffer.concat([Buffer.from([head | 24]), ...parts]);
}

function h265Payloads(unit: Buffer, most: number): Buffer[] {
  if (unit.length <= most) return [unit];
  const [head = 0, second = 0] = unit;
  const type = (head >> 1) & 0x3f;
  return fragments(unit.subarray(2), most - 3, (first, last) =>
    Buffer.from([(head & 0x81) | (49 << 1), second, (first ? 0x80 : 0) | (last ? 0x40 : 0) | type]),
  );
}

function fragments(
  data: Buffer,
  most: number,
  head: (first: boolean, last: boolean) => Buffer,
): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at < data.length; at += most) {
    const part = data.subarray(at, at + most);
    payloads.push(Buffer.concat([head(at === 0, at + most >= data.length), part]));
  }
  return payloads;
}

/** Its tables go along with the first packet (Q = 255); 4:2:0 without restart intervals. */
function jpegPayloads(jpeg: Buffer, most: number): Buffer[] {
  const tables: Buffer[] = [];
  let [width, height, type] = [0, 0, 1];
  let at = 2;
  for (;;) {
    const marker = jpeg.readUInt16BE(at);
    const length = jpeg.readUInt16BE(at + 2);
    const segment = jpeg.subarray(at + 4, at + 2 + length);
    at += 2 + length;
    if (marker === 0xffdb) {
      for (let table = 0; table + 65 <= segment.length; table += 65) {
        tables.push(segment.subarray(table + 1, table + 65));
      }
    } else if (marker === 0xffc0) {
      [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
      type = segment[7] === 0x21 ? 0 : 1;
    } else if (marker === 0xffda) break;
  }
  const end = jpeg.lastIndexOf(Buffer.from([0xff, 0xd9]));
  const scan = jpeg.subarray(at, end < 0 ? undefined : end);
  const payloads: Buffer[] = [];
  for (let offset = 0; offset < scan.length;) {
    const sides = Math.max(width, height) > largestJpeg ? [0, 0] : [width / 8, height / 8];
    const head = Buffer.from([0, 0, 0, 0, type, 255, ...sides]);
    head.writeUIntBE(offset, 1, 3);
    const quantisation = Buffer.concat([Buffer.from([0, 0, 0, tables.length * 64]), ...tables]);
    const heads = offset === 0 ? [head, quantisation] : [head];
    const part = scan.subarray(offset, offset + most - Buffer.concat(heads).length);
    payloads.push(Buffer.concat([...heads, part]));
    offset += part.length;
  }
  return payloads;
}
