// Loaded into the server's process by a benchmark (node --import): counts mediasoup's objects by its own
// observer, and tells them once a second as a line of the log.
import { observer } from 'mediasoup';

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
setInterval(() => {
  process.stdout.write(`${JSON.stringify({ msg: 'media census', ...counts })}\n`);
}, 1000).unref();
