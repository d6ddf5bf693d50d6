/** What the keys do on a wall. */
import { texts } from '../text/texts.ts';

export type Intent =
  | { kind: 'focus'; columns: number; rows: number }
  | { kind: 'move'; columns: number; rows: number }
  | { kind: 'pick'; digit: number }
  | { kind: 'page'; by: number }
  | { kind: 'enlarge' | 'restore' | 'full-screen' | 'figures' | 'pause-tour' | 'steer' };

const arrows = new Map([
  ['ArrowLeft', { columns: -1, rows: 0 }],
  ['ArrowRight', { columns: 1, rows: 0 }],
  ['ArrowUp', { columns: 0, rows: -1 }],
  ['ArrowDown', { columns: 0, rows: 1 }],
]);

const keys = new Map<string, Intent>([
  ['Enter', { kind: 'enlarge' }],
  ['Escape', { kind: 'restore' }],
  ['f', { kind: 'full-screen' }],
  ['i', { kind: 'figures' }],
  ['p', { kind: 'steer' }],
  [' ', { kind: 'pause-tour' }],
  ['PageUp', { kind: 'page', by: -1 }],
  ['PageDown', { kind: 'page', by: 1 }],
]);

export const keyHelp = texts.wall.keys;

/** Undefined for a key that means nothing here, or belongs to the browser or a form. */
export function intentOf(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): Intent | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const arrow = arrows.get(event.key);
  if (arrow) return { kind: event.shiftKey ? 'move' : 'focus', ...arrow };
  if (/^[0-9]$/.test(event.key)) return { kind: 'pick', digit: Number(event.key) };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return keys.get(key);
}
