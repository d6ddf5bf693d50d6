/** Stills among the nodes of a cluster: the node to which a zone's camera is connected has it make them. */
import { z } from 'zod';
import type { Peers } from './cluster/wire/peers.ts';
import { RefusedError } from './contract/errors.ts';
import { parse } from './contract/parse.ts';
import { ZoneId } from './contract/zone.ts';
import { timeOfDay } from './time.ts';
import type { Stills, TakenStill } from './zones/stills.ts';

/** For how long the camera's node is waited for, ms: its camera has 2.5 s of that. */
const longest = 4000;

const Question = z.object({ zone: ZoneId });
const Answer = z.object({
  /** Base64. */
  picture: z.base64().optional(),
  /** ms */
  age: z.number().nonnegative().optional(),
  /** Why there is none at the node that has the camera. */
  missing: z.string().optional(),
});

/** @returns takes stills of zones, wherever their cameras are; it throws RefusedError `not-found` */
export function stillsAmong(
  peers: Pick<Peers, 'answer' | 'ask' | 'others'>,
  stills: Pick<Stills, 'of' | 'isFilmedHere'>,
): (zone: ZoneId) => Promise<TakenStill> {
  peers.answer('still', async (about) => {
    const { zone } = parse(Question, about, 'still');
    if (!stills.isFilmedHere(zone)) return {};
    try {
      const { picture, at } = await stills.of(zone);
      const age = Math.max(0, timeOfDay() - at);
      return { picture: Buffer.from(picture).toString('base64'), age };
    } catch (error) {
      if (error instanceof RefusedError) return { missing: error.message };
      throw error;
    }
  });
  return async (zone) => {
    if (stills.isFilmedHere(zone)) return stills.of(zone);
    let missing: string | undefined;
    const asked = peers.others.map(async (node): Promise<TakenStill> => {
      const told = await peers.ask(node, 'still', { zone }, longest);
      const answer = parse(Answer, told, 'still');
      missing ??= answer.missing;
      const { picture, age } = answer;
      if (picture === undefined || age === undefined) throw new Error('it has none');
      return { picture: Buffer.from(picture, 'base64'), at: timeOfDay() - age };
    });
    // Only the node of the camera has one, and whoever does not answer is not waited for then.
    return Promise.any(asked).catch(() => {
      if (missing !== undefined) throw new RefusedError('not-found', missing);
      return stills.of(zone);
    });
  };
}
