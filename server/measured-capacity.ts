/** What of this node is measured, so that it knows when it is full. */
import type { Logger } from 'pino';
import type { Settings } from './config.ts';
import type { Rank } from './contract/rank.ts';
import { NodeCapacity } from './capacity/node-capacity.ts';
import { NetworkLine } from './media/network-line.ts';
import type { Sfu } from './media/sfu.ts';
import { threadTime } from './thread-time.ts';

/** What consumers a media worker holds at most where nothing is said: beyond that, none of those measured kept up. */
const mostConsumers = 2000;

/** Undefined where nothing is to be measured: for a server that is alone, unless it is wanted there. */
export function measureCapacity(
  { capacity, cluster, media }: Settings,
  sfu: Pick<Sfu, 'loads' | 'isFull'>,
  log: Logger,
  refused: (rank: Rank) => void,
): NodeCapacity | undefined {
  const { when_full, worker_cpu, process_cpu, window } = capacity;
  if (when_full === 'off' || (when_full === 'auto' && cluster.redis_url === '')) return undefined;
  const listen = media.listen.length > 0 ? media.listen : [{ address: '::' }];
  const heard = [...listen, ...(cluster.pipe_listen ? [cluster.pipe_listen] : [])];
  const line = new NetworkLine(
    heard.map(({ address }) => address),
    capacity.line,
  );
  const consumers = capacity.consumers || mostConsumers * sfu.loads.length;
  const limits = { workerCpu: worker_cpu / 100, processCpu: process_cpu / 100, consumers, window };
  log.info({ line: line.loads, ...limits }, 'what this node may carry');
  const measured = new NodeCapacity(limits, {
    workers: () => sfu.loads,
    line: () => line.loads,
    process: threadTime,
    ...{ log, refused },
  });
  sfu.isFull = (worker) => measured.isFull(worker);
  return measured;
}
