/**
 * When the picture of a camera that moves may be seen. Masks are places in the picture, so they hold only where they were
 * drawn: while the camera moves, and until it stands at a preset with masks of its own, all of the picture is covered.
 * Whatever is not known is taken to be a move.
 */
import {
  hidesAnything,
  type Hidden,
  type Masks,
  type MasksOfPreset,
  type Position,
} from '../../server/contract/privacy.ts';
import type { Covered, Move } from '../../server/contract/steering.ts';
import { isNear } from '../steering/position.ts';
import type { Look } from '../steering/steerable.ts';

/** ms */
export const placeTimes = {
  /** Between two looks. */
  every: 400,
  /** What was seen so long ago says nothing any more. */
  stale: 2500,
  /**
   * Pictures may be so old when they come: taken while the camera moved, they come when it stands. That is more than encoders
   * and decoders of cameras take; what networks add is seen by the pictures' own times.
   */
  pipeline: 1000,
  /** A camera that was told to move may still say that it stands where it was. */
  begins: 3000,
  /** Without a position, a camera is taken to stand after this, where it tells that it stands and where it does not. */
  settled: { told: 3000, untold: 10_000 },
};

/** Of the ranges: motors come back to a preset more exactly, and less would be hidden wrongly by masks. */
const tolerance = { turn: 0.003, zoom: 0.005 };

export class PlaceCover {
  readonly #changed: () => void;
  #hidden: Hidden = { masks: [] };
  /** Whether the camera moves at all; undefined until that is known. */
  #moves: boolean | undefined;
  #presets: ReadonlySet<string> | undefined;
  #reason: Covered = 'unknown-place';
  /** The masks of the place where it stands. */
  #place: MasksOfPreset | undefined;
  /** Pictures that came before are covered. */
  #until = Infinity;
  #last: { readonly at: number; readonly position: Position | undefined } | undefined;
  /** Where it stands as it seems, and since when; it may just be on its way through. */
  #seems: { readonly preset: string; readonly since: number } | undefined;
  /** Where it was sent, if nothing else was asked of it since, and when. */
  #sent: { readonly preset: string; readonly at: number } | undefined;
  #movedAt = -Infinity;
  /** Where it stood at presets whose masks have no position; in this run. */
  readonly #learnt = new Map<string, Position>();
  #stale: NodeJS.Timeout | undefined;

  /** @param changed what holds for pictures is another one */
  constructor(changed: () => void, moves?: boolean) {
    this.#changed = changed;
    this.#moves = moves;
  }

  /** Whether pictures may have to be covered. */
  get coverable(): boolean {
    const { presetMasks = [] } = this.#hidden;
    return hidesAnything(this.#hidden) && (this.#moves !== false || presetMasks.length > 0);
  }

  /** Why nothing is to be seen; undefined where something is. */
  get covered(): Covered | undefined {
    return this.coverable && !this.#place ? this.#reason : undefined;
  }

  /** Pictures that came before are covered, ms of `performance.now()`. */
  get until(): number {
    return this.#place ? this.#until : Infinity;
  }

  /** To be burnt in now. */
  get masks(): Masks {
    return [...this.#hidden.masks, ...(this.#place?.masks ?? [])];
  }

  /** All masks of the zone, whatever the place. */
  get drawn(): Masks {
    const { masks, presetMasks = [] } = this.#hidden;
    return [...masks, ...presetMasks.flatMap((one) => one.masks)];
  }

  /** What is to be hidden from now on. */
  set(hidden: Hidden): void {
    const { preset } = this.#place ?? {};
    this.#hidden = hidden;
    // Where it stands, other masks may hold from the next look on.
    const place = hidden.presetMasks?.find((one) => one.preset === preset);
    const isSame = place && samePosition(place.position, this.#place?.position);
    if (isSame) this.#place = place;
    else this.#cover('unknown-place');
  }

  /** What is known of the camera by now. */
  tellMoves(moves: boolean): void {
    if (this.#moves === moves) return;
    this.#moves = moves;
    this.#changed();
  }

  /** The presets that the camera has. */
  tellPresets(tokens: Iterable<string>): void {
    this.#presets = new Set(tokens);
    if (this.#place && !this.#presets.has(this.#place.preset)) {
      this.#cover('unknown-place');
      this.#changed();
    }
  }

  /** A preset is saved anew: what was learnt of it is of the former one. */
  presetChanged(preset: string): void {
    this.#learnt.delete(preset);
    if (this.#sent?.preset === preset) this.#sent = undefined;
    if (this.#place?.preset === preset && !this.#place.position) {
      this.#cover('unknown-place');
      this.#changed();
    }
  }

  /** Pictures that come from here on are covered; then the camera may move. */
  beforeMove(move: Move): void {
    if (move.kind === 'stop') return;
    this.#movedAt = performance.now();
    this.#sent = move.kind === 'preset' ? { preset: move.preset, at: this.#movedAt } : undefined;
    this.#cover('moving');
    this.#changed();
  }

  /** The camera was asked where it looks. @param look undefined where it gave no answer */
  saw(look: Look | undefined): void {
    if (!look) return; // What was seen before gets stale.
    const now = performance.now();
    const before = this.#last;
    const { moving, position } = look;
    this.#last = { at: now, position };
    this.#watchAge();
    if (moving || (before?.position && position && !isNear(before.position, position, tolerance))) {
      // Nobody knows where it goes from where it stood.
      if (this.#place) this.#sent = undefined;
      return this.#lose('moving');
    }
    if (this.#place && this.#holds(this.#place, position)) return;
    const place = this.#placeOf(position, moving, now);
    if (!place) return this.#lose(this.#mayBegin(now) ? 'moving' : 'unknown-place');
    if (this.#seems?.preset !== place.preset) {
      if (this.#place) this.#lose('moving');
      this.#seems = { preset: place.preset, since: now };
      return;
    }
    if (position && !place.position) this.#learnt.set(place.preset, position);
    this.#place = place;
    this.#until = this.#seems.since + placeTimes.pipeline;
    this.#changed();
  }

  close(): void {
    clearTimeout(this.#stale);
  }

  /** Whether masks that hold go on to. */
  #holds(place: MasksOfPreset, position: Position | undefined): boolean {
    const at = place.position ?? this.#learnt.get(place.preset);
    if (at) return position !== undefined && isNear(at, position, tolerance);
    return this.#sent?.preset === place.preset;
  }

  /** Those that hold where it stands. */
  #placeOf(
    position: Position | undefined,
    moving: boolean | undefined,
    now: number,
  ): MasksOfPreset | undefined {
    const known = (this.#hidden.presetMasks ?? []).filter(({ preset }) =>
      this.#presets?.has(preset),
    );
    const sent = this.#sent;
    const settled = moving === undefined ? placeTimes.settled.untold : placeTimes.settled.told;
    const isThere = (place: MasksOfPreset): boolean => {
      const at = place.position ?? this.#learnt.get(place.preset);
      if (at && position) return isNear(at, position, tolerance);
      // It did tell its position when they were drawn: that is looked for.
      if (place.position) return false;
      return sent?.preset === place.preset && now - sent.at >= settled;
    };
    const found = known.filter(isThere);
    const target = found.find(({ preset }) => preset === sent?.preset);
    return target ?? (this.#mayBegin(now) ? undefined : found[0]);
  }

  /** Whether it may still stand where it was before it was told to move. */
  #mayBegin(now: number): boolean {
    return now - this.#movedAt < placeTimes.begins;
  }

  #lose(reason: Covered): void {
    this.#seems = undefined;
    if (!this.#place && this.#reason === reason) return;
    this.#cover(reason);
    this.#changed();
  }

  #cover(reason: Covered): void {
    this.#place = undefined;
    this.#seems = undefined;
    this.#until = Infinity;
    this.#reason = reason;
  }

  #watchAge(): void {
    clearTimeout(this.#stale);
    this.#stale = setTimeout(() => {
      this.#last = undefined;
      this.#sent = undefined;
      this.#lose('unknown-place');
    }, placeTimes.stale);
  }
}

function samePosition(a: Position | undefined, b: Position | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isNear(a, b, tolerance));
}
