/**
 * Everything that the pages say, in the language of the console. Components and their models write no
 * sentence of their own: they name it here. What stands in a sentence is an argument of its function.
 */
import { en } from './en.ts';

/** What each language says: another one is a file beside `en.ts`, of this type. */
export type Texts = typeof en;

/** English until `speak`. Modules read it as they load, so that comes before any of them. */
export const texts: Texts = { ...en };

/** From here on, all that is said is of this catalogue. */
export function speak(catalogue: Texts): void {
  Object.assign(texts, catalogue);
}
