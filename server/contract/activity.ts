/** What is done with a sign-in. */
import { z } from 'zod';

/** Over all its windows: the zones. */
export const Doing = z.object({ watching: z.array(z.string()), filming: z.array(z.string()) });
export type Doing = z.infer<typeof Doing>;

/** By sign-in; of those with which nothing is done, nothing. */
export type Activity = ReadonlyMap<string, Doing>;
