/** What is done with each sign-in, at whichever node. */
import { z } from 'zod';
import { Doing, type Activity } from '../contract/activity.ts';
import type { Peers } from './wire/peers.ts';

const Told = z.array(z.tuple([z.string(), Doing]));

/** For how long the other nodes are waited for, ms: somebody looks at a page. */
const longest = 1000;

export class ActivityOfNodes {
  readonly #peers: Peers;
  readonly #own: () => Activity;

  /** @param own what is done with each sign-in at this node */
  constructor(peers: Peers, own: () => Activity) {
    this.#peers = peers;
    this.#own = own;
    peers.answer('activity', async () => [...own()] satisfies z.infer<typeof Told>);
  }

  /** Of all nodes; and the names of those that did not tell in time. */
  async look(): Promise<{ activity: Activity; unknownAt: string[] }> {
    const { given, missing } = await this.#peers.askAll('activity', {}, Told, longest);
    const activity = new Map(this.#own());
    for (const [signIn, doing] of [...given.values()].flat()) {
      activity.set(signIn, together(activity.get(signIn), doing));
    }
    return { activity, unknownAt: [...missing].sort() };
  }
}

function together(one: Doing | undefined, other: Doing): Doing {
  const all = (which: keyof Doing): string[] =>
    [...new Set([...(one?.[which] ?? []), ...other[which]])].sort();
  return { watching: all('watching'), filming: all('filming') };
}
