/** The tracks of one zone that come from another node: taken up, looked after, and given up. */
import { messageOf } from '../../contract/errors.ts';
import type { SpatialLayer } from '../../contract/layers.ts';
import type { EdgeMessage, OwnerMessage } from '../../contract/pipe.ts';
import type { PipeIn } from '../../media/plane.ts';
import { IncomingTrack } from './incoming-track.ts';

export type OfferedTrack = Extract<OwnerMessage, { type: 'track' }>;

export interface IncomingTracksParts {
  /** @throws RefusedError */
  readonly take: (offered: OfferedTrack) => Promise<PipeIn>;
  readonly say: (message: EdgeMessage) => void;
  /** Told of one whose packets will come. What it throws refuses the track. */
  readonly onTaken: (track: IncomingTrack, offered: OfferedTrack) => void;
  /** Told of one that comes no more. @param blank nothing that it has sent may be shown any longer */
  readonly onGone: (track: IncomingTrack, blank: boolean | undefined) => void;
  readonly onRefused: (error: unknown) => void;
}

export class IncomingTracks {
  readonly #parts: IncomingTracksParts;
  readonly #all = new Map<string, IncomingTrack>();
  /** Those that are being taken up. */
  readonly #awaited = new Set<string>();

  constructor(parts: IncomingTracksParts) {
    this.#parts = parts;
  }

  get all(): IncomingTrack[] {
    return [...this.#all.values()];
  }

  get picture(): IncomingTrack | undefined {
    return this.all.find(({ pipe }) => pipe.producer.kind === 'video');
  }

  /** Bytes that have come, as of the last look. */
  get received(): number {
    return this.all.reduce((sum, { received }) => sum + received, 0);
  }

  find(id: string): IncomingTrack | undefined {
    return this.#all.get(id);
  }

  async add(offered: OfferedTrack): Promise<void> {
    const { take, say, onTaken, onRefused } = this.#parts;
    const { id } = offered.track;
    this.#awaited.add(id);
    try {
      const pipe = await take(offered);
      const track = new IncomingTrack(id, pipe, say);
      // It may have gone meanwhile.
      if (!this.#awaited.delete(id)) return pipe.close();
      this.#all.set(id, track);
      pipe.onLost = () => this.#again(track);
      say({ type: 'taken', trackId: id, end: pipe.end });
      onTaken(track, offered);
    } catch (error) {
      this.#awaited.delete(id);
      this.remove(id);
      onRefused(error);
      say({ type: 'refused', trackId: id, reason: messageOf(error).slice(0, 500) });
    }
  }

  remove(id: string, blank?: boolean): void {
    this.#awaited.delete(id);
    const track = this.#all.get(id);
    if (!track) return;
    this.#all.delete(id);
    this.#parts.onGone(track, blank);
    track.pipe.close();
  }

  /** No others are there any more. */
  keep(ids: readonly string[]): void {
    for (const id of [...this.#all.keys(), ...this.#awaited])
      if (!ids.includes(id)) this.remove(id);
  }

  /** @param blank nothing that came may be shown any longer */
  removeAll(blank?: boolean): void {
    for (const id of [...this.#all.keys(), ...this.#awaited]) this.remove(id, blank);
  }

  /** The other end is asked for this from now on. */
  expect(highest: SpatialLayer | null): void {
    for (const track of this.#all.values()) track.expect(highest);
  }

  /** Ends all, of which nobody is told. */
  drop(): void {
    for (const { pipe } of this.#all.values()) pipe.close();
    this.#all.clear();
    this.#awaited.clear();
  }

  /** Its media worker has ended: the owner lays the pipe anew. */
  #again({ id }: IncomingTrack): void {
    if (!this.#all.has(id)) return;
    this.remove(id);
    this.#parts.say({ type: 'anew', trackId: id });
  }
}
