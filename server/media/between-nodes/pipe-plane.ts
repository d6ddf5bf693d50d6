/** Pipes between nodes by mediasoup's own: PipeTransports with SRTP and retransmission, a pair for each track. */
import { messageOf, RefusedError } from '../../contract/errors.ts';
import type { PipedTrack, PipeEnd } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Producer } from '../../zones/producer.ts';
import type { PipeListening, PipePlane } from '../plane.ts';
import { MediaProducer } from '../producer.ts';
import type { MediaWorker } from '../worker-pool.ts';
import { MediaPipeIn } from './pipe-in.ts';
import { MediaPipeOut } from './pipe-out.ts';

export class MediaPipePlane implements PipePlane {
  readonly #listening: PipeListening;
  readonly #homeOf: (zone: ZoneId) => Promise<MediaWorker>;

  /** @param homeOf the worker that a zone lives on */
  constructor(listening: PipeListening, homeOf: (zone: ZoneId) => Promise<MediaWorker>) {
    this.#listening = listening;
    this.#homeOf = homeOf;
  }

  async open(producer: Producer): Promise<MediaPipeOut> {
    if (!(producer instanceof MediaProducer)) {
      throw new TypeError('What is to be carried is of another media plane.');
    }
    return unavailable(() => MediaPipeOut.open(producer, this.#listening));
  }

  async take(zone: ZoneId, track: PipedTrack, far: PipeEnd): Promise<MediaPipeIn> {
    const worker = await this.#homeOf(zone);
    return unavailable(() => MediaPipeIn.take(worker, track, far, this.#listening));
  }
}

/** Ports can be used up, and a worker can die meanwhile. @throws RefusedError */
async function unavailable<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    const reason = messageOf(error);
    throw new RefusedError('unavailable', `A pipe between nodes cannot be had: ${reason}`);
  }
}
