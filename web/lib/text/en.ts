/** English, the language that all others follow: one file for each area of the console. */
import { site } from './en/site.ts';

export const en = { site };
