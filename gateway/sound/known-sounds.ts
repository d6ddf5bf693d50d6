/** Which sounds of cameras are sent, and as what; of others it is said in words why not. */
import type { StreamFormat } from '../rtp/depacketizer.ts';
import type { FfmpegHere } from '../transcoder/ffmpeg.ts';
import { openAac } from './aac.ts';
import { parseAacConfig, type AacConfig } from './aac-config.ts';
import { openPlain, type OpenSoundDepacketizer } from './depacketizer.ts';
import { clockRates, type SoundCodec, type SoundFacts } from './sound.ts';

/** How a sound is taken. */
export interface KnownSound {
  readonly open: OpenSoundDepacketizer;
  readonly sentAs: SoundCodec;
  /** What has to be made Opus first. */
  readonly aac?: AacConfig | undefined;
}

/** @returns why it is not sent, in words, where it is not */
export function knownSound(format: StreamFormat, ffmpeg: FfmpegHere): KnownSound | string {
  const { encoding, clockRate, channels = 1, parameters } = format;
  switch (encoding) {
    case 'PCMU':
    case 'PCMA':
      if (clockRate === clockRates[encoding] && channels === 1) {
        return { open: openPlain, sentAs: encoding };
      }
      return `browsers play ${encoding} of 8,000 Hz and one channel only`;
    case 'OPUS':
      return { open: openPlain, sentAs: 'OPUS' };
    case 'MPEG4-GENERIC': {
      const aac = parseAacConfig(parameters.get('config'));
      if (!aac) return 'the camera does not say which AAC it sends';
      if ('missing' in ffmpeg) return `AAC cannot be made Opus: ${ffmpeg.missing}`;
      if (!ffmpeg.hasOpus) return 'AAC cannot be made Opus: this ffmpeg has no encoder of it';
      return { open: openAac, sentAs: 'OPUS', aac };
    }
    default:
      return `browsers cannot play ${nameOf(format)}`;
  }
}

export function factsOf(format: StreamFormat, known: KnownSound | string): SoundFacts {
  const codec = nameOf(format);
  return typeof known === 'string' ? { codec, missing: known } : { codec, sentAs: known.sentAs };
}

const longestName = 32;

/** As people name it. */
function nameOf({ encoding }: StreamFormat): string {
  if (encoding === 'MPEG4-GENERIC') return 'AAC';
  if (encoding === 'OPUS') return 'Opus';
  return encoding.replaceAll(/[^\x20-\x7e]/g, '').slice(0, longestName);
}
