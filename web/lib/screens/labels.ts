/** Screens as they are told apart in a list. */
import type { Screen } from '../../../server/contract/screen.ts';
import { texts } from '../text/texts.ts';

/** Each with its name, what it is and who is signed in there; those that would read the same are numbered. */
export function labelled(screens: readonly Screen[]): { id: string; label: string }[] {
  const times = new Map<string, number>();
  return screens.map(({ id, name, page, who }) => {
    const label = texts.screens.label(name, texts.screens.pages[page], who);
    const time = (times.get(label) ?? 0) + 1;
    times.set(label, time);
    return { id, label: time === 1 ? label : texts.screens.again(label, time) };
  });
}
