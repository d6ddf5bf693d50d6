/** Has Redis run one of the scripts. */
import { createHash } from 'node:crypto';
import type { Redis as Client } from 'ioredis';
import { messageOf } from '../../contract/errors.ts';
import { scripts, type ScriptName } from './scripts.ts';

const digests = Object.fromEntries(
  Object.entries(scripts).map(([name, text]) => [
    name,
    createHash('sha1').update(text).digest('hex'),
  ]),
) as Record<ScriptName, string>;

/** By its digest, and by its text where Redis does not know it, as after a restart. */
export async function evaluate(
  client: Client,
  script: ScriptName,
  keys: string[],
  args: (string | number)[],
): Promise<unknown> {
  try {
    return await client.evalsha(digests[script], keys.length, ...keys, ...args);
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
    return client.eval(scripts[script], keys.length, ...keys, ...args);
  }
}
