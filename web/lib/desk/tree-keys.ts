/** What the keys do in the navigator's tree (WAI-ARIA authoring practices, tree view), beside those of the desk. */
import type { Row } from './rows.ts';

export type TreeIntent =
  | { kind: 'go'; to: number }
  | { kind: 'fold' | 'open' | 'star' }
  | { kind: 'digit'; digit: string }
  | { kind: 'forget' };

/**
 * @param at the row that has the focus
 * @param page rows that Page Up and Page Down pass
 * @returns undefined for a key that means nothing here
 */
export function treeIntent(
  { key, ctrlKey, altKey, metaKey }: KeyboardEvent,
  rows: readonly Row[],
  at: number,
  page: number,
): TreeIntent | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  const row = rows[at];
  const go = (to: number): TreeIntent => ({
    kind: 'go',
    to: Math.max(0, Math.min(rows.length - 1, to)),
  });
  if (/^[0-9]$/.test(key)) return { kind: 'digit', digit: key };
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
      if (row?.type !== 'group') return go(at);
      return row.open ? go(at + 1) : { kind: 'fold' };
    case 'ArrowLeft':
      if (row?.type === 'group' && row.open) return { kind: 'fold' };
      return go(parentOf(rows, at));
    case 'Enter':
    case ' ':
      return { kind: 'open' };
    case 's':
      return { kind: 'star' };
    case 'Escape':
      return { kind: 'forget' };
    default:
      return undefined;
  }
}

function parentOf(rows: readonly Row[], at: number): number {
  const level = rows[at]?.level ?? 1;
  for (let index = at - 1; index >= 0; index -= 1) {
    if ((rows[index]?.level ?? level) < level) return index;
  }
  return at;
}
