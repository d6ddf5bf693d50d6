/** Keys as people read them. */
import { texts } from '../text/texts.ts';
import type { KeyAction, KeyPlace } from './actions.ts';
import { keyMap } from './key-map.svelte.ts';

const names = new Map(Object.entries(texts.keys.names));

/** What each action is called. */
export const actionNames: Record<KeyAction, string> = texts.keys.actions;
export const placeNames: Record<KeyPlace, string> = texts.keys.places;
/** What cannot be changed. */
export const fixedKeys: Record<KeyPlace, [keys: string, meaning: string][]> = texts.keys.always;

export function keyName(chord: string): string {
  return chord
    .split(/(?<=^Shift)\+/)
    .map((part) => names.get(part) ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' + ');
}

/** What is said of a button that a key presses, too. */
export function buttonKey(action: KeyAction): string {
  return texts.keys.key(keyMap.keysOf(action).map(keyName).join(', '));
}
