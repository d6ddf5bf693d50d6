/**
 * Coded pictures as ffmpeg takes them in at a pipe, each with its time: Matroska (RFC 9559) with one cluster for each
 * picture, in Annex B form, so that parameter sets may change in the middle.
 */
import type { Picture } from '../video/picture.ts';

/** Codecs that can be handed in, and Matroska's names of them. */
const codecs = { H264: 'V_MPEG4/ISO/AVC', H265: 'V_MPEGH/ISO/HEVC', MJPEG: 'V_MJPEG' } as const;
export type CodedAs = keyof typeof codecs;

export function isCodedAs(codec: string): codec is CodedAs {
  return Object.hasOwn(codecs, codec);
}

const ids = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  defaultDuration: 0x23e383,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  codecPrivate: 0x63a2,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

export interface CodedStream {
  /** px */
  readonly width: number;
  readonly height: number;
  /** frames/s, from which an encoder takes how many bits a picture may have */
  readonly frameRate?: number | undefined;
}

/** What comes before the first picture; times are whole ms from here on. */
export function matroskaHead(codec: CodedAs, stream: CodedStream): Buffer {
  const { width, height, frameRate = 25 } = stream;
  const video = element(
    'video',
    element('pixelWidth', number(width)),
    element('pixelHeight', number(height)),
  );
  const track = element(
    'trackEntry',
    ...[element('trackNumber', number(1)), element('trackUid', number(1))],
    ...[element('trackType', number(1)), element('codecId', Buffer.from(codecs[codec]))],
    ...[element('defaultDuration', number(Math.round(1e9 / frameRate))), video],
  );
  return headOf(track);
}

/** The same for sound in AAC. @param config its AudioSpecificConfig */
export function matroskaSoundHead(config: Buffer, sampleRate: number, channels: number): Buffer {
  const frequency = Buffer.alloc(8);
  frequency.writeDoubleBE(sampleRate);
  const track = element(
    'trackEntry',
    ...[element('trackNumber', number(1)), element('trackUid', number(1))],
    ...[element('trackType', number(2)), element('codecId', Buffer.from('A_AAC'))],
    element('codecPrivate', config),
    element(
      'audio',
      element('samplingFrequency', frequency),
      element('channels', number(channels)),
    ),
  );
  return headOf(track);
}

function headOf(track: Buffer): Buffer {
  return Buffer.concat([
    element('ebml', element('docType', Buffer.from('matroska'))),
    ...[idOf('segment'), Buffer.from('01ffffffffffffff', 'hex')], // Its length is never known.
    element('info', element('timestampScale', number(1_000_000))),
    element('tracks', track),
  ]);
}

const startCode = Buffer.from([0, 0, 0, 1]);

/** @param at ms; @returns what is to be written one after the other */
export function matroskaPicture(
  codec: CodedAs,
  { units, isKey }: Pick<Picture, 'units' | 'isKey'>,
  at: number,
): Buffer[] {
  const parts = codec === 'MJPEG' ? units : units.flatMap((unit) => [startCode, unit]);
  return blockOf(parts, isKey, at);
}

/** @param at ms; @returns what is to be written one after the other */
export function matroskaSound(unit: Buffer, at: number): Buffer[] {
  return blockOf([unit], true, at);
}

function blockOf(parts: readonly Buffer[], isKey: boolean, at: number): Buffer[] {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const time = element('timestamp', number(at));
  const head = Buffer.from([0x81, 0, 0, isKey ? 0x80 : 0]);
  const block = [idOf('simpleBlock'), sizeOf(head.length + size), head];
  const before = block.reduce((sum, { length }) => sum + length, time.length);
  return [Buffer.concat([idOf('cluster'), sizeOf(before + size), time, ...block]), ...parts];
}

function element(name: keyof typeof ids, ...content: Buffer[]): Buffer {
  const size = content.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([idOf(name), sizeOf(size), ...content]);
}

function idOf(name: keyof typeof ids): Buffer {
  const hex = ids[name].toString(16);
  return Buffer.from(hex, 'hex');
}

/** As long as sizes may be (RFC 8794 §4), so that no case is rare. */
function sizeOf(size: number): Buffer {
  const bytes = number(size);
  bytes[0] = 1;
  return bytes;
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
