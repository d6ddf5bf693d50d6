/** What goes through the gateway of a camera's sound: coded pieces, in their order. */

/** How it is sent, by names of RTP; the server and all browsers know these (RFC 7874 §3). */
export type SoundCodec = 'PCMU' | 'PCMA' | 'OPUS';

export interface Sound {
  readonly payload: Buffer;
  /** Of its first sample, in its codec's clock rate; it never wraps, and rises over sessions of one stream. */
  readonly timestamp: number;
  /** When it came, ms of `performance.now()`. */
  readonly cameAt: number;
}

/** What is known of a stream's sound, from what the camera says of it and from what comes. */
export interface SoundFacts {
  /** As people name it: `PCMA`, `AAC`, `G726-32`. */
  readonly codec: string;
  /** What is sent of it; undefined where nothing can be. */
  readonly sentAs?: SoundCodec | undefined;
  /** Why nothing is sent, in words. */
  readonly missing?: string | undefined;
}

/** Hz (RFC 3551 §4.5.14, RFC 7587 §4.1) */
export const clockRates: Readonly<Record<SoundCodec, number>> = {
  PCMU: 8000,
  PCMA: 8000,
  OPUS: 48_000,
};
