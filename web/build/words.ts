/** Puts words into a page in place of their names in braces: what it says where it cannot ask the catalogue. */
import type { Plugin } from 'vite';

export function words(said: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'words',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replaceAll(/\{(\w+)\}/g, (whole, name: string) => said[name] ?? whole),
    },
  };
}
