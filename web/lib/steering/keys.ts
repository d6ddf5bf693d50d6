/** What the keys do while a camera is steered. */
import type { Direction } from './held.ts';

export type SteeringKey =
  | { kind: 'hold'; directions: Direction[] }
  | { kind: 'preset'; index: number }
  | { kind: 'home' | 'leave' | 'slow' };

const keys = new Map<string, SteeringKey>([
  ['ArrowLeft', { kind: 'hold', directions: ['left'] }],
  ['ArrowRight', { kind: 'hold', directions: ['right'] }],
  ['ArrowUp', { kind: 'hold', directions: ['up'] }],
  ['ArrowDown', { kind: 'hold', directions: ['down'] }],
  ['+', { kind: 'hold', directions: ['in'] }],
  // The same key on many keyboards, without Shift and with it.
  ['=', { kind: 'hold', directions: ['in'] }],
  ['-', { kind: 'hold', directions: ['out'] }],
  ['_', { kind: 'hold', directions: ['out'] }],
  ['h', { kind: 'home' }],
  ['Escape', { kind: 'leave' }],
  ['Shift', { kind: 'slow' }],
]);

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** The key that begins steering, beside those of the page. */
export function beginsSteering(event: Pressed): boolean {
  return !belongsToBrowser(event) && event.key.toLowerCase() === 'p';
}

/** Undefined for a key that means nothing here, or belongs to the browser. */
export function steeringKey(event: Pressed): SteeringKey | undefined {
  if (belongsToBrowser(event)) return undefined;
  if (/^[1-9]$/.test(event.key)) return { kind: 'preset', index: Number(event.key) - 1 };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return keys.get(key);
}

/** The same for a key however Shift changes between its press and its release; some keyboards name no place. */
export function nameOf({ code, key }: Pick<KeyboardEvent, 'code' | 'key'>): string {
  return code || key;
}

function belongsToBrowser({ ctrlKey, altKey, metaKey }: Pressed): boolean {
  return ctrlKey || altKey || metaKey;
}
