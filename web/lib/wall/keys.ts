/** What the keys do on a wall. */
import type { KeyAction } from '../keys/actions.ts';
import type { Pressed } from '../keys/chord.ts';
import { keyMap } from '../keys/key-map.svelte.ts';

export type Intent =
  | { kind: 'focus'; columns: number; rows: number }
  | { kind: 'move'; columns: number; rows: number }
  | { kind: 'pick'; digit: number }
  | { kind: 'page'; by: number }
  | { kind: 'enlarge' | 'restore' | 'full-screen' | 'figures' | 'pause-tour' | 'steer' }
  | { kind: 'search' | 'close' };

/** What a tile does itself is not here. */
const intents = new Map<KeyAction, Intent>([
  ['choose-left', { kind: 'focus', columns: -1, rows: 0 }],
  ['choose-right', { kind: 'focus', columns: 1, rows: 0 }],
  ['choose-up', { kind: 'focus', columns: 0, rows: -1 }],
  ['choose-down', { kind: 'focus', columns: 0, rows: 1 }],
  ['move-left', { kind: 'move', columns: -1, rows: 0 }],
  ['move-right', { kind: 'move', columns: 1, rows: 0 }],
  ['move-up', { kind: 'move', columns: 0, rows: -1 }],
  ['move-down', { kind: 'move', columns: 0, rows: 1 }],
  ['enlarge', { kind: 'enlarge' }],
  ['full-screen', { kind: 'full-screen' }],
  ['figures', { kind: 'figures' }],
  ['steer', { kind: 'steer' }],
  ['pause-tour', { kind: 'pause-tour' }],
  ['page-up', { kind: 'page', by: -1 }],
  ['page-down', { kind: 'page', by: 1 }],
  ['search', { kind: 'search' }],
  ['close', { kind: 'close' }],
]);

/** Undefined for a key that means nothing here, or belongs to the browser or a form. */
export function intentOf(event: Pressed): Intent | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (event.key === 'Escape') return { kind: 'restore' };
  if (/^[0-9]$/.test(event.key)) return { kind: 'pick', digit: Number(event.key) };
  const action = keyMap.actionOf('panes', event);
  return action && intents.get(action);
}
