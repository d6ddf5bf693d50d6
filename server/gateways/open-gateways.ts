/** Composes what is known of gateways. */
import type { Logger } from 'pino';
import type { Changes } from '../access/changes.ts';
import type { Settings } from '../config.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Store } from '../store/store.ts';
import { CameraSeal } from './camera-seal.ts';
import { Gateways } from './gateways.ts';
import { SiteCameras } from './site-cameras.ts';

export interface OpenGatewaysParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly log: Logger;
}

export function openGateways(
  settings: Settings,
  { store, changes, log }: OpenGatewaysParts,
): Gateways {
  const keeper = new CameraSeal(settings);
  const changed = (): void =>
    void gateways
      .refresh()
      // The store's health reports what is wrong with it; gateways are told with the next change.
      .catch((error: unknown) =>
        logSparingly(log, 'warn', { err: error }, 'gateways are not told'),
      );
  const cameras = new SiteCameras({ store, changes, changed, seal: () => keeper.seal });
  const gateways = new Gateways({ store, cameras, log });
  return gateways;
}
