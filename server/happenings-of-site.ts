/** Composes what happens: zones, gateways and nodes tell it, and nodes of a cluster tell each other. */
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Changes } from './access/changes.ts';
import type { Cluster } from './cluster/cluster.ts';
import { parse } from './contract/parse.ts';
import { ZoneId } from './contract/zone.ts';
import type { Gateways } from './gateways/gateways.ts';
import { Happenings } from './happenings/happenings.ts';
import type { Store } from './store/store.ts';
import { timeOfDay } from './time.ts';
import type { ZoneEvents } from './zone-events.ts';
import type { Zones } from './zones/zones.ts';

/** Until other nodes have said which cameras they have, ms. */
const longest = 1000;
/** Of one question between nodes. */
const atOnce = 5000;

const Filmed = z.object({ zones: z.array(ZoneId).max(atOnce) });
const Wrote = z.object({ ids: z.array(z.string().max(64)).max(atOnce) });

export interface SiteParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly zones: Zones;
  readonly zoneEvents: ZoneEvents;
  readonly gateways: Gateways;
  readonly cluster: Cluster | undefined;
  readonly isLeaving: () => boolean;
  readonly log: Logger;
}

export function happeningsOfSite(parts: SiteParts): Happenings {
  const { store, changes, zones, zoneEvents, gateways, cluster, isLeaving, log } = parts;
  const happenings = new Happenings({
    ...{ store, changes, isLeaving, log, now: timeOfDay },
    isZone: (id) => zones.find(id)?.exists ?? false,
    ...(cluster ? amongNodes(cluster) : {}),
  });
  zones.onCamera = (zone) => happenings.zoneChanged(zone);
  zoneEvents.listen((zone, event) => happenings.noticed(zone, event));
  gateways.onCame = (name) => happenings.gatewayCame(name);
  gateways.onGone = (name, filmed) => happenings.gatewayGone(name, filmed);
  if (cluster) hearNodes(happenings, cluster, log);
  return happenings;
}

function amongNodes({ peers }: Cluster) {
  return {
    async elsewhere(asked: ZoneId[]): Promise<ReadonlySet<ZoneId>> {
      const { given } = await peers.askAll(
        'filmed',
        { zones: asked.slice(0, atOnce) },
        Filmed,
        longest,
      );
      return new Set([...given.values()].flatMap(({ zones: filmed }) => filmed));
    },
    wrote: (ids: string[]): void => void peers.askAll('happened', { ids }, z.unknown()),
  };
}

function hearNodes(happenings: Happenings, cluster: Cluster, log: Logger): void {
  const { peers } = cluster;
  peers.answer('filmed', async (about) => {
    const { zones } = parse(Filmed, about, 'filmed');
    return { zones: zones.filter((zone) => happenings.hasCamera(zone)) };
  });
  peers.answer('happened', async (about) => {
    const { ids } = parse(Wrote, about, 'happened');
    // Whoever tells it waits for nothing.
    happenings
      .reread(ids)
      .catch((error: unknown) => log.debug({ err: error }, 'what another node told is not read'));
    return {};
  });
  cluster.onNodes = ({ lost, came }) => {
    for (const { name, boot } of lost) happenings.nodeLost(name, boot);
    for (const { name } of came) happenings.nodeCame(name);
  };
}
