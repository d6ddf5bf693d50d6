/** Carries a producer once to each other worker that has viewers of it, and no longer than needed. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { types } from 'mediasoup';
import type { SpatialLayer } from '../contract/layers.ts';
import { answerOf } from './answer.ts';
import { likeSource } from './key-requests.ts';
import { stillOpen } from './still-open.ts';
import type { MediaWorker } from './worker-pool.ts';

/** A consumer's way to its producer, which may live on another worker. */
export interface Reach {
  /** What is to be consumed. */
  readonly producerId: string;
  /**
   * Lets media flow. Called when the consumer can use what comes: a new pipe asks for a key frame, and
   * browsers pass over the next request within 300 ms.
   */
  open(): Promise<void>;
  /** Resolves when the layer it was made for comes, or could not be had in time. */
  comes(): Promise<void>;
  /** Called once, when the consumer is closed. */
  release(): void;
}

/** How long a layer that was just woken is waited for, ms. */
const wakingTime = 1500;

/** How long the owner of a closed pipe is remembered: a worker that it ended may report later; ms. */
const remembered = 10_000;

const loopback = { listenInfo: { protocol: 'udp', ip: '127.0.0.1' } } as const;

export class Pipes {
  readonly #pipes = new Map<string, Pipe>();
  /** By the id of the end at which a producer's packets come out. */
  readonly #producers = new Map<string, string>();

  /** Makes a producer consumable on another worker, without any media flowing yet. */
  async reach(producer: types.Producer, from: MediaWorker, to: MediaWorker): Promise<Reach> {
    const { id: producerId } = producer;
    const atOnce = (): Promise<void> => Promise.resolve();
    if (from === to) return { producerId, open: atOnce, comes: atOnce, release: () => {} };
    const key = `${producerId}>${to.pid}`;
    const pipe = this.#pipes.get(key) ?? this.#pipe(producer, from, to, producerId);
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
      return { producerId, open: () => pipe.open(), comes: atOnce, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Makes a producer consumable over a pipe of the consumer's own, even on one worker. For 2 s after a
   * layer has woken, mediasoup lets no viewer rise to it who could have a lower one that is older; behind
   * a new pipe, all layers are equally young.
   * @param layer the one that woke
   */
  async reachAfresh(
    producer: types.Producer,
    from: MediaWorker,
    to: MediaWorker,
    layer: SpatialLayer,
  ): Promise<Reach> {
    const producerId = randomUUID();
    const pipe = this.#pipe(producer, from, to, producerId);
    try {
      await pipe.laid;
      await pipe.open();
    } catch (error) {
      pipe.close();
      throw error;
    }
    return {
      producerId,
      open: () => pipe.open(),
      comes: () => pipe.comes(layer),
      release: () => pipe.close(),
    };
  }

  /** Whose packets come out of a pipe: the id of the producer that the camera made. */
  producerOf(transportId: string): string | undefined {
    return this.#producers.get(transportId);
  }

  #pipe(producer: types.Producer, from: MediaWorker, to: MediaWorker, id: string): Pipe {
    return new Pipe(producer, from, to, id, (end) => {
      this.#producers.set(end.id, producer.id);
      end.observer.once('close', () =>
        setTimeout(() => this.#producers.delete(end.id), remembered).unref(),
      );
    });
  }
}

/**
 * A pair of pipe transports for one producer. They are connected only when a consumer opens the pipe: an
 * unconnected pipe transport neither forwards packets nor asks for key frames.
 */
class Pipe {
  users = 0;
  readonly laid: Promise<types.Producer>;
  readonly #ends: Promise<[types.PipeTransport, types.PipeTransport]>;
  readonly #from: MediaWorker;
  readonly #to: MediaWorker;
  #opened: Promise<void> | undefined;

  /**
   * @param id what the producer is called at the far end
   * @param onFarEnd told of the end at which its packets come out
   */
  constructor(
    producer: types.Producer,
    from: MediaWorker,
    to: MediaWorker,
    id: string,
    onFarEnd: (end: types.PipeTransport) => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#ends = Promise.all([
      answerOf(from, () => from.router.createPipeTransport(loopback)),
      answerOf(to, () => to.router.createPipeTransport(loopback)).then((end) => {
        onFarEnd(end);
        return end;
      }),
    ]);
    this.laid = this.#lay(producer, id);
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

  /** Resolves when packets of a layer come out of the pipe, or could not be had in time. */
  async comes(layer: SpatialLayer): Promise<void> {
    const piped = await this.laid;
    const there = (): boolean =>
      piped.score.some(({ encodingIdx, score }) => encodingIdx === layer && score > 0);
    const deadline = AbortSignal.timeout(wakingTime);
    while (!there() && !piped.closed && !deadline.aborted) {
      // Out of time, the viewer gets a lower layer meanwhile.
      await once(piped, 'score', { signal: deadline }).catch(() => {});
    }
  }

  async #lay(producer: types.Producer, id: string): Promise<types.Producer> {
    const [near, far] = await this.#ends;
    near.observer.once('close', () => far.close());
    far.observer.once('close', () => near.close());
    const consuming = answerOf(this.#from, () => near.consume({ producerId: producer.id }));
    const consumer = stillOpen(near, await consuming);
    const { kind } = consumer;
    const rtpParameters = likeSource(consumer.rtpParameters, producer.rtpParameters);
    const producing = answerOf(this.#to, () => far.produce({ id, kind, rtpParameters }));
    const piped = stillOpen(far, await producing);
    consumer.observer.once('close', () => piped.close());
    return piped;
  }

  async #connect(): Promise<void> {
    const [near, far] = await this.#ends;
    const addressOf = ({ tuple }: types.PipeTransport) => ({
      ip: tuple.localAddress,
      port: tuple.localPort,
    });
    // The far end first: it must be there to receive the key frame that the near end asks for.
    await answerOf(this.#to, () => far.connect(addressOf(near)));
    await answerOf(this.#from, () => near.connect(addressOf(far)));
  }
}
