/** What makes whole coded pieces of a sound's RTP packets. */
import type { StreamFormat } from '../rtp/depacketizer.ts';
import type { RtpPacket } from '../rtp/packet.ts';

/** A piece of sound, timed as its packets were. */
export interface SoundUnit {
  readonly payload: Buffer;
  /** Of RTP: 32 bits, in the format's clock rate. */
  readonly timestamp: number;
  readonly cameAt: number;
}

export interface SoundDepacketizer {
  /** In the order of sequence numbers, each once; all of one payload type and source. */
  packet(packet: RtpPacket): void;
  /** Packets are missing before the next one. */
  lost(): void;
}

export interface SoundDepacketizerEvents {
  unit(unit: SoundUnit): void;
  /** It is of a kind that cannot be taken apart; in words. */
  unusable(what: string): void;
}

export type OpenSoundDepacketizer = (
  format: StreamFormat,
  events: SoundDepacketizerEvents,
) => SoundDepacketizer;

/** More is no sound: a second of G.711, or more than Opus ever has (RFC 6716 §3.2.5); bytes. */
const largest = 8000;

/** G.711 (RFC 3551 §4.5.14) and Opus (RFC 7587 §4.2): each packet is one piece. */
export const openPlain: OpenSoundDepacketizer = (_, { unit }) => ({
  packet({ payload, timestamp, cameAt }) {
    if (payload.length > 0 && payload.length <= largest) unit({ payload, timestamp, cameAt });
  },
  lost() {},
});
