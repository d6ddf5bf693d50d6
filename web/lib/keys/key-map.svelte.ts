/** The keys as this browser has them: those of everyone, with what a person has changed here. */
import { z } from 'zod';
import { siteStorage } from '../browser-storage.ts';
import { isFixed, keyActionNames, keyActions, type KeyAction, type KeyPlace } from './actions.ts';
import { chordOf, withoutShift, type Pressed } from './chord.ts';

const kept = 'surveillance-keys';
const Changed = z.record(z.string().max(32), z.string().min(1).max(32));
type Storage = Pick<typeof siteStorage, 'getItem' | 'setItem' | 'removeItem'>;

/** Why a key was not given to an action. */
export type KeyRefusal = { kind: 'fixed' } | { kind: 'taken'; by: KeyAction };

const meet = (one: KeyPlace, other: KeyPlace): boolean =>
  one === other || one === 'everywhere' || other === 'everywhere';

export class KeyMap {
  /** By action, the key that a person chose for it. */
  #changed = $state.raw<Partial<Record<KeyAction, string>>>({});
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#read();
  }

  get isChanged(): boolean {
    return Object.keys(this.#changed).length > 0;
  }

  /** The keys that do this, the first one first. */
  keysOf(action: KeyAction): readonly string[] {
    const own = this.#changed[action];
    return own === undefined ? keyActions[action].keys : [own];
  }

  /** What a key does at this place; undefined for one that means nothing there, or belongs to the browser. */
  actionOf(place: KeyPlace, pressed: Pressed): KeyAction | undefined {
    const chord = chordOf(pressed);
    if (chord === undefined) return undefined;
    // Shift slows a camera that is steered, so there it is no part of any key.
    const plain = this.#doneBy(place, withoutShift(chord));
    return place === 'steering' ? plain : (this.#doneBy(place, chord) ?? plain);
  }

  /** Gives a key to an action, in place of its others. @returns why not, if it stays as it was */
  change(action: KeyAction, chord: string): KeyRefusal | undefined {
    const { place } = keyActions[action];
    const key = place === 'steering' ? withoutShift(chord) : chord;
    if (isFixed(key)) return { kind: 'fixed' };
    const by = this.#takenBy(action, key);
    if (by) return { kind: 'taken', by };
    this.#changed = { ...this.#changed, [action]: key };
    this.#storage.setItem(kept, JSON.stringify(this.#changed));
    return undefined;
  }

  /** All keys do again what they do for everyone. */
  reset(): void {
    this.#changed = {};
    this.#storage.removeItem(kept);
  }

  #doneBy(place: KeyPlace, chord: string): KeyAction | undefined {
    return keyActionNames.find(
      (action) => keyActions[action].place === place && this.keysOf(action).includes(chord),
    );
  }

  /** What cannot be read, is no action any more, or would meet another key counts for nothing. */
  #read(): void {
    let read: Record<string, string> = {};
    try {
      read = Changed.parse(JSON.parse(this.#storage.getItem(kept) ?? '{}'));
    } catch {
      return; // Something else wrote there; the usual keys are a fine start.
    }
    const known = keyActionNames.filter((action) => read[action] !== undefined);
    this.#changed = Object.fromEntries(known.map((action) => [action, read[action]]));
    const meets = known.some((action) => {
      const chord = read[action] ?? '';
      return isFixed(chord) || this.#takenBy(action, chord) !== undefined;
    });
    if (meets) this.#changed = {};
  }

  /** Another action that has this key where the first one is heard. */
  #takenBy(action: KeyAction, chord: string): KeyAction | undefined {
    const { place } = keyActions[action];
    return keyActionNames.find(
      (other) =>
        other !== action &&
        meet(place, keyActions[other].place) &&
        this.keysOf(other).includes(chord),
    );
  }
}

export const keyMap = new KeyMap(siteStorage);
