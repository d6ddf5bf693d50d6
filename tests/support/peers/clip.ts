/** A piece of VP8 simulcast, kept as the payloads of its RTP packets, that light publishers replay. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseVp8 } from './vp8.ts';

export interface Clip {
  /** frames/s */
  readonly frameRate: number;
  /** Of each layer, as in WebRTC-SVC §4. */
  readonly scalabilityMode: 'L1T1' | 'L1T3';
  /** Smallest first; all have the same number of frames, and a key frame in the first. */
  readonly layers: ClipLayer[];
}

export interface ClipLayer {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  /** By number: the payloads of the frame's packets; none where the encoder left the frame out. */
  readonly frames: Buffer[][];
}

/** bit/s of RTP payload in one layer */
export function clipBitrate({ frameRate }: Clip, { frames }: ClipLayer): number {
  const bytes = frames.flat().reduce((sum, { length }) => sum + length, 0);
  return (bytes * 8 * frameRate) / frames.length;
}

interface Contents extends Omit<Clip, 'layers'> {
  layers: { width: number; height: number; frames: number[][] }[];
}

/** The file: one line of JSON with the lengths of all packets, then the packets. */
export function saveClip(file: string, clip: Clip): void {
  const contents: Contents = {
    ...clip,
    layers: clip.layers.map(({ width, height, frames }) => ({
      width,
      height,
      frames: frames.map((packets) => packets.map(({ length }) => length)),
    })),
  };
  const packets = clip.layers.flatMap(({ frames }) => frames.flat());
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(
    unfinished,
    Buffer.concat([Buffer.from(`${JSON.stringify(contents)}\n`), ...packets]),
  );
  renameSync(unfinished, file); // whole or not at all
}

/** @returns undefined when there is no such file */
export function loadClip(file: string): Clip | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  let at = bytes.indexOf('\n') + 1;
  const contents = JSON.parse(bytes.subarray(0, at).toString()) as Contents;
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  return {
    ...contents,
    layers: contents.layers.map((layer) => ({
      ...layer,
      frames: layer.frames.map((packets) => packets.map(take)),
    })),
  };
}

/**
 * A clip that no encoder made: frames of one size, for measuring at an exact bit rate. Its packets have
 * the form of VP8, but nobody can decode them.
 * @param bitrate bit/s of RTP payload, of each layer
 * @param packetSize most bytes of payload in a packet
 * @param seconds time between key frames that nobody asked for
 */
export function syntheticClip(
  layers: { width: number; height: number; bitrate: number }[],
  { frameRate = 30, packetSize = 1100, seconds = 10 } = {},
): Clip {
  return {
    frameRate,
    scalabilityMode: 'L1T1',
    layers: layers.map(({ width, height, bitrate }) => {
      const size = Math.round(bitrate / 8 / frameRate);
      const count = Math.ceil(size / packetSize);
      const frames = Array.from({ length: frameRate * seconds }, (_, frame) =>
        Array.from({ length: count }, (_, index) => {
          const length = Math.floor(size / count) + (index < size % count ? 1 : 0);
          return syntheticPacket(length, index === 0, frame === 0 ? { width, height } : undefined);
        }),
      );
      return { width, height, frames };
    }),
  };
}

function syntheticPacket(
  length: number,
  first: boolean,
  key: { width: number; height: number } | undefined,
): Buffer {
  const packet = Buffer.alloc(Math.max(length, 20), 0x55);
  // X and S; I, L and T; a picture id of 15 bits, TL0PICIDX, and the lowest temporal layer.
  packet.set([first ? 0x90 : 0x80, 0xe0, 0x80, 0, 0, 0]);
  if (!first) return packet;
  packet[6] = key ? 0x00 : 0x01;
  if (key) {
    packet.set([0, 0, 0x9d, 0x01, 0x2a], 7);
    packet.writeUInt16LE(key.width, 12);
    packet.writeUInt16LE(key.height, 14);
  }
  return packet;
}

/** How many key frames a layer of a clip holds. */
export function keyFrames({ frames }: ClipLayer): number {
  return frames.filter(([first]) => first && parseVp8(first, 0)?.startsKeyFrame).length;
}

/** A small clip of the three layers that a camera of 1280×720 sends. */
export function threeLayerClip(): Clip {
  return syntheticClip([
    { width: 320, height: 180, bitrate: 100_000 },
    { width: 640, height: 360, bitrate: 300_000 },
    { width: 1280, height: 720, bitrate: 900_000 },
  ]);
}
