/** Names the app's files in the page, so that they come together with what decides its language. */
import type { Plugin } from 'vite';

/**
 * The app is a chunk of its own, which comes after its language: named in the page, it is on its way at once, so that
 * English waits for nothing more than it did as one chunk.
 */
export const appOnItsWay: Plugin = {
  name: 'app-on-its-way',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const app = chunks.find(({ moduleIds }) =>
        moduleIds.some((id) => id.endsWith('/web/console.ts')),
      );
      if (!app) return [];
      const needed = new Set([app.fileName]);
      for (const name of needed) {
        const chunk = chunks.find(({ fileName }) => fileName === name);
        for (const imported of chunk?.imports ?? []) needed.add(imported);
      }
      const styles = chunks
        .filter(({ fileName }) => needed.has(fileName))
        .flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
      const link = (rel: string, href: string) => ({
        tag: 'link',
        attrs: { rel, crossorigin: true, href: `/${href}` },
      });
      return [
        ...[...needed]
          .filter((name) => !html.includes(name))
          .map((name) => link('modulepreload', name)),
        ...styles.map((name) => link('stylesheet', name)),
      ];
    },
  },
};
