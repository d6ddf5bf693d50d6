/** Lists and ends the sign-ins that are valid now: an administrator sees all, everyone else their own. */
import type { Activity } from '../contract/activity.ts';
import type { ActiveSignIn } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Store } from '../store/store.ts';
import type { By, Caller } from './caller.ts';
import type { Changes } from './changes.ts';
import { timeOfDay } from '../time.ts';

/** What is done with each sign-in now, and the nodes that did not tell. */
export type LookAtActivity = () => Promise<{ activity: Activity; unknownAt: string[] }>;

export interface ActiveSignInsParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly activity: LookAtActivity;
}

export class ActiveSignIns {
  readonly #parts: ActiveSignInsParts;

  constructor(parts: ActiveSignInsParts) {
    this.#parts = parts;
  }

  /** All that are valid now, the newest first. @param caller whose own sign-in is marked */
  async list({ via }: Caller): Promise<ActiveSignIn[]> {
    const { store, activity } = this.#parts;
    const now = timeOfDay();
    const [signIns, people, keys, { activity: doing, unknownAt }] = await Promise.all([
      store.signIns.list(),
      store.people.list(),
      store.keys.list(),
      activity(),
    ]);
    return signIns
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ id, personId, keyId, address, agent, createdAt, lastSeen, expiresAt }) => {
        const kind = personId === null ? 'key' : 'person';
        const owner = [...people, ...keys].find((one) => one.id === (personId ?? keyId));
        const { watching = [], filming = [] } = doing.get(id) ?? {};
        return {
          id,
          actor: { kind, id: owner?.id ?? '', name: owner?.name ?? '' },
          address,
          agent,
          createdAt,
          lastSeen,
          expiresAt,
          current: via.kind === 'sign-in' && via.id === id,
          watching,
          filming,
          unknownAt,
        };
      });
  }

  /**
   * Ends a sign-in, and all that is done with it.
   * @param owner whose it must be
   * @throws RefusedError `not-found`
   */
  async end(by: By, id: string, owner?: string): Promise<void> {
    await this.#parts.changes.make(by, async ({ signIns, people, keys }, tell) => {
      const signIn = await signIns.find(id);
      const of = signIn?.personId ?? signIn?.keyId ?? '';
      if (!signIn || (owner !== undefined && of !== owner)) {
        throw new RefusedError('not-found', 'This sign-in has ended already.');
      }
      await signIns.remove(id);
      const { name } = (await people.find(of)) ?? (await keys.find(of)) ?? { name: '' };
      tell({
        kind: 'sign-in',
        action: 'sign-in-ended',
        detail: { of: name, address: signIn.address },
      });
    });
  }
}
