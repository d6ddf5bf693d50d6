/** What the server says of its health, to whoever asks; docs/operations.md tells what to make of it. */
import { z } from 'zod';

export const Alive = z.object({ status: z.literal('ok') });

/** How the parts do, which decides. */
export const HealthReport = z.object({
  /** Whether joins would succeed now. */
  ready: z.boolean(),
  /** By part: `ok`, or a sentence that says what is wrong with it. */
  parts: z.record(z.string(), z.string()),
});
export type HealthReport = Readonly<z.infer<typeof HealthReport>>;

export const Readiness = HealthReport.extend({
  /** For people; it decides nothing, and tells strangers no version. */
  details: z.object({
    worker: z.object({
      /** Which program the media workers are. */
      kind: z.string(),
      /** Its parts that are active. */
      parts: z.array(z.string()).readonly(),
      /** In words what it lacks. */
      lacks: z.array(z.string()).readonly(),
    }),
  }),
});
export type Readiness = z.infer<typeof Readiness>;
