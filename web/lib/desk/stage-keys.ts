/** What the keys do at the desk, wherever the focus is but in a form: those of a wall, and a few of its own. */
import { intentOf, type Intent } from '../wall/keys.ts';

export type DeskIntent = Intent | { kind: 'search' | 'close' };

const typing = 'input, select, textarea, dialog';
const controls = `${typing}, button:not(.face), a`;

/** Undefined for a key that means nothing here, or belongs to what has the focus. */
export function deskIntentOf(event: KeyboardEvent): DeskIntent | undefined {
  const { target, key, ctrlKey, altKey, metaKey } = event;
  const within = (selector: string): boolean =>
    target instanceof HTMLElement && target.closest(selector) !== null;
  if (event.defaultPrevented || ctrlKey || altKey || metaKey || within(typing)) return undefined;
  if (key === '/') return { kind: 'search' };
  if (within(controls)) return undefined;
  if (key === 'Delete' || key === 'Backspace') return { kind: 'close' };
  return intentOf(event);
}
