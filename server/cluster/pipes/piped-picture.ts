/** The picture of a zone that comes from another node: which of its layers are asked for, by what is wanted and what crosses. */
import type { Logger } from 'pino';
import type { SpatialLayer } from '../../contract/layers.ts';
import type { EdgeMessage } from '../../contract/pipe.ts';
import type { Arrivals } from '../../media/plane.ts';
import type { IncomingTracks } from './incoming-tracks.ts';
import type { NarrowLink, Picture } from './narrow-link.ts';
import { PipeDemand, type Asked } from './pipe-demand.ts';

export interface PipedPictureParts {
  readonly tracks: IncomingTracks;
  /** What all pipes from that node share. */
  readonly link: NarrowLink;
  readonly say: (message: EdgeMessage) => void;
  /** Names the zone and the other node. */
  readonly log: Logger;
}

export class PipedPicture implements Picture {
  readonly #parts: PipedPictureParts;
  readonly #demand = new PipeDemand(
    () => this.#limit,
    (asked) => this.#ask(asked),
  );
  /** Whether less is asked for than is wanted. */
  #isLimited = false;

  constructor(parts: PipedPictureParts) {
    this.#parts = parts;
    parts.link.add(this);
  }

  get wanted(): SpatialLayer | null {
    return this.#demand.wanted;
  }

  /** What was asked for last. */
  get asked(): SpatialLayer | null {
    return this.#demand.asked;
  }

  get areas(): number[] {
    const { count = 1, sizes } = this.#parts.tracks.picture?.pipe.producer.layers ?? {};
    // Each has twice the width and height of the one below, where nobody says anything.
    return sizes?.map(({ width, height }) => width * height) ?? [1, 4, 16, 64].slice(0, count);
  }

  get arrivals(): Arrivals | undefined {
    return this.#parts.tracks.picture?.arrivals;
  }

  onLimit(): void {
    this.#demand.limited();
  }

  want(highest: SpatialLayer | null): void {
    this.#demand.want(highest);
  }

  /** A viewer can receive. */
  open(): void {
    this.#demand.open();
  }

  /** Nothing comes any more. */
  rest(): void {
    this.#demand.rest();
  }

  /** Says again what is asked for. */
  repeat(): void {
    this.#parts.say({ type: 'want', highest: this.#demand.asked });
  }

  /** Viewers here are led to what comes. */
  lead(): void {
    const { picture } = this.#parts.tracks;
    // What does not come to the other node is asked for all the same, so that it crosses as soon as it comes there.
    picture?.pipe.limitTo(Math.min(this.#limit, picture.limit));
  }

  close(): void {
    this.#demand.close();
    this.#parts.link.remove(this);
  }

  /** The highest layer that the network between the two nodes has room for. */
  get #limit(): SpatialLayer {
    const { tracks, link } = this.#parts;
    return tracks.picture ? link.limitOf(this) : Infinity;
  }

  #ask({ highest, isLimited, afresh }: Asked): void {
    const { say, tracks, log } = this.#parts;
    if (isLimited !== this.#isLimited) {
      this.#isLimited = isLimited;
      if (isLimited) log.info('fewer layers cross: the network from there is too narrow');
      else log.info('all layers cross that are wanted');
    }
    say({ type: 'want', highest, ...(afresh ? { afresh } : {}) });
    tracks.expect(highest);
    this.lead();
  }
}
