/** The edge's end of a pipe: a producer on this node, of what a camera on another one sends. */
import type { types } from 'mediasoup';
import { messageOf, RefusedError } from '../../contract/errors.ts';
import type { SpatialLayer } from '../../contract/layers.ts';
import type { PipedTrack, PipeEnd } from '../../contract/pipe.ts';
import { answerOf } from '../answer.ts';
import type { Arrivals, PipeIn, PipeListening, StreamArrivals } from '../plane.ts';
import { keyFrameRequestDelay, MediaProducer } from '../producer.ts';
import { stillOpen } from '../still-open.ts';
import type { MediaWorker } from '../worker-pool.ts';
import { endOf, transportOptions } from './pipe-transport.ts';

export class MediaPipeIn implements PipeIn {
  readonly end: PipeEnd;
  readonly producer: MediaProducer;
  onKeyFrame: (layer: SpatialLayer) => void = () => {};
  onOpened: () => void = () => {};
  onLost: () => void = () => {};
  readonly #transport: types.PipeTransport;
  #closing = false;

  /** @throws RefusedError `unsupported-media` or `unavailable` */
  static async take(
    worker: MediaWorker,
    track: PipedTrack,
    far: PipeEnd,
    listening: PipeListening,
  ): Promise<MediaPipeIn> {
    const transport = await answerOf(worker, () =>
      worker.router.createPipeTransport(transportOptions(listening)),
    );
    try {
      const producer = await produce(transport, worker, track);
      if (producer.kind === 'video') {
        await answerOf(worker, () => producer.enableTraceEvent(['keyframe']));
      }
      await answerOf(worker, () => transport.connect(far));
      return new MediaPipeIn(transport, producer, worker, track);
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  private constructor(
    transport: types.PipeTransport,
    producer: types.Producer,
    worker: MediaWorker,
    { layers: { count, sizes }, frameRate, rtpParameters }: PipedTrack,
  ) {
    this.#transport = transport;
    this.end = endOf(transport);
    this.producer = new MediaProducer(producer, worker, undefined, {
      layers: { count, sizes },
      frameRate,
    });
    this.producer.onOpened = () => this.onOpened();
    const ssrcs = rtpParameters.encodings.map(({ ssrc }) => ssrc);
    producer.on('trace', ({ type, info }) => {
      if (type !== 'keyframe') return;
      const { rtpPacket } = info as { rtpPacket: { ssrc: number } };
      for (let layer = 0; layer < count; layer += 1) {
        // All layers of one stream begin with the same key frame.
        if (ssrcs.length === 1 || ssrcs[layer] === rtpPacket.ssrc) this.onKeyFrame(layer);
      }
    });
    producer.observer.once('close', () => transport.close());
    transport.observer.once('close', () => {
      if (!this.#closing) this.onLost();
    });
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  comes(layer: SpatialLayer): boolean {
    const { score, rtpParameters } = this.producer.producer;
    const stream = (rtpParameters.encodings?.length ?? 1) > 1 ? layer : 0;
    return score.some((one) => one.encodingIdx === stream && one.score > 0);
  }

  async arrivals(): Promise<Arrivals> {
    const { worker, producer } = this.producer;
    const stats = await answerOf(worker, () => producer.getStats());
    const streams = (producer.rtpParameters.encodings ?? []).map(({ ssrc }) => {
      const stat = stats.find((one) => one.ssrc === ssrc);
      return stat ? arrivalsOf(stat) : nothing;
    });
    // As of the smallest layer: what was measured of one that comes no more is old.
    const lowest = stats.find(({ ssrc }) => ssrc === producer.rtpParameters.encodings?.[0]?.ssrc);
    return { streams, roundTrip: lowest?.roundTripTime || undefined };
  }

  async said(): Promise<number> {
    const stats = await answerOf(this.producer.worker, () => this.#transport.getStats());
    return stats.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  }

  limitTo(highest: SpatialLayer): void {
    this.producer.limit.set(highest);
  }

  close(): void {
    this.#closing = true;
    this.#transport.close();
  }
}

const nothing: StreamArrivals = { bytes: 0, packets: 0, askedAgain: 0, cameAgain: 0 };

function arrivalsOf({
  byteCount,
  packetCount,
  nackPacketCount,
  packetsRetransmitted,
}: types.ProducerStat): StreamArrivals {
  return {
    ...{ bytes: byteCount, packets: packetCount },
    ...{ askedAgain: nackPacketCount, cameAgain: packetsRetransmitted },
  };
}

async function produce(
  transport: types.PipeTransport,
  worker: MediaWorker,
  { kind, rtpParameters }: PipedTrack,
): Promise<types.Producer> {
  const options = { kind, rtpParameters: rtpParameters as types.RtpParameters };
  try {
    const producing = answerOf(worker, () =>
      transport.produce({ ...options, keyFrameRequestDelay }),
    );
    return stillOpen(transport, await producing);
  } catch (error) {
    if (error instanceof RefusedError || transport.closed) throw error;
    const reason = messageOf(error);
    throw new RefusedError('unsupported-media', `The track of the pipe cannot be used: ${reason}`);
  }
}
