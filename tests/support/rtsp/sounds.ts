/** Sound as cameras send it, made by ffmpeg: a tone, or beeps at the first tenth of each second. */
import { execFileSync } from 'node:child_process';
import { OggReader } from '../../../gateway/sound/ogg.ts';

export interface SoundClip {
  /** Its name in RTP, and what stands in the description beside it. */
  readonly encoding: string;
  readonly format?: string | undefined;
  readonly payloadType: number;
  /** Hz */
  readonly clockRate: number;
  readonly channels: number;
  /** Of each piece, at the clock rate. */
  readonly samples: number;
  /** As they are in packets. */
  readonly pieces: readonly Buffer[];
}

export type SoundCodecName = 'PCMA' | 'PCMU' | 'AAC' | 'Opus';
/** s */
const length = 4;
/** Hz, of what is heard. */
export const toneFrequency = 1000;

const sources = {
  tone: `aevalsrc='0.5*sin(2*PI*${toneFrequency}*t)':s=48000:d=${length}`,
  beeps: `aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*${toneFrequency}*t),0)':s=48000:d=${length}`,
};

export function soundClip(codec: SoundCodecName, what: keyof typeof sources = 'tone'): SoundClip {
  const encode = (...options: string[]): Buffer =>
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', sources[what], '-ac', '1', ...options, 'pipe:1'],
    ]);
  switch (codec) {
    case 'PCMA':
    case 'PCMU': {
      const raw = encode('-ar', '8000', '-f', codec === 'PCMA' ? 'alaw' : 'mulaw');
      const payloadType = codec === 'PCMA' ? 8 : 0;
      return {
        ...{ encoding: codec, payloadType, clockRate: 8000, channels: 1, samples: 160 },
        pieces: Array.from({ length: raw.length / 160 }, (_, at) =>
          raw.subarray(at * 160, (at + 1) * 160),
        ),
      };
    }
    case 'AAC': {
      const units = adtsUnits(encode('-ar', '32000', '-c:a', 'aac', '-b:a', '48k', '-f', 'adts'));
      return {
        ...{ encoding: 'mpeg4-generic', payloadType: 97, clockRate: 32_000, channels: 1 },
        // AAC-LC, 32 kHz, one channel.
        format:
          'streamtype=5;mode=AAC-hbr;config=1288;SizeLength=13;IndexLength=3;IndexDeltaLength=3',
        samples: 1024,
        // The first one is what the encoder begins with, before the sound; 125 are the clip.
        pieces: units.slice(1, 126).map(oneUnit),
      };
    }
    case 'Opus': {
      const ogg = encode('-c:a', 'libopus', '-page_duration', '1', '-f', 'ogg');
      return {
        ...{ encoding: 'opus', payloadType: 111, clockRate: 48_000, channels: 2, samples: 960 },
        pieces: new OggReader(ogg.length).read(ogg).map(({ payload }) => payload),
      };
    }
  }
}

/** An access unit with its header (RFC 3640 §3.2.1, AAC-hbr). */
export function oneUnit(unit: Buffer): Buffer {
  const head = Buffer.from([0, 16, 0, 0]);
  head.writeUInt16BE(unit.length << 3, 2);
  return Buffer.concat([head, unit]);
}

/** Without their headers (ISO/IEC 13818-7 §6.2). */
function adtsUnits(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + 7 <= stream.length;) {
    const size = (stream.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    units.push(stream.subarray(at + 7, at + size));
    at += size;
  }
  return units;
}
