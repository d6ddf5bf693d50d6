/** What is hidden of a camera's pictures, put in force at its streams: masks, and a cover wherever no masks hold. */
import type { Hidden } from '../../server/contract/privacy.ts';
import type { Covered } from '../../server/contract/steering.ts';
import type { StreamWay } from '../camera/life-parts.ts';
import type { Look, MoveGuard, RealMove, SteerableFacts } from '../steering/steerable.ts';
import { PlaceCover, placeTimes } from './place-cover.ts';

export interface HidingParts {
  readonly ways: () => Iterable<StreamWay>;
  /** Whether it can be turned; undefined where that is not known before the camera is asked. */
  readonly moves: boolean | undefined;
  /** Pictures of before are not to be seen any more, as stills. */
  readonly forget: () => void;
  /** Whether pictures are covered is another, or how often it is to be known where the camera looks. */
  readonly changed: () => void;
}

export class Hiding implements MoveGuard {
  readonly #parts: HidingParts;
  readonly #cover: PlaceCover;
  /** As the streams were told. */
  #wasCoverable = false;
  #told = '';

  constructor(parts: HidingParts) {
    this.#parts = parts;
    this.#cover = new PlaceCover(() => this.#apply(), parts.moves);
  }

  /** Whether anything is done to pictures. */
  get hides(): boolean {
    return this.#cover.coverable || this.#cover.masks.length > 0;
  }

  get covered(): Covered | undefined {
    return this.#cover.covered;
  }

  get every(): number | undefined {
    return this.#cover.coverable ? placeTimes.every : undefined;
  }

  /**
   * From here on no picture comes that shows anything of it.
   * @throws RefusedError `masks-required` when that cannot be done; nothing comes then either
   */
  set(hidden: Hidden): void {
    this.#cover.set(hidden);
    this.#putInForce();
    this.#tell();
  }

  /** What comes from here on is covered already: nothing is waited for. */
  async beforeMove(move: RealMove): Promise<void> {
    this.#cover.beforeMove(move);
  }

  saw(look: Look | undefined): void {
    this.#cover.saw(look);
  }

  tellFacts(facts: SteerableFacts | 'fixed' | undefined): void {
    if (facts === undefined) return; // What was known goes on to hold, and gets stale.
    this.#cover.tellMoves(facts !== 'fixed');
    if (facts !== 'fixed') this.#cover.tellPresets(facts.presets.map(({ token }) => token));
  }

  presetChanged(preset: string): void {
    this.#cover.presetChanged(preset);
  }

  close(): void {
    this.#cover.close();
  }

  #apply(): void {
    const { covered } = this.#cover;
    // What is burnt in beneath a cover does not matter: what encodes goes on, so that it is covered at once.
    if (covered === undefined || !this.#wasCoverable) this.#putInForce();
    else for (const way of this.#parts.ways()) way.cover(Infinity);
    if (covered !== undefined) this.#parts.forget();
    this.#tell();
  }

  #putInForce(): void {
    const { masks, drawn, coverable, until } = this.#cover;
    this.#wasCoverable = coverable;
    for (const way of this.#parts.ways()) {
      // In this order: nothing is uncovered before its masks are there.
      if (until === Infinity) way.cover(until);
      way.setMasks(masks, { drawn, coverable });
      way.cover(until);
    }
  }

  #tell(): void {
    const told = `${this.covered} ${this.every}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#parts.changed();
  }
}
