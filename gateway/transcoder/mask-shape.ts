/**
 * The shape of the picture that a zone's masks were drawn on, width by height. It outlasts sessions and restarts: masks
 * are shares of a picture, and hide something else in one of another shape.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Masks } from '../../server/contract/privacy.ts';

export const KeptShape = z.object({
  /** Which masks they are. */
  masks: z.string().max(64),
  /** Null where it was known once, and is not any more. */
  aspect: z.number().positive().nullable(),
});
export type KeptShape = z.infer<typeof KeptShape>;

/** Where it is kept. */
export interface ShapePlace {
  read(): KeptShape | undefined;
  write(shape: KeptShape | undefined): void;
  /** What was kept could not be read. */
  readonly isLost: boolean;
}

export interface ShapeOfMasks {
  /** These are in force from now on; new ones were drawn on what the camera has shown last. */
  set(masks: Masks): void;
  /** What the camera sends now, whether or not it may be shown. */
  saw(aspect: number): void;
  /** @returns undefined where no picture was seen yet, and any is right */
  of(masks: Masks): number | 'unknown' | undefined;
}

export class MaskShape implements ShapeOfMasks {
  readonly #place: ShapePlace;
  #masks: Masks = [];
  #seen: number | undefined;

  /** @param seen what is known of the camera's main stream from before */
  constructor(place: ShapePlace = inMemory(), seen?: number) {
    this.#place = place;
    this.#seen = seen;
  }

  set(masks: Masks): void {
    this.#masks = masks;
    const kept = this.#place.read();
    if (masks.length === 0) {
      if (kept) this.#place.write(undefined);
      return;
    }
    if (kept?.masks === digestOf(masks)) return;
    if (!kept && this.#place.isLost) this.#keep(null);
    else if (this.#seen !== undefined) this.#keep(this.#seen);
  }

  saw(aspect: number): void {
    this.#seen = aspect;
    if (this.#masks.length > 0 && this.of(this.#masks) === undefined) this.#keep(aspect);
  }

  of(masks: Masks): number | 'unknown' | undefined {
    const kept = this.#place.read();
    return kept?.masks === digestOf(masks) ? (kept.aspect ?? 'unknown') : undefined;
  }

  /** Of the sub stream, whose picture is to be the main stream's and says nothing of its own. */
  get ofSub(): ShapeOfMasks {
    return { set: (masks) => this.set(masks), saw: () => {}, of: (masks) => this.of(masks) };
  }

  #keep(aspect: number | null): void {
    this.#place.write({ masks: digestOf(this.#masks), aspect });
  }
}

function digestOf(masks: Masks): string {
  return createHash('sha256').update(JSON.stringify(masks)).digest('hex');
}

function inMemory(): ShapePlace {
  let kept: KeptShape | undefined;
  return { read: () => kept, write: (shape) => void (kept = shape), isLost: false };
}
