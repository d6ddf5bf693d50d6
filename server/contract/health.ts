/** What the server says of its health, to whoever asks; docs/operations.md tells what to make of it. */
import { z } from 'zod';
import { Rank } from './rank.ts';

export const Alive = z.object({ status: z.literal('ok') });

/** How the parts do, which decides. */
export const HealthReport = z.object({
  /** Whether joins would succeed now. */
  ready: z.boolean(),
  /** By part: `ok`, or a sentence that says what is wrong with it. */
  parts: z.record(z.string(), z.string()),
});
export type HealthReport = Readonly<z.infer<typeof HealthReport>>;

/** Whose joins would succeed now: also where the server is ready, it may be too full for some. */
export const Joins = z.record(Rank, z.boolean());
export type Joins = Readonly<z.infer<typeof Joins>>;

export const Readiness = HealthReport.extend({
  joins: Joins,
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
