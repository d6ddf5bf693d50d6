/** One track that comes from another node, and what is seen to of it: its first key frame, and that it comes at all. */
import type { SpatialLayer } from '../../contract/layers.ts';
import type { EdgeMessage } from '../../contract/pipe.ts';
import type { Arrivals, PipeIn } from '../../media/plane.ts';
import { Hearing } from './hearing.ts';
import { KeyFrameWait } from './key-frame-wait.ts';
import { LargePackets, type Repair } from './large-packets.ts';
import { PipeSilence, type Silence } from './pipe-silence.ts';

export class IncomingTrack {
  readonly id: string;
  readonly pipe: PipeIn;
  /** What has come, as of the last look. */
  arrivals: Arrivals | undefined;
  readonly #say: (message: EdgeMessage) => void;
  readonly #keyFrame = new KeyFrameWait();
  readonly #silence = new PipeSilence(performance.now());
  readonly #large = new LargePackets();
  readonly #hearing = new Hearing();
  #highest: SpatialLayer | null = null;
  #limit: SpatialLayer = Infinity;

  constructor(id: string, pipe: PipeIn, say: (message: EdgeMessage) => void) {
    this.id = id;
    this.pipe = pipe;
    this.#say = say;
    pipe.onKeyFrame = (layer) => this.#keyFrame.came(layer);
  }

  /** Whether what has come is of use: a picture begins with a key frame. */
  get flows(): boolean {
    return this.pipe.producer.kind === 'video' ? this.#keyFrame.begun : this.received > 0;
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

  /** The other end says that no higher layers come to it. */
  limitTo(highest: SpatialLayer): void {
    this.#limit = highest;
  }

  /** The highest layer that comes to the other end. */
  get limit(): SpatialLayer {
    return this.#limit;
  }

  /** To be called a few times a second. */
  async look(): Promise<Silence | 'large-lost' | undefined> {
    this.arrivals = await this.pipe.arrivals();
    const now = performance.now();
    if (this.#keyFrame.due(now, (layer) => this.pipe.comes(layer)))
      this.#say({ type: 'key-frame', trackId: this.id });
    const finding = this.#silence.look(now, this.received, this.#highest !== null);
    if (finding && finding !== 'ask') return finding;
    const repair = this.#large.look(now, this.#repair);
    if (repair === 'lost') return 'large-lost';
    if (finding || repair) this.#say({ type: 'look', trackId: this.id });
    if (this.pipe.producer.kind === 'video' && this.#highest !== null && this.#hearing.due(now)) {
      this.#hearing.asked(await this.pipe.said());
      this.#say({ type: 'hear', trackId: this.id });
    }
    return undefined;
  }

  /** As the other end answers. @param bytes @returns whether it is sure that it does not hear this one */
  heard(bytes: number): boolean {
    return this.#hearing.answered(bytes);
  }

  /**
   * As the other end answers.
   * @param sent bytes
   * @param again packets; undefined of a version that does not count them
   */
  answered(sent: number, again: number | undefined): void {
    this.#silence.answered(sent);
    if (again !== undefined) this.#large.answered(again);
  }

  get #repair(): Repair {
    const sum = (count: 'packets' | 'askedAgain' | 'cameAgain'): number =>
      this.arrivals?.streams.reduce((so, stream) => so + stream[count], 0) ?? 0;
    return {
      ...{ packets: sum('packets'), askedAgain: sum('askedAgain') },
      cameAgain: sum('cameAgain'),
    };
  }
}
