/** How this node becomes one of several. */
import type { Logger } from 'pino';
import { installationOf } from './access/installation.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Settings } from './config.ts';
import type { MediaPlane } from './media/plane.ts';
import type { Store } from './store/store.ts';
import type { Zones } from './zones/zones.ts';

/** Undefined for a node that is alone, which does not even load what it takes. */
export async function joinCluster(
  settings: Settings,
  { zones, store, log }: { zones: Zones; store: Store; log: Logger },
  media: MediaPlane,
): Promise<Cluster | undefined> {
  const { cluster } = settings;
  const { redis_url, pipe_listen, pipe_ports: ports } = cluster;
  if (redis_url === '' || !pipe_listen) return undefined;
  const { Cluster } = await import('./cluster/cluster.ts');
  const { fingerprintsOf } = await import('./cluster/equal-settings.ts');
  const fingerprints = fingerprintsOf(settings, await installationOf(store));
  const connections = { each: settings.store.connections, most: await store.connectionLimit() };
  const pipes = media.pipesAt({ ...pipe_listen, ports });
  return Cluster.join(cluster, { zones, pipes, fingerprints, connections, log });
}
