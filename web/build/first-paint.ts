/** Puts the script that chooses theme and language into the head of each page, before all that is painted. */
import type { Plugin } from 'vite';
import { site as german } from '../lib/text/de/site.ts';
import { site as english } from '../lib/text/en/site.ts';
import type { Language } from '../lib/text/languages.ts';
import { firstWords } from '../lib/language/first-words.ts';
import { hashedName, inOnePiece } from './one-piece.ts';

/** What is said before any catalogue has come. */
const sites: Record<Language, Pick<typeof english, 'name' | 'notCome'>> = {
  en: english,
  de: german,
};
const languages = Object.entries(sites);
const pageNames = Object.fromEntries(languages.map(([language, { name }]) => [language, name]));

/** For the page, in each language: the script shows one of them. */
export const firstParagraphs = languages
  .map(([language, { notCome }]) => `<p class="${firstWords}" lang="${language}">${notCome}</p>`)
  .join('\n');

/** Built once for all pages. */
let code: Promise<string> | undefined;
const builtCode = (): Promise<string> =>
  (code ??= inOnePiece('lib/look/first-paint.ts', { pageNames: JSON.stringify(pageNames) }));

export function firstPaint(): Plugin {
  let serving = false;
  return {
    name: 'first-paint',
    configResolved({ command }) {
      serving = command === 'serve';
    },
    async generateBundle() {
      const source = await builtCode();
      this.emitFile({ type: 'asset', fileName: hashedName('first-paint', source), source });
    },
    async transformIndexHtml() {
      const source = await builtCode();
      // The development server has no content security policy, and no file to point at.
      if (serving) return [{ tag: 'script', children: source, injectTo: 'head' as const }];
      const src = `/${hashedName('first-paint', source)}`;
      return [{ tag: 'script', attrs: { src }, injectTo: 'head' as const }];
    },
  };
}
