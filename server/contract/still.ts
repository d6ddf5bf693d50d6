/** A still of a zone, as whoever films it makes it when it is asked: after the masks, and never by being woken. */
import { z } from 'zod';
import { mostListed } from './zone-list.ts';
import { ZoneId } from './zone.ts';

/** No still is larger. */
export const largestStill = { bytes: 200_000, width: 640 } as const;

/** Zones of which a list shows stills. */
export const StillList = z.object({ zones: z.array(ZoneId).min(1).max(mostListed) });

/** As JPEG files begin (ITU-T T.81 §B.2.1). */
const begins = [0xff, 0xd8, 0xff];

const Jpeg = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length <= largestStill.bytes, `at most ${largestStill.bytes} bytes`)
  .refine((bytes) => begins.every((byte, at) => bytes[at] === byte), 'a JPEG');

/** What the camera of a zone answers: a picture, or why there is none. */
export const StillAnswer = z
  .object({
    zone: ZoneId,
    still: z
      .object({
        /** With the masks that the camera has confirmed last. */
        picture: Jpeg,
        /** How long ago it was taken, ms: clocks differ. */
        age: z.number().nonnegative().max(86_400_000),
      })
      .optional(),
    /** Why there is none, for people. */
    missing: z.string().min(1).max(200).optional(),
  })
  .refine(({ still, missing }) => (still === undefined) !== (missing === undefined), {
    message: 'a still, or why there is none',
  });
export type StillAnswer = z.infer<typeof StillAnswer>;
