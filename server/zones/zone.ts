/** One zone: what is kept of it, who films it, what that sends, who watches, and who of them is told what. */
import { RefusedError } from '../contract/errors.ts';
import type { SpatialLayer } from '../contract/layers.ts';
import type { CameraTiming, ZoneTiming } from '../contract/latency.ts';
import { hidesAnything, type Masks, type PresetMasks } from '../contract/privacy.ts';
import type { CameraState, ZoneId, ZoneSummary } from '../contract/zone.ts';
import type { Camera, Ending } from './camera.ts';
import { CameraPlace, type CameraTimes } from './camera-place.ts';
import type { CameraEvent } from './camera-state.ts';
import { joined, type Filmed } from './filmed.ts';
import { highestOf, layerFor } from './layer-choice.ts';
import { requireMasking, requireOnePicture } from './masking.ts';
import type { Producer } from './producer.ts';
import { blankRecord, isBlank, type ZoneRecord } from './record.ts';
import type { Entry } from './entry.ts';
import { lostPlace, reasonToYield, type Yielding } from './succession.ts';
import type { ZoneSteering } from './steering.ts';
import type { Viewer } from './viewer.ts';

/** What other nodes say of a zone, put together. */
export interface Elsewhere {
  /** Of its camera, where that is at another node; `idle` where no other node has one. */
  readonly camera: CameraState;
  readonly label: string;
  /** Who watches: of a zone with a camera there, all people that its node knows of; else those at other nodes. */
  readonly viewers: number;
  /** When its camera was last there, ms since the epoch, as far as other nodes know. */
  readonly lastSeen?: number | undefined;
  /** Whether the camera there shows a drawn picture. */
  readonly isDemonstration?: boolean | undefined;
}

/** What this node has of a zone itself, as it tells others; without a camera, where that is at another node. */
export interface Here extends Entry {
  /** Of all who watch, those who do so here. */
  readonly screens: number;
  /** Whether its camera here shows a drawn picture. */
  readonly isDemonstration: boolean;
}

export interface ZoneRules {
  readonly times: CameraTimes;
  /** Most that a camera may send where neither the zone nor the camera itself says anything, bit/s. */
  readonly usualBitRate: number;
  /** ms since the epoch; this machine's clock, if not said */
  readonly timeOfDay?: () => number;
}

/** Who is told of a zone. */
export interface ZoneHearers {
  /** Of each change that a person could see. */
  readonly changed: () => void;
  /** When the first viewer has come, and when the last one has gone. */
  readonly watched: (isWatched: boolean) => void;
  /** When filming begins here, and when it has ended. */
  readonly filmed: () => void;
}

export class Zone {
  readonly id: ZoneId;
  readonly #rules: ZoneRules;
  readonly #hearers: ZoneHearers;
  readonly #viewers = new Set<Viewer>();
  #record: ZoneRecord;
  #masking = 0;
  #place: CameraPlace | undefined;
  /** Of the camera that has the place. */
  #steering: ZoneSteering | undefined;
  #elsewhere: Elsewhere | undefined;
  #filmed: Filmed | undefined;
  /** Of the viewers here. */
  #screens = 0;
  #unreachable: string | undefined;
  #leftByChoice = false;

  constructor(id: ZoneId, rules: ZoneRules, hearers: ZoneHearers) {
    this.id = id;
    this.#rules = rules;
    this.#hearers = hearers;
    this.#record = blankRecord(id);
  }

  /** Whether people see it: it is expected, or somebody is in it, here or at another node. */
  get exists(): boolean {
    return this.isHere || this.#elsewhere !== undefined;
  }

  /** Whether it is expected, or somebody is in it here. */
  get isHere(): boolean {
    return this.isExpected || this.takesPart;
  }

  /** Whether a camera of it is missed while there is none: it is listed, or was ever filmed. All nodes know that. */
  get isExpected(): boolean {
    return this.#record.listed || this.#filmed !== undefined;
  }

  /** Whether somebody is in it here. */
  get takesPart(): boolean {
    return this.#place !== undefined || this.#viewers.size > 0;
  }

  /** Whether there is nothing to remember of it. */
  get isBlank(): boolean {
    return !this.exists && isBlank(this.#record);
  }

  /** As those who take part in it here have it: what comes here, and all who watch. */
  get summary(): ZoneSummary {
    return {
      id: this.id,
      camera: this.#place?.state ?? 'idle',
      label: this.#place?.camera.label ?? '',
      viewers: this.#everyone,
      ...(this.#unreachable === undefined ? {} : { unreachable: this.#unreachable }),
      ...(this.#place || !this.#filmed ? {} : { lastSeen: this.#filmed.last }),
    };
  }

  /** As lists have it: what its camera does, whichever node that is at. */
  get inCity(): Entry {
    const { lastSeen, ...entry } = { ...this.summary, listed: this.isExpected };
    const { camera = 'idle', label = '' } = this.#elsewhere ?? {};
    if (camera !== 'idle' && !this.#isFilmedHere) return { ...entry, camera, label };
    return lastSeen === undefined ? entry : { ...entry, lastSeen };
  }

  /** What this node has of it, whatever comes from others. */
  get here(): Here {
    const own = this.#isFilmedHere ? {} : { camera: 'idle' as const, label: '' };
    const isElsewhere = (this.#elsewhere?.camera ?? 'idle') !== 'idle';
    return {
      ...this.summary,
      ...own,
      screens: this.#screens,
      listed: this.isExpected,
      isElsewhere,
      isDemonstration: this.#isFilmedHere && this.#isDemonstration,
    };
  }

  /** Takes up what other nodes say; undefined where they say nothing of it. */
  hear(elsewhere: Elsewhere | undefined): void {
    const former = this.#elsewhere;
    if (JSON.stringify(elsewhere) === JSON.stringify(former)) return;
    this.#elsewhere = elsewhere;
    const hasGone = isFilmedAt(former) && !isFilmedAt(elsewhere);
    if (hasGone && !former?.isDemonstration) this.#filmedUntilNow();
    else if (this.#filmed && elsewhere?.lastSeen !== undefined) {
      const last = elsewhere.lastSeen;
      this.#filmed = joined(this.#filmed, { first: last, last });
    }
    this.#hearers.changed();
  }

  get masks(): Masks {
    return this.#record.masks;
  }

  get presetMasks(): PresetMasks {
    return this.#record.presetMasks ?? [];
  }

  /** Whether there are any masks. */
  get hidesAnything(): boolean {
    return hidesAnything(this.#record);
  }

  /** Another number for each set of masks that has been in force. */
  get masking(): number {
    return this.#masking;
  }

  /** Since when the camera burns the masks of now in, ms of `performance.now()`; undefined while that is not sure. */
  get maskedSince(): number | undefined {
    return this.#place?.maskedSince;
  }

  get record(): ZoneRecord {
    return this.#record;
  }

  /** Puts a record into force, and tells everyone concerned. */
  keep(record: ZoneRecord): void {
    const before = this.#record;
    this.#record = record;
    if (hiddenIn(before) !== hiddenIn(record)) this.#announceMasks();
    if (before.listed !== record.listed) this.#changed();
  }

  // When it was filmed.

  /** Undefined where it never was, as far as is known. */
  get filmed(): Filmed | undefined {
    return this.#filmed;
  }

  /** Takes up what others have seen, or the store. */
  recall(filmed: Filmed): void {
    const all = joined(this.#filmed, filmed);
    if (all.first === this.#filmed?.first && all.last === this.#filmed.last) return;
    this.#filmed = all;
    this.#changed();
  }

  /** From now on it was never filmed; one that is filmed now is remembered again. */
  forgetFilmed(): void {
    if (!this.#filmed) return;
    this.#filmed = undefined;
    this.#changed();
  }

  /** Its camera is there. @returns undefined where none films it here, with a picture or a sound of a real place */
  see(): Filmed | undefined {
    if (!this.#isFilmedHere || this.feed.length === 0 || this.#isDemonstration) return undefined;
    const isNew = !this.#filmed;
    this.#filmedUntilNow();
    if (isNew) this.#hearers.changed();
    return this.#filmed;
  }

  // Its camera.

  /** What is sent in it now. */
  get feed(): Producer[] {
    return this.#place?.feed ?? [];
  }

  get video(): Producer | undefined {
    return this.#place?.video;
  }

  /** @param node where it is filmed, if nothing of it comes to here; undefined where nothing is known to be wrong */
  tellUnreachable(node: string | undefined): void {
    if (this.#unreachable === node) return;
    this.#unreachable = node;
    this.#changed();
  }

  /** What the camera at this node does; `idle` where there is none. */
  get cameraHere(): CameraState {
    return this.#isFilmedHere ? (this.#place?.state ?? 'idle') : 'idle';
  }

  /** Whether the last camera has left because a person wished it. */
  get leftByChoice(): boolean {
    return this.#leftByChoice;
  }

  /** Whoever has its place now. */
  get camera(): Camera | undefined {
    return this.#place?.camera;
  }

  /** Whether what its camera sends may lack masks that are wanted now. */
  get awaitsMasks(): boolean {
    return this.#place?.awaitsMasks ?? false;
  }

  /** Whether the camera has the zone's place now. */
  isFilmedBy(camera: Camera): boolean {
    return this.#place?.camera === camera;
  }

  /** The lower of what is said of the zone and of the camera, bit/s. */
  bitRateFor(camera: Pick<Camera, 'maxBitrate'>): number {
    const said = [this.#record.maxBitrate, camera.maxBitrate].filter((one) => one !== undefined);
    return said.length > 0 ? Math.min(...said) : this.#rules.usualBitRate;
  }

  /** @throws RefusedError `masks-required` when something is hidden that its camera cannot hide */
  requireMasking(canMask: boolean, canCover = false): void {
    requireMasking(this.id, this.#record, { canMask, canCover });
  }

  /**
   * Looks who has to give the place over; nothing changes yet.
   * @returns undefined where nobody has it
   * @throws RefusedError `zone-occupied` when the holder keeps it
   */
  whoYields(claimer: Pick<Camera, 'window'>): Yielding | undefined {
    if (!this.#place) return undefined;
    const reason = reasonToYield(this.#place, claimer);
    if (reason) return { holder: this.#place.camera, reason };
    throw this.#occupied();
  }

  /** Ends the holder's part, and tells it so. */
  makeRoom({ holder, reason: { code, text } }: Yielding): void {
    this.end(holder, { code, message: `Another camera films ${this.id} now: ${text}.` });
  }

  /**
   * Gives the place to a camera, which may claim again what it has.
   * @throws RefusedError `zone-occupied` when another one has it; nothing changes then
   */
  claim(camera: Camera): ZoneSummary {
    if (this.#place && this.#place.camera !== camera) throw this.#occupied();
    const isNew = !this.#place;
    this.#place ??= new CameraPlace(this.id, camera, this.#rules.times);
    // A new holder hears it by the answer.
    this.#changed(isNew ? camera : undefined);
    return this.summary;
  }

  /** A camera says that it burns in the masks of now. */
  confirmMasks(camera: Camera): void {
    this.#placeOf(camera)?.confirmMasks();
  }

  /** A camera has a new connection, on which it is to send no more than this, bit/s. */
  connecting(camera: Camera, most: number): void {
    this.#placeOf(camera)?.begin(most);
  }

  connected(camera: Camera): void {
    this.#move(camera, 'transport-up');
  }

  /** A camera's connection is gone, and all that it sent with it. */
  disconnected(camera: Camera): void {
    const place = this.#placeOf(camera);
    if (!place) return;
    this.#clear(place);
    place.rest();
    this.#move(camera, 'transport-lost');
  }

  /**
   * A track has come: it is offered to every viewer.
   * @param frameRate as the camera says, frames/s
   * @throws RefusedError `masks-required` when masks cannot hold for all its layers
   */
  publish(camera: Camera, producer: Producer, frameRate: number | undefined): void {
    const place = this.#placeOf(camera);
    if (!place) throw lostPlace(this.id);
    requireOnePicture(this.id, this.#record, producer);
    place.add(producer, frameRate);
    this.refreshDemand();
    for (const viewer of [...this.#viewers]) viewer.offer(producer);
    if (place.feed.length === 1 && this.see()) this.#hearers.filmed();
  }

  /**
   * A track has ended: it is taken back from every viewer.
   * @param blank nothing that it has sent may be shown any longer
   */
  unpublish(camera: Camera, producerId: string, blank?: boolean): void {
    const place = this.#placeOf(camera);
    if (place) this.#withdraw(place, producerId, blank);
  }

  /**
   * A camera sends no higher layers than this, whatever is wanted; null for none. Viewers are led to the one that comes, and
   * those of none wait for the lowest.
   */
  limitLayers(camera: Camera, highest: SpatialLayer | null): void {
    this.#placeOf(camera)?.video?.limit.set(highest ?? 0);
  }

  /**
   * Ends a camera's part.
   * @param ending what it is told; undefined where it goes by itself
   * @param byChoice a person has wished it, so nobody needs to miss it
   */
  end(camera: Camera, ending?: Ending, byChoice = false): void {
    const place = this.#placeOf(camera);
    if (!place) return;
    this.#leftByChoice = byChoice || this.#isDemonstration;
    const wasFilmed = this.#filmed !== undefined && this.#isFilmedHere;
    this.#clear(place);
    place.left = true;
    this.#place = undefined;
    this.#steer(undefined);
    if (wasFilmed) this.#filmedUntilNow();
    this.#changed();
    if (wasFilmed) this.#hearers.filmed();
    camera.ended(ending);
  }

  /** Looks whether the camera sends what it should; to be asked a few times a second. */
  async look(): Promise<void> {
    const place = this.#place;
    if (!place) return;
    const { camera } = place;
    const finding = await place.look(this.bitRateFor(camera));
    if (!finding || this.#place !== place) return;
    if ('end' in finding) this.end(camera, finding.end);
    else this.#move(camera, finding.event);
  }

  /** What the camera measures of the time that its pictures take. */
  tellTiming(camera: Camera, timing: CameraTiming): void {
    this.#placeOf(camera)?.tellTiming(timing);
  }

  get timing(): ZoneTiming {
    return this.#place?.timing ?? { camera: null, server: null };
  }

  // Its steering.

  /** Undefined where its camera cannot be steered. */
  get steering(): ZoneSteering | undefined {
    return this.#steering;
  }

  /** @param steering undefined where it can be steered no more */
  steerable(camera: Camera, steering: ZoneSteering | undefined): void {
    if (this.#placeOf(camera)) this.#steer(steering);
  }

  /** Tells all who watch how it is steered now. */
  tellSteering(): void {
    const now = this.#steering?.now ?? null;
    for (const viewer of [...this.#viewers]) viewer.steered?.(now);
  }

  /** A viewer steers no more, and may go on watching. */
  letGo(viewer: Viewer): void {
    this.#steering?.left(viewer);
  }

  // Its viewers.

  /** Adds a viewer; joining twice counts once. */
  join(viewer: Viewer): void {
    if (this.#viewers.has(viewer)) return;
    this.#viewers.add(viewer);
    this.#screens += viewer.screens ?? 1;
    if (this.#viewers.size === 1) this.#hearers.watched(true);
    this.#hearers.changed();
  }

  leave(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.letGo(viewer);
    this.#screens -= viewer.screens ?? 1;
    if (this.#viewers.size === 0) this.#hearers.watched(false);
    this.refreshDemand();
    this.#hearers.changed();
  }

  /** Tells everyone inside how it is now. @param except who knows it already */
  tell(except?: Camera): void {
    const { summary } = this;
    const camera = this.#place?.camera;
    for (const viewer of this.#viewers) viewer.tell(summary);
    if (camera && camera !== except) camera.tell(summary);
  }

  /** Looks what the viewers get of the camera; to be called when what one of them wants, needs or receives has changed. */
  refreshDemand(): void {
    const { demand, video } = this.#place ?? {};
    if (!demand || !video) return;
    // Woken too early, a camera would spend the key frame of waking on a viewer who cannot receive it yet.
    const layers = [...this.#viewers].flatMap((viewer) => [
      viewer.receives(video) ? layerFor(viewer.wants, video.layers) : null,
      // What somebody still gets is not put to sleep: they would see nothing until another layer begins.
      viewer.needs(video),
    ]);
    demand.want(highestOf(layers));
  }

  /** Tells the camera again what is wanted, as it may have missed it. */
  repeatDemand(): void {
    this.#place?.demand?.repeat();
  }

  /** Whether a layer is not being sent, or has not been for long. @param age ms */
  isYoung(layer: SpatialLayer, age: number): boolean {
    if (this.#place?.camera.cannotSleep) return false;
    return this.#place?.demand?.isYoung(layer, age) ?? false;
  }

  /**
   * Tells the camera that its masks have changed. One that cannot burn them in, that cannot be told, or that does not
   * confirm them films no longer; the latter two claim the zone when they are back, and hear them then.
   */
  #announceMasks(): void {
    this.#masking += 1;
    const place = this.#place;
    if (!place) return;
    const { camera } = place;
    place.awaitConfirmation();
    for (const viewer of [...this.#viewers]) viewer.masked?.();
    try {
      this.requireMasking(camera.canMask, camera.canCover);
      for (const producer of place.feed) requireOnePicture(this.id, this.#record, producer);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return this.end(camera, { code: error.code, message: error.message });
    }
    if (!camera.reachable) return this.end(camera);
    camera.burnIn(this.masks, this.presetMasks);
  }

  #filmedUntilNow(): void {
    const now = Math.round((this.#rules.timeOfDay ?? Date.now)());
    this.#filmed = joined(this.#filmed, { first: now, last: now });
  }

  get #isFilmedHere(): boolean {
    return this.#place !== undefined && !this.#place.camera.isElsewhere;
  }

  get #isDemonstration(): boolean {
    return this.#place?.camera.isDemonstration === true;
  }

  get #everyone(): number {
    const here = this.#screens;
    const { camera = 'idle', viewers = 0 } = this.#elsewhere ?? {};
    // The camera's node counts those here too, a moment later.
    return camera === 'idle' || this.#isFilmedHere ? here + viewers : Math.max(here, viewers);
  }

  #placeOf(camera: Camera): CameraPlace | undefined {
    return this.#place?.camera === camera ? this.#place : undefined;
  }

  #steer(steering: ZoneSteering | undefined): void {
    if (this.#steering === steering) return;
    this.#steering = steering;
    this.tellSteering();
  }

  #move(camera: Camera, event: CameraEvent): void {
    if (this.#placeOf(camera)?.move(event)) this.#changed();
  }

  #clear(place: CameraPlace): void {
    for (const producerId of place.producerIds) this.#withdraw(place, producerId);
  }

  /** @param blank nothing that it has sent may be shown any longer; so it is too while its masks are not sure */
  #withdraw(place: CameraPlace, producerId: string, blank = place.awaitsMasks): void {
    const producer = place.take(producerId);
    if (!producer) return;
    for (const viewer of [...this.#viewers]) viewer.retract(producerId, blank);
    producer.close();
  }

  /** Call when something of the zone or its camera is new: everyone in the zone is told at once. */
  #changed(except?: Camera): void {
    this.tell(except);
    this.#hearers.changed();
  }

  #occupied(): RefusedError {
    return new RefusedError(
      'zone-occupied',
      `Another camera is publishing in ${this.id}. End its session, or choose another zone.`,
    );
  }
}

/** Whether it is filmed at another node: a camera that still connects has shown nothing yet. */
const isFilmedAt = (elsewhere: Elsewhere | undefined): boolean =>
  !['idle', 'connecting'].includes(elsewhere?.camera ?? 'idle');

/** By which other masks are told. */
const hiddenIn = ({ masks, presetMasks = [] }: ZoneRecord): string =>
  JSON.stringify([masks, presetMasks]);
