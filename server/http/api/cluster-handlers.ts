/** The nodes of a cluster, for administrators; none for a node that is alone. */
import type { Cluster } from '../../cluster/cluster.ts';
import type { routes } from '../../contract/routes.ts';
import type { Handlers } from './serve.ts';

/** @param cluster undefined for a node that is alone */
export function clusterHandlers(
  cluster: Pick<Cluster, 'describe'> | undefined,
): Handlers<typeof routes.cluster> {
  return {
    describe: () =>
      cluster?.describe() ?? { nodes: [], zones: [], pipes: [], unreachable: [], unanswered: [] },
  };
}
