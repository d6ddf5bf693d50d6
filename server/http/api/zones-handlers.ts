/** Zones as administrators and supervisors manage them and installers mask them, and the notice of each for whoever sees it. */
import { may } from '../../contract/policy.ts';
import type { routes } from '../../contract/routes.ts';
import type { ZoneCatalogue } from '../../zones/catalogue.ts';
import { expectedNames } from '../../zones/expected-names.ts';
import type { Zones } from '../../zones/zones.ts';
import { byOf, demand } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function zonesHandlers(
  zones: ZoneCatalogue,
  directory: Pick<Zones, 'noticeOf' | 'all'>,
): Handlers<typeof routes.zones> {
  return {
    async list(_asked, { caller: { principal } }) {
      const all = await zones.list();
      return all.filter(({ id }) => may(principal, 'zone:manage', id));
    },
    add({ body: { id } }, { request, response }) {
      return zones.add(byOf(request, demand(response, 'zone:manage', id)), id);
    },
    change({ params: { zone }, body }, { request, response, caller }) {
      const { masks, ...rest } = body;
      if (masks) demand(response, 'zone:mask', zone);
      if (Object.keys(rest).length > 0 || !masks) demand(response, 'zone:manage', zone);
      return zones.change(byOf(request, caller), zone, body);
    },
    async remove({ params: { zone } }, { request, response, caller }) {
      // Its masks are forgotten with it: that is for those alone who may take them away.
      const demandMask = (): void => void demand(response, 'zone:mask', zone);
      await zones.remove(byOf(request, caller), zone, demandMask);
      return {};
    },
    masks: ({ params: { zone } }) => zones.masksOf(zone),
    maskPreset({ params: { zone, preset }, body }, { request, caller }) {
      return zones.maskPreset(byOf(request, caller), zone, preset, body);
    },
    notice: ({ params: { zone } }) => ({ zone, notice: directory.noticeOf(zone) }),
    names: (_asked, { caller: { principal } }) =>
      expectedNames(directory.all(), (zone) => may(principal, 'zone:see', zone)),
  };
}
