/**
 * What a camera says of the media that it sends (ORTC's RTCRtpParameters, as mediasoup-client spells them). All of
 * it goes to the media worker, so each field is bounded to what a camera of this product has to say there;
 * what codecs and extensions may be is decided by `server/media/camera-media.ts`.
 */
import { z } from 'zod';
import { RtcpFeedback } from './media.ts';

/** Tokens of the session description (RFC 8866 §9), as browsers make them. */
const token = (longest: number) =>
  z
    .string()
    .regex(/^[!#$%&'*+\-.^`{|}~\w]+$/)
    .max(longest);
/** RFC 5761 §4: from 64 on, a packet of media with its marker set would be taken for RTCP. */
const PayloadType = z
  .number()
  .int()
  .min(0)
  .max(127)
  .refine((type) => type < 64 || type > 95, 'payload types 64 to 95 are those of RTCP');
const Ssrc = z.number().int().min(1).max(0xffffffff);
const Integer = z.number().int().min(-0x80000000).max(0x7fffffff);

const Codec = z.object({
  mimeType: z
    .string()
    .max(32)
    .regex(/^(audio|video)\/[\w-]+$/i),
  payloadType: PayloadType,
  clockRate: z.number().int().positive().max(192_000),
  channels: z.number().int().min(1).max(2).optional(),
  parameters: z
    .record(token(64), z.union([z.string().max(255), Integer]))
    .refine((settings) => Object.keys(settings).length <= 32, 'too many settings')
    .optional(),
  rtcpFeedback: RtcpFeedback.optional(),
});

const HeaderExtension = z.object({
  uri: z.string().min(1).max(255),
  /** Of the one-byte form (RFC 8285 §4.2). */
  id: z.number().int().min(1).max(14),
});

const Encoding = z.object({
  ssrc: Ssrc.optional(),
  rid: token(16).optional(),
  rtx: z.object({ ssrc: Ssrc }).optional(),
  dtx: z.boolean().optional(),
  scalabilityMode: z
    .string()
    .regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/, 'no scalability mode with at most 3 layers')
    .optional(),
  maxBitrate: z.number().int().positive().max(1_000_000_000).optional(),
});

export const CameraRtpParameters = z
  .object({
    mid: token(16).optional(),
    codecs: z.array(Codec).min(1).max(16),
    headerExtensions: z.array(HeaderExtension).max(32).optional(),
    /** One for each layer of simulcast, else one. */
    encodings: z.array(Encoding).min(1).max(3),
    rtcp: z
      .object({
        cname: z
          .string()
          .regex(/^[\x21-\x7e]*$/)
          .max(128)
          .optional(),
        reducedSize: z.boolean().optional(),
        mux: z.boolean().optional(),
      })
      .optional(),
    msid: z
      .string()
      .regex(/^[\x20-\x7e]*$/)
      .max(255)
      .optional(),
  })
  .superRefine(({ codecs, headerExtensions = [], encodings }, { addIssue }) => {
    const distinct = (path: string, values: (string | number | undefined)[]): void => {
      const said = values.filter((value) => value !== undefined);
      if (new Set(said).size < said.length) {
        addIssue({ code: 'custom', path: [path], message: 'two of them are the same' });
      }
    };
    distinct(
      'codecs',
      codecs.map(({ payloadType }) => payloadType),
    );
    distinct(
      'headerExtensions',
      headerExtensions.map(({ id }) => id),
    );
    distinct(
      'headerExtensions',
      headerExtensions.map(({ uri }) => uri),
    );
    distinct(
      'encodings',
      encodings.map(({ rid }) => rid),
    );
    distinct(
      'encodings',
      encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]),
    );
    if (encodings.length > 1 && encodings.some(({ ssrc, rid }) => ssrc === undefined && !rid)) {
      addIssue({
        code: 'custom',
        path: ['encodings'],
        message: 'each layer needs an ssrc or a rid',
      });
    }
  });
export type CameraRtpParameters = z.output<typeof CameraRtpParameters>;
