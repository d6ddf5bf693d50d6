import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
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

export default defineConfig({
  root: 'web',
  plugins: [firstWords, firstPaint(), svelte({ configFile: false }), offlineApp()],
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 900 },
});
