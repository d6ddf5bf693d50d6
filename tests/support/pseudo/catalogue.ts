/**
 * English made unlike English: `[Šĩġñ ĩñ ~~~]`, with other letters, 40 % longer, in brackets. What stands on a page
 * without them is in no catalogue; what cannot hold it could not hold other languages either. Bundled by
 * `pseudo-language.ts` in place of the German chunk, so no build of the console has it.
 */
import { en } from '../../../web/lib/text/en.ts';
import type { Texts } from '../../../web/lib/text/texts.ts';

const letters = new Map(
  [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter, index) => [
    letter,
    [...'åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ'][index] ?? letter,
  ]),
);

/** What is no language: tags, commands, and names of keys. */
const kept = new Set<unknown>([
  ...[en.site.language, en.site.locale, en.site.direction],
  ...[en.programs.lines, en.keys.names],
]);

/** Longer by 40 % in words of eight letters, as a translation might be. */
function longer(text: string): string {
  const padding = '~'.repeat(Math.ceil(text.length * 0.4)).match(/.{1,8}/g) ?? [];
  return `[${text} ${padding.join(' ')}]`;
}

/** @param data what stands in it as it is: names of zones and people, figures */
function translated(text: string, data: readonly unknown[]): string {
  if (!/\p{L}/u.test(text)) return text;
  const given = data.flat().filter((each) => typeof each === 'string' && each !== '');
  let rest = text;
  let said = '';
  while (rest !== '') {
    const known = given.find((each) => rest.startsWith(String(each)));
    said += known ?? letters.get(rest.charAt(0)) ?? rest.charAt(0);
    rest = rest.slice(String(known ?? ' ').length);
  }
  return longer(said);
}

function pseudo<T>(said: T, data: readonly unknown[] = []): T {
  if (kept.has(said)) return said;
  if (typeof said === 'string') return translated(said, data) as T;
  if (Array.isArray(said)) return said.map((each: unknown) => pseudo(each, data)) as T;
  if (typeof said === 'function')
    return ((...given: unknown[]) =>
      pseudo((said as (...all: unknown[]) => unknown)(...given), given)) as T;
  if (typeof said !== 'object' || said === null) return said;
  return Object.fromEntries(
    Object.entries(said).map(([name, each]) => [name, pseudo(each as unknown, data)]),
  ) as T;
}

/** Under the name by which the console asks for German. */
export const de: Texts = pseudo(en);
