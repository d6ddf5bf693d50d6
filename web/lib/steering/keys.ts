/** What the keys do while a camera is steered. */
import type { KeyAction } from '../keys/actions.ts';
import type { Pressed } from '../keys/chord.ts';
import { keyMap } from '../keys/key-map.svelte.ts';
import type { Direction } from './held.ts';

export type SteeringKey =
  | { kind: 'hold'; directions: Direction[] }
  | { kind: 'preset'; index: number }
  | { kind: 'home' | 'leave' | 'slow' };

const meanings = new Map<KeyAction, SteeringKey>([
  ['steer-left', { kind: 'hold', directions: ['left'] }],
  ['steer-right', { kind: 'hold', directions: ['right'] }],
  ['steer-up', { kind: 'hold', directions: ['up'] }],
  ['steer-down', { kind: 'hold', directions: ['down'] }],
  ['zoom-in', { kind: 'hold', directions: ['in'] }],
  ['zoom-out', { kind: 'hold', directions: ['out'] }],
  ['home', { kind: 'home' }],
]);

/** The key that begins steering, beside those of the page. */
export function beginsSteering(event: Pressed): boolean {
  return keyMap.actionOf('panes', event) === 'steer';
}

/** Undefined for a key that means nothing here, or belongs to the browser. */
export function steeringKey(event: Pressed): SteeringKey | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (/^[1-9]$/.test(event.key)) return { kind: 'preset', index: Number(event.key) - 1 };
  if (event.key === 'Escape') return { kind: 'leave' };
  if (event.key === 'Shift') return { kind: 'slow' };
  const action = keyMap.actionOf('steering', event);
  return action && meanings.get(action);
}

/** The same for a key however Shift changes between its press and its release; some keyboards name no place. */
export function nameOf({ code, key }: Pick<KeyboardEvent, 'code' | 'key'>): string {
  return code || key;
}
