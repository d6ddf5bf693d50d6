import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { appOnItsWay } from './web/build/app-on-its-way.ts';
import { compressed } from './web/build/compressed.ts';
import { firstPaint, firstParagraphs } from './web/build/first-paint.ts';
import { offlineApp } from './web/build/offline.ts';
import { words } from './web/build/words.ts';
import { texts } from './web/lib/text/texts.ts';

/** The few words that the page says before its scripts have come. */
const { language, name } = texts.site;

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
    words({ language, name, notCome: firstParagraphs }),
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
