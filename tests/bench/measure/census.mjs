// Loaded into the server's process by a benchmark (node --import): counts mediasoup's objects by its own
// observer, and tells them once a second as a line of the log; and every half minute how much of the heap
// is in use after a collection, which a leak would let grow.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { observer } from 'mediasoup';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const counts = { workers: 0, transports: 0, producers: 0, consumers: 0 };

/**
 * @param {keyof typeof counts} kind
 * @param {{ observer: { once(event: 'close', heard: () => void): unknown } }} object
 */
function count(kind, object) {
  counts[kind] += 1;
  object.observer.once('close', () => (counts[kind] -= 1));
}

observer.on('newworker', (worker) => {
  count('workers', worker);
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) => {
      count('transports', transport);
      transport.observer.on('newproducer', (producer) => count('producers', producer));
      transport.observer.on('newconsumer', (consumer) => count('consumers', consumer));
    }),
  );
});
setInterval(() => tell({ msg: 'media census', ...counts }), 1000).unref();
setInterval(() => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  tell({ msg: 'live memory', at: performance.now(), bytes: heapUsed + external });
}, 30_000).unref();

/** @param {object} line */
function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
