/** Where a camera stands, put together from what it is told to do and what it says: whether it moves, and at which preset it is. */
import type { Position } from '../../server/contract/privacy.ts';
import { isNear } from './position.ts';
import type { Look, PlacedPreset, RealMove } from './steerable.ts';

/** ms */
export const whereaboutsTimes = {
  /** A camera that was told to move may still say for so long that it stands. */
  begins: 600,
  /** One that tells nothing is taken to move for so long: to a place, and after a stop. */
  untold: { place: 5000, stop: 500 },
};

/** Of the ranges: motors do not come back more exactly. */
const near = { turn: 0.005, zoom: 0.01 };

export class Whereabouts {
  moving = false;
  /** By token. */
  #presets = new Map<string, PlacedPreset>();
  #look: Look = {};
  /** The preset to which it was sent last, as long as nothing else was asked of it and it was not seen elsewhere. */
  #sent: string | undefined;
  /** Until when it is taken to move, whatever it says; ms of `performance.now()`. */
  #movesUntil = -Infinity;
  /** Where it stood when it had come to presets whose places it does not tell. */
  readonly #learnt = new Map<string, Position>();

  /** The preset at which it stands; null where it stands at none, moves, or nobody knows. */
  get at(): string | null {
    if (this.moving) return null;
    const { position } = this.#look;
    const sent = this.#sent;
    if (!position) return sent ?? null;
    const isHere = (token: string): boolean => {
      const place = this.#placeOf(token);
      return place !== undefined && isNear(place, position, near);
    };
    if (sent !== undefined && isHere(sent)) return sent;
    return [...this.#presets.keys()].find(isHere) ?? null;
  }

  /** The presets that it has. */
  set presets(presets: readonly PlacedPreset[]) {
    this.#presets = new Map(presets.map((preset) => [preset.token, preset]));
    for (const token of this.#learnt.keys())
      if (!this.#presets.has(token)) this.#learnt.delete(token);
    if (this.#sent !== undefined && !this.#presets.has(this.#sent)) this.#sent = undefined;
  }

  /** It has been told to move. @param now ms of `performance.now()` */
  told(move: RealMove, now: number): void {
    this.moving = true;
    this.#sent = move.kind === 'preset' ? move.preset : undefined;
    const { begins, untold } = whereaboutsTimes;
    const tells = this.#look.moving !== undefined || this.#look.position !== undefined;
    if (move.kind === 'continuous') this.#movesUntil = Infinity;
    else this.#movesUntil = now + (tells ? begins : untold.place);
  }

  /** It has been told to stop, or its move has ended by itself. */
  stopped(now: number): void {
    if (!this.moving) return;
    // It stops where it is, which is no place that it was sent to.
    this.#sent = undefined;
    this.#movesUntil = now + whereaboutsTimes.untold.stop;
  }

  /** It stands where this preset is now. */
  savedHere(token: string): void {
    this.#learnt.delete(token);
    this.#sent = token;
  }

  /** The camera says where it looks. */
  saw(look: Look, now: number): void {
    const before = this.#look.position;
    this.#look = look;
    const { position } = look;
    const isElsewhere = before && position && !isNear(before, position, near);
    const says = look.moving ?? (position ? isElsewhere : false);
    this.moving = says === true || now < this.#movesUntil;
    // By somebody else, or by itself: as a guard tour.
    if (isElsewhere && now >= this.#movesUntil && this.#sent !== undefined && !says)
      this.#sent = undefined;
    if (this.moving || !position || this.#sent === undefined) return;
    const sent = this.#sent;
    if (this.#presets.get(sent)?.position === undefined && !this.#learnt.has(sent)) {
      this.#learnt.set(sent, position);
    }
  }

  #placeOf(token: string): Position | undefined {
    return this.#presets.get(token)?.position ?? this.#learnt.get(token);
  }
}
