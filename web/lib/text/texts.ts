/**
 * Everything that the pages say, in the language of the console. Components and their models write no
 * sentence of their own: they name it here. What stands in a sentence is an argument of its function.
 */
import { en } from './en.ts';

/** What each language says: another one is a file beside `en.ts`, of this type. */
export type Texts = typeof en;

export const texts: Texts = en;
