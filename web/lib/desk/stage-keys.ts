/** What the keys do at the desk, wherever the focus is but in a form: those of a wall, and a few of its own. */
import { isControl, isField } from '../keys/focus.ts';
import { intentOf, type Intent } from '../wall/keys.ts';

/** Undefined for a key that means nothing here, or belongs to what has the focus. */
export function deskIntentOf(event: KeyboardEvent): Intent | undefined {
  if (event.defaultPrevented || isField(event.target)) return undefined;
  const intent = intentOf(event);
  return intent?.kind === 'search' || !isControl(event.target) ? intent : undefined;
}
