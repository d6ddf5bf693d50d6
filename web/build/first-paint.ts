/** Puts the script that chooses the theme into the head of each page, before all that is painted. */
import type { Plugin } from 'vite';
import { hashedName, inOnePiece } from './one-piece.ts';

/** Built once for all pages. */
let code: Promise<string> | undefined;
const builtCode = (): Promise<string> => (code ??= inOnePiece('lib/look/first-paint.ts'));

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
