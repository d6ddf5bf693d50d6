/** The picture of one zone as a viewer has it: its stream, what is known of it, and how old it is. */
import type { ProducerRefusal } from '../../../server/contract/producer-refusal.ts';
import type { Steering } from '../../../server/contract/steering.ts';
import type { Tile } from '../../../server/contract/tile.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { Meter } from '../figures/meter.svelte.ts';
import { PictureAge } from './picture-age.svelte.ts';
import type { Place } from './place.ts';
import { showTracks } from './show-tracks.ts';
import { StillOf } from './still.svelte.ts';

export class ViewerTile {
  zone = $state('');
  /** Undefined until there were tracks: an empty one holds back the page's load event (HTML §4.8.11.5). */
  stream = $state.raw<MediaStream>();
  readonly meter = new Meter();
  readonly age = new PictureAge();
  /** What stands for the live picture until its first frame. */
  readonly still = new StillOf();
  summary = $state.raw<ZoneSummary>();
  hasMedia = $state(false);
  hasAudio = $state(false);
  /** Whoever sits here has no right to this zone. */
  forbidden = $state(false);
  /** Why there is no picture although there is a camera. */
  refusal = $state.raw<ProducerRefusal>();
  /** The server is nearly full, and sends a smaller picture than there is room for. */
  lowered = $state(false);
  /** What is known of its camera as one that can be steered; undefined for another one. */
  steering = $state.raw<Steering>();
  /** It was told since the connection was lost last. */
  steeringTold = false;
  /** When whoever has the hand loses it, ms of `performance.now()`. */
  handUntil = $state<number>();
  /** Why its camera's last move was not made, in words; empty when it was. */
  moveRefusal = $state('');
  place = $state.raw<Place>({ width: 0, height: 0, visible: false });
  focused = $state(false);
  /** Its tile shows its figures, though the page shows none of the others. */
  measured = $state(false);
  /** Pictures have flowed since the session was started. */
  worked = $state(false);

  constructor(zone: string, place: Place, focused = false) {
    this.zone = zone;
    this.place = place;
    this.focused = focused;
  }

  /** What the server is told. */
  get request(): Tile {
    return { zone: this.zone, ...this.place, focused: this.focused };
  }

  /** To be told each frame that is shown. @param now ms of `performance.now()` */
  frame(now: number, frame: VideoFrameCallbackMetadata): void {
    this.age.frame(now, frame.receiveTime);
    this.meter.shown(frame);
  }

  /** One stream for whatever zone it shows, so that the last picture stays until the next one. */
  show(tracks: MediaStreamTrack[]): void {
    const hasMedia = tracks.some(({ kind }) => kind === 'video');
    if (hasMedia) this.stream ??= new MediaStream();
    if (this.stream) showTracks(this.stream, tracks);
    if (hasMedia !== this.hasMedia) this.awaitFrames();
    this.hasMedia = hasMedia;
    this.hasAudio = tracks.some(({ kind }) => kind === 'audio');
  }

  /** Changes its place on the screen, or whether it is the one that is looked at. */
  move(place: Place, focused: boolean): void {
    if (place.visible && !this.place.visible) this.awaitFrames();
    else if (!place.visible && this.place.visible) this.meter.restart();
    this.place = place;
    this.focused = focused;
  }

  /** Frames are not due yet, as when the tile has just come into sight. */
  awaitFrames(): void {
    this.age.awaitFrames(performance.now());
    this.meter.restart();
  }

  /** Takes what the server tells of steering; it tells nothing of a camera that cannot be steered. */
  steer(steering: Steering | null): void {
    const until = steering?.hand?.until;
    this.handUntil = until === undefined ? undefined : performance.now() + until;
    this.steering = steering ?? undefined;
    this.steeringTold = true;
  }

  /** Takes the picture away: not even the last one stays. */
  blank(): void {
    this.stream = undefined;
    this.age.clear();
  }

  /** Forgets what was known of the zone. */
  forget(): void {
    this.summary = undefined;
    this.steer(null);
    this.forbidden = false;
    this.worked = false;
    this.meter.clear();
  }
}
