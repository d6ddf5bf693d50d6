/** Carries a producer once to each other worker that has viewers of it, and no longer than needed. */
import type { types } from 'mediasoup';
import type { MediaWorker } from './worker-pool.ts';

interface Pipe {
  readonly ready: Promise<types.Producer>;
  users: number;
}

export class Pipes {
  readonly #pipes = new Map<string, Pipe>();

  /**
   * Makes a producer consumable on another worker.
   * @returns a function to call when its consumer is closed
   */
  async reach(producer: types.Producer, from: MediaWorker, to: MediaWorker): Promise<() => void> {
    if (from === to) return () => {};
    const key = `${producer.id}>${to.pid}`;
    let pipe = this.#pipes.get(key);
    if (!pipe) {
      pipe = { ready: connect(producer, from, to), users: 0 };
      this.#pipes.set(key, pipe);
    }
    const held = pipe;
    held.users += 1;
    const release = (): void => {
      held.users -= 1;
      if (held.users > 0) return;
      if (this.#pipes.get(key) === held) this.#pipes.delete(key);
      held.ready.then(
        (piped) => piped.close(),
        () => {}, // A pipe that never came up has nothing to close; its users were told.
      );
    };
    try {
      const piped = await held.ready;
      piped.observer.once('close', () => {
        if (this.#pipes.get(key) === held) this.#pipes.delete(key);
      });
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }
}

async function connect(
  producer: types.Producer,
  from: MediaWorker,
  to: MediaWorker,
): Promise<types.Producer> {
  const { pipeProducer } = await from.router.pipeToRouter({
    producerId: producer.id,
    router: to.router,
  });
  if (!pipeProducer) throw new Error('the pipe carries no producer');
  return pipeProducer;
}
