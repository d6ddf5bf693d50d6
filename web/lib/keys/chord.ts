/** A key as it is kept and compared: `f`, `Shift+ArrowLeft`, `Space`. */

export type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/**
 * Undefined for what belongs to the browser. Shift is a part of it only where it does not change the letter itself,
 * so that one key is the same on every keyboard.
 */
export function chordOf({ key, shiftKey, ctrlKey, altKey, metaKey }: Pressed): string | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toLowerCase() : key;
  return shiftKey && name.length > 1 && name !== 'Shift' ? `Shift+${name}` : name;
}

/** The same key without Shift, where that is a part of it. */
export function withoutShift(chord: string): string {
  return chord.replace(/^Shift\+/, '');
}
