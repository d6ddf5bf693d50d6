/** What goes through the gateway: coded pictures, whole and in the order of decoding. */
import type { SoundFacts } from '../sound/sound.ts';

/** A picture of H.264 (ITU-T H.264 §7.4.1.2, an access unit), without delimiters, filler and end marks. */
export interface Picture {
  /** NAL units without start codes; those of a key picture begin with the parameter sets that it needs. */
  readonly units: readonly Buffer[];
  /** A decoder can begin with it. */
  readonly isKey: boolean;
  /** When it is to be shown, 90 kHz; it never wraps, and goes on rising over sessions of the same stream. */
  readonly timestamp: number;
  /** When its last packet came, ms of `performance.now()`. */
  readonly cameAt: number;
}

/** What is known of a stream from what it sends, or says of itself before. */
export interface StreamFacts {
  /** px, as shown */
  readonly width: number;
  readonly height: number;
  /** As people name it: `H264`, `H265`, `MJPEG`, or what the camera calls it. */
  readonly codec: string;
  /** As people name it: `Baseline`, `Main`, `High`; undefined where the codec has none, or it is not known. */
  readonly profile?: string | undefined;
  /** Pictures are shown in another order than they come; browsers' low-delay decoders stumble over that. */
  readonly reorders: boolean;
  /** Its pictures may consist of two fields, of which one is shown after the other. */
  readonly interlaced?: boolean | undefined;
  /** frames/s, as measured; undefined until it is. */
  readonly frameRate?: number | undefined;
  /** Between key pictures, ms, as measured; undefined until two have come. */
  readonly keyInterval?: number | undefined;
  /** Encoded again on its way, so that what comes out is H.264 for browsers whatever `codec` is. */
  readonly transcoded?: boolean | undefined;
  /** The machine is too busy to encode all pictures: one in so many is sent. */
  readonly sentOneIn?: number | undefined;
  /** Of the stream's sound; undefined where it has none, or was not looked for. */
  readonly sound?: SoundFacts | undefined;
  /** What the camera says of itself beside its pictures; by it another camera at the same address is found out. */
  readonly signs?: CameraSigns | undefined;
}

/** What stays the same as long as it is the same camera; undefined for what it does not say. */
export interface CameraSigns {
  /** SHA-256 of its certificate, where it was reached by TLS. */
  readonly certificate?: string | undefined;
  /** The realm of its challenge (RFC 7617 §2, RFC 7616 §3.3), in which many cameras have their serial number. */
  readonly realm?: string | undefined;
  /** The header `Server` (RFC 2326 §12.36). */
  readonly server?: string | undefined;
  /** The name of the session in its SDP (RFC 8866 §5.3). */
  readonly session?: string | undefined;
}
