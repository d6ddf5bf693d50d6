/** Sessions of WHIP and WHEP, for administrators. */
import type { By } from '../../access/caller.ts';
import type { routes } from '../../contract/routes.ts';
import type { ResourceList } from '../../contract/whip.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export interface AdministeredResources {
  /** The newest first. */
  list(): Promise<ResourceList>;
  /** @throws RefusedError `not-found` */
  end(by: By, handle: string): Promise<void>;
}

export function resourcesHandlers(
  resources: AdministeredResources,
): Handlers<typeof routes.resources> {
  return {
    list: () => resources.list(),
    async end({ params }, { request, caller }) {
      await resources.end(byOf(request, caller), params.handle);
      return {};
    },
  };
}
