/** The one rule for names that people read: of people, of keys, from a single sign-on, and of cameras. */
import { z } from 'zod';

export const longestName = 64;

/**
 * What nobody sees, or what changes how the text around it is seen: control characters and line breaks;
 * format characters, among them zero-width and bidirectional ones and the soft hyphen; whatever Unicode
 * says is shown as nothing; halves of surrogate pairs; characters without a meaning agreed on (UTS #39,
 * UTR #36 §3). Two names that differ by these alone would look the same.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/u;
const everyUnseen = new RegExp(unseen, 'gu');
/** Line breaks and tabs part words, and so does each other kind of space. */
const spaces = /[\s\p{Zs}\p{Zl}\p{Zp}\u0085]+/gu;
/** More than a script needs: marks piled up cover the lines above and below. */
const piled = /(\p{M}{4})\p{M}+/gu;
const somethingToRead = /[\p{L}\p{N}]/u;

/** A name that a person types: refused when it breaks the rule, so that nobody gets another than was typed. */
export const Name = z
  .string()
  .max(longestName)
  .refine((text) => !unseen.test(text), 'A name has no invisible characters and no line breaks')
  .refine((text) => text.search(piled) < 0, 'A name has no piles of marks')
  .transform(tidy)
  .pipe(z.string().min(1).regex(somethingToRead, 'A name has at least one letter or digit'));

/**
 * A name that a machine tells, as a provider or a camera's driver: made to fit the rule, since nobody sits
 * there who could choose another one.
 * @returns empty when nothing is left that could be read
 */
export function fittingName(text: string): string {
  const seen = text.normalize('NFC').replaceAll(spaces, ' ').replaceAll(everyUnseen, '');
  const short = [...tidy(seen.replaceAll(piled, '$1'))];
  while (short.join('').length > longestName) short.pop();
  const name = short.join('').trim();
  return somethingToRead.test(name) ? name : '';
}

/** What a person writes in lines, as a note: without what nobody sees, and with no other spaces than single ones. */
export function fittingLines(text: string): string {
  const lines = text.split(/\r\n|\r|\n/);
  const seen = lines.map((line) => line.replaceAll(spaces, ' ').replaceAll(everyUnseen, ''));
  return seen
    .map((line) => tidy(line.replaceAll(piled, '$1')))
    .join('\n')
    .trim();
}

/** Written in one way (NFC), with single spaces and none around it. */
function tidy(text: string): string {
  return text.normalize('NFC').replaceAll(spaces, ' ').trim();
}
