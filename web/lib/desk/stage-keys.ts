/** What the keys do at the desk, wherever the focus is but in a form: those of a wall, and a few of its own. */
import { intentOf, type Intent } from '../wall/keys.ts';

const typing = 'input, select, textarea, dialog';
const controls = `${typing}, button:not(.face), a`;

/** Undefined for a key that means nothing here, or belongs to what has the focus. */
export function deskIntentOf(event: KeyboardEvent): Intent | undefined {
  const { target } = event;
  const within = (selector: string): boolean =>
    target instanceof HTMLElement && target.closest(selector) !== null;
  if (event.defaultPrevented || within(typing)) return undefined;
  const intent = intentOf(event);
  return intent?.kind === 'search' || !within(controls) ? intent : undefined;
}
