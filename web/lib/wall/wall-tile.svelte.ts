/** One zone on the wall: its stream, what is known of it, and when its last frame came. */
import { Cadence, unknownGap } from '../../../server/contract/cadence.ts';
import type { FeedRefusal } from '../../../server/contract/feed.ts';
import type { Tile } from '../../../server/contract/tile.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { Meter } from '../figures/meter.svelte.ts';
import { oldAfter } from '../session/picture-age.svelte.ts';
import { windowPlace, type Place } from '../session/place.ts';
import { showTracks } from '../session/show-tracks.ts';

export class WallTile {
  readonly zone: string;
  readonly stream = new MediaStream();
  readonly meter = new Meter();
  summary = $state.raw<ZoneSummary>();
  hasMedia = $state(false);
  /** Whoever sits at this wall has no right to this zone. */
  forbidden = $state(false);
  /** Why there is no picture although there is a camera. */
  refusal = $state.raw<FeedRefusal>();
  place = $state.raw<Place>({ ...windowPlace(), visible: false });
  focused = $state(false);
  /** When the last frame was shown, and since when one has been awaited; ms of `performance.now()`. */
  lastFrame = $state<number>();
  #awaitedSince = $state(0);
  readonly #cadence = new Cadence(0, unknownGap);

  constructor(zone: string) {
    this.zone = zone;
  }

  /** Whether frames flow, as of a time of `performance.now()`. */
  framesAt(now: number): 'none' | 'flowing' | 'stopped' {
    if (this.#isOverdue(now)) return this.lastFrame === undefined ? 'none' : 'stopped';
    return this.lastFrame !== undefined && this.lastFrame > this.#awaitedSince ? 'flowing' : 'none';
  }

  /** @param now when a frame was shown, ms of `performance.now()` */
  frame(now: number): void {
    this.lastFrame = now;
    this.#cadence.came(now);
  }

  #isOverdue(now: number): boolean {
    const due = Math.max(this.lastFrame ?? 0, this.#awaitedSince);
    return now > due && this.#cadence.stopped(now, oldAfter);
  }

  /** How long ago the last frame was shown, ms. */
  ageAt(now: number): number | undefined {
    if (this.lastFrame === undefined) return undefined;
    // The clock ticks in steps, so a frame may be newer than the time on it.
    return Math.max(0, now - this.lastFrame);
  }

  /** When the picture was shown, ms since the epoch, if it is an old one as of `now`: it must not look live. */
  oldAt(now: number): number | undefined {
    if (this.lastFrame === undefined || now - this.lastFrame < oldAfter) return undefined;
    // While frames are awaited anew, the picture is that of before.
    if (this.lastFrame > this.#awaitedSince && !this.#isOverdue(now)) return undefined;
    return performance.timeOrigin + this.lastFrame;
  }

  show(tracks: MediaStreamTrack[]): void {
    showTracks(this.stream, tracks);
    const hasMedia = tracks.some(({ kind }) => kind === 'video');
    if (hasMedia !== this.hasMedia) this.awaitFrames();
    this.hasMedia = hasMedia;
  }

  /** Frames are not due yet, as when the tile has just come into sight. */
  awaitFrames(): void {
    this.#awaitedSince = performance.now();
    this.#cadence.rest(this.#awaitedSince);
    this.meter.restart();
  }

  /** What the server is told. */
  get request(): Tile {
    return { zone: this.zone, ...this.place, focused: this.focused };
  }
}
