/** Carries a producer once to each other worker that has viewers of it, and no longer than needed. */
import type { types } from 'mediasoup';
import type { MediaWorker } from './worker-pool.ts';

/** A consumer's way to its producer, which may live on another worker. */
export interface Reach {
  /**
   * Lets media flow. Called when the consumer can use what comes: a new pipe costs one key frame, and
   * browsers refuse to make another within 300 ms of it.
   */
  open(): Promise<void>;
  /** Called once, when the consumer is closed. */
  release(): void;
}

const direct: Reach = { open: () => Promise.resolve(), release: () => {} };

const loopback = { listenInfo: { protocol: 'udp', ip: '127.0.0.1' } } as const;

export class Pipes {
  readonly #pipes = new Map<string, Pipe>();

  /** Makes a producer consumable on another worker, without any media flowing yet. */
  async reach(producer: types.Producer, from: MediaWorker, to: MediaWorker): Promise<Reach> {
    if (from === to) return direct;
    const key = `${producer.id}>${to.pid}`;
    const pipe = this.#pipes.get(key) ?? new Pipe(producer, from, to);
    this.#pipes.set(key, pipe);
    pipe.users += 1;
    const release = (): void => {
      pipe.users -= 1;
      if (pipe.users > 0) return;
      if (this.#pipes.get(key) === pipe) this.#pipes.delete(key);
      pipe.close();
    };
    try {
      await pipe.laid;
      return { open: () => pipe.open(), release };
    } catch (error) {
      release();
      throw error;
    }
  }
}

/**
 * A pair of pipe transports for one producer. They are connected only when a consumer opens the pipe: an
 * unconnected pipe transport neither forwards packets nor asks for key frames.
 */
class Pipe {
  users = 0;
  readonly laid: Promise<void>;
  readonly #ends: Promise<[types.PipeTransport, types.PipeTransport]>;
  #opened: Promise<void> | undefined;

  constructor(producer: types.Producer, from: MediaWorker, to: MediaWorker) {
    this.#ends = Promise.all([
      from.router.createPipeTransport(loopback),
      to.router.createPipeTransport(loopback),
    ]);
    this.laid = this.#lay(producer);
  }

  open(): Promise<void> {
    this.#opened ??= this.#connect();
    return this.#opened;
  }

  close(): void {
    this.#ends.then(
      (ends) => {
        for (const end of ends) end.close();
      },
      () => {}, // A pipe that never came up has nothing to close; its users were told.
    );
  }

  async #lay(producer: types.Producer): Promise<void> {
    const [near, far] = await this.#ends;
    near.observer.once('close', () => far.close());
    far.observer.once('close', () => near.close());
    const consumer = await near.consume({ producerId: producer.id });
    const { kind, rtpParameters } = consumer;
    const piped = await far.produce({ id: producer.id, kind, rtpParameters });
    consumer.observer.once('close', () => piped.close());
  }

  async #connect(): Promise<void> {
    const [near, far] = await this.#ends;
    const addressOf = ({ tuple }: types.PipeTransport) => ({
      ip: tuple.localAddress,
      port: tuple.localPort,
    });
    // The far end first: it must be there to receive the key frame that the near end asks for.
    await far.connect(addressOf(near));
    await near.connect(addressOf(far));
  }
}
