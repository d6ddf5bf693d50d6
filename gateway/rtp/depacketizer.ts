/** What makes whole coded pictures of a stream's RTP packets; each codec has one. */
import type { StreamFacts } from '../video/picture.ts';
import type { RtpPacket } from './packet.ts';

/** A stream as the camera describes it (RFC 8866 §6.6, §6.15). */
export interface StreamFormat {
  /** The name of its encoding, in capitals: `H264`, `H265`, `JPEG`. */
  readonly encoding: string;
  readonly payloadType: number;
  /** Hz */
  readonly clockRate: number;
  /** Of sound. */
  readonly channels?: number | undefined;
  /** Of its `fmtp` line, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** px, as its line `framesize` says (RFC 6064 §5.2.1) */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** A whole coded picture, timed as its packets were. */
export interface CodedPicture {
  /** NAL units without start codes, or one JPEG. */
  readonly units: readonly Buffer[];
  readonly isKey: boolean;
  /** Of RTP: 32 bits, in the format's clock rate. */
  readonly timestamp: number;
  /** When its last packet came, ms of `performance.now()`. */
  readonly cameAt: number;
}

export type PictureFacts = Omit<StreamFacts, 'frameRate' | 'keyInterval'>;

export interface DepacketizerEvents {
  /** The pictures have become others: told before the first of them. */
  facts(facts: PictureFacts): void;
  /** In the order of decoding, and whole. What cannot be decoded after a loss is kept back by whoever listens. */
  picture(picture: CodedPicture): void;
  /** Something of a picture is missing or makes no sense; decoders have to begin anew. */
  torn(): void;
  /** It is of a kind that cannot be taken apart; in words. */
  unusable(what: string): void;
}

export interface Depacketizer {
  /** In the order of sequence numbers, each once; all of one payload type and source. */
  packet(packet: RtpPacket): void;
  /** Packets are missing before the next one. */
  lost(): void;
}

export type OpenDepacketizer = (format: StreamFormat, events: DepacketizerEvents) => Depacketizer;

/** Most bytes of a picture; a key frame of 4K has less than 4 MB. */
export const largestPicture = 16 * 1024 * 1024;
