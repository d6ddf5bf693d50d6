/** The nodes of a cluster, for administrators. */
import type { Cluster } from '../../cluster/cluster.ts';
import { RefusedError } from '../../contract/errors.ts';
import type { routes } from '../../contract/routes.ts';
import type { Handlers } from './serve.ts';

/** @param cluster undefined for a node that is alone */
export function clusterHandlers(
  cluster: Pick<Cluster, 'describe'> | undefined,
): Handlers<typeof routes.cluster> {
  return {
    describe() {
      if (cluster) return cluster.describe();
      throw new RefusedError('not-found', 'This node is alone: cluster.redis_url is not set.');
    },
  };
}
