/** What is missing at a site that is new: told by what is there, so that nothing has to be ticked by hand. */
import type { FirstRun } from '../../contract/first-run.ts';
import type { routes } from '../../contract/routes.ts';
import type { Store } from '../../store/store.ts';
import type { Zones } from '../../zones/zones.ts';
import type { Handlers } from './serve.ts';

export interface FirstRunParts {
  /** Whether there are accounts. */
  readonly accounts: boolean;
  readonly store: Pick<Store, 'people' | 'keys' | 'views'>;
  readonly directory: Pick<Zones, 'all'>;
  /** Whether a wall is open somewhere. */
  readonly wallOpen: () => Promise<boolean>;
}

export function firstRunHandlers(parts: FirstRunParts): Handlers<typeof routes.firstRun> {
  const { accounts, store, directory } = parts;
  return {
    async look(): Promise<FirstRun> {
      const [wall, people] = await Promise.all([
        hasWall(parts),
        accounts ? store.people.count() : undefined,
      ]);
      const camera = isFilmed(directory);
      return { camera, wall, ...(people === undefined ? {} : { operator: people > 1 }) };
    },
  };
}

function isFilmed(directory: Pick<Zones, 'all'>): boolean {
  for (const { filmed, inCity } of directory.all()) {
    if (filmed !== undefined || inCity.camera !== 'idle') return true;
  }
  return false;
}

async function hasWall({ store, wallOpen }: FirstRunParts): Promise<boolean> {
  if (await store.views.any()) return true;
  const keys = await store.keys.list();
  return keys.some(({ role, lastUsed }) => role === 'wall' && lastUsed !== null) || wallOpen();
}
