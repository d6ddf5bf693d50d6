/** The parameter sets of a stream, from its description and from among its pictures; the last of a number counts. */
import { BitReader, MalformedUnit, withoutEmulation } from './bits.ts';
import { longestSet } from './sequence-set.ts';
import { parseSps, type SequenceFacts } from './sps.ts';
import { typeOf, unitType } from './units.ts';

/** A camera has one or two. */
const mostPictureSets = 32;

export interface NeededSets {
  /** The sequence set, then the picture sets that belong to it. */
  readonly units: readonly Buffer[];
  readonly facts: SequenceFacts;
}

export class ParameterSets {
  readonly #sequences = new Map<number, { unit: Buffer; facts: SequenceFacts }>();
  readonly #pictures = new Map<number, { unit: Buffer; sequence: number }>();
  /** By picture set, until a set changes. */
  readonly #needed = new Map<number, NeededSets>();

  /** Keeps a copy of a set; what is none, or makes no sense, changes nothing. @returns whether it is kept */
  take(unit: Buffer): boolean {
    if (unit.length > longestSet) return false;
    try {
      if (typeOf(unit) === unitType.sequenceSet) this.#takeSequence(unit);
      else if (typeOf(unit) === unitType.pictureSet) this.#takePicture(unit);
      else return false;
      return true;
    } catch (error) {
      if (error instanceof MalformedUnit) return false;
      throw error;
    }
  }

  /** @returns undefined where a set is missing */
  neededFor(pictureSet: number): NeededSets | undefined {
    const known = this.#needed.get(pictureSet);
    if (known) return known;
    const picture = this.#pictures.get(pictureSet);
    const sequence = picture && this.#sequences.get(picture.sequence);
    if (!sequence) return undefined;
    const own = [...this.#pictures.values()].filter((other) => other.sequence === picture.sequence);
    const units = [sequence.unit, ...own.map(({ unit }) => unit)];
    const needed = { units, facts: sequence.facts };
    this.#needed.set(pictureSet, needed);
    return needed;
  }

  #takeSequence(unit: Buffer): void {
    for (const { unit: known } of this.#sequences.values()) if (known.equals(unit)) return;
    const facts = parseSps(unit);
    this.#sequences.set(facts.id, { unit: Buffer.from(unit), facts });
    this.#needed.clear();
  }

  #takePicture(unit: Buffer): void {
    for (const { unit: known } of this.#pictures.values()) if (known.equals(unit)) return;
    const bits = new BitReader(withoutEmulation(unit), 1);
    const id = bits.within(255);
    const sequence = bits.within(31);
    const oldest = this.#pictures.keys().next().value;
    if (this.#pictures.size >= mostPictureSets && oldest !== undefined)
      this.#pictures.delete(oldest);
    this.#pictures.set(id, { unit: Buffer.from(unit), sequence });
    this.#needed.clear();
  }
}
