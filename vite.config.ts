import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { compressed } from './web/build/compressed.ts';
import { firstPaint } from './web/build/first-paint.ts';
import { offlineApp } from './web/build/offline.ts';
import { texts } from './web/lib/text/texts.ts';

/** The few words that the page says before its scripts have come. */
const firstWords: Plugin = {
  name: 'first-words',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html.replaceAll(
        /\{(language|name|notCome)\}/g,
        (_, word: 'language' | 'name' | 'notCome') => texts.site[word],
      ),
  },
};

/**
 * The app is a chunk of its own, which comes after its language: named in the page, it is on its way at once, so that
 * English waits for nothing more than it did as one chunk.
 */
const appOnItsWay: Plugin = {
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

/**
 * The first load in two pieces, each with all that it imports: what decides the language, and the app, whose modules
 * read their words as they load. Many small ones would be larger, and wait for each other's connections.
 */
const groups = [
  { name: 'words', test: /\/web\/main\.ts$/, priority: 2 },
  { name: 'console', test: /\/web\/console\.ts$/, priority: 1 },
];

export default defineConfig({
  root: 'web',
  plugins: [
    firstWords,
    firstPaint(),
    appOnItsWay,
    svelte({ configFile: false }),
    offlineApp(),
    compressed(),
  ],
  build: {
    ...{ outDir: '../dist/web', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 900 },
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
});
