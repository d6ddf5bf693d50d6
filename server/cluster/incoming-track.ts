/** One track that comes from another node, and what is seen to of it: its first key frame, and that it comes at all. */
import type { SpatialLayer } from '../contract/layers.ts';
import type { EdgeMessage } from '../contract/pipe.ts';
import type { Arrivals, PipeIn } from '../media/plane.ts';
import { KeyFrameWait } from './key-frame-wait.ts';
import { PipeSilence, type Silence } from './pipe-silence.ts';

export class IncomingTrack {
  readonly id: string;
  readonly pipe: PipeIn;
  /** What has come, as of the last look. */
  arrivals: Arrivals | undefined;
  readonly #say: (message: EdgeMessage) => void;
  readonly #keyFrame = new KeyFrameWait();
  readonly #silence = new PipeSilence(performance.now());
  #highest: SpatialLayer | null = null;

  constructor(id: string, pipe: PipeIn, say: (message: EdgeMessage) => void) {
    this.id = id;
    this.pipe = pipe;
    this.#say = say;
    pipe.onKeyFrame = (layer) => this.#keyFrame.came(layer);
  }

  /** Bytes that have come, as of the last look. */
  get received(): number {
    return this.arrivals?.streams.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  }

  /** The other end is asked for this from now on. */
  expect(highest: SpatialLayer | null): void {
    if (this.pipe.producer.kind === 'video')
      this.#keyFrame.expect(performance.now(), this.#highest, highest);
    this.#highest = highest;
  }

  /** To be called a few times a second. */
  async look(): Promise<Silence | undefined> {
    this.arrivals = await this.pipe.arrivals();
    const now = performance.now();
    if (this.#keyFrame.due(now, (layer) => this.pipe.comes(layer)))
      this.#say({ type: 'key-frame', trackId: this.id });
    const finding = this.#silence.look(now, this.received, this.#highest !== null);
    if (finding !== 'ask') return finding;
    this.#say({ type: 'look', trackId: this.id });
    return undefined;
  }

  /** @param sent bytes, as the other end answers */
  answered(sent: number): void {
    this.#silence.answered(sent);
  }
}
