/** Every message of a client passes here once, so that inside the server types can be trusted. */
import type { z } from 'zod';
import { RefusedError } from './errors.ts';

/**
 * What came over a trust boundary, as its schema has it.
 * @param whole what it is called where the fault is in no single field
 * @param prefix goes before the place, as the name of an event
 * @throws RefusedError `invalid-request` naming the place
 */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  whole: string,
  prefix = '',
): z.output<S> {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const place = issue?.path.join('.') || whole;
  throw new RefusedError('invalid-request', `${prefix}${place}: ${issue?.message ?? 'invalid'}`);
}
