/** Builds the page that stands in for the server while it is away, and the service worker that brings it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';
import { pagePaths } from '../../server/contract/page.ts';
import { offline } from '../lib/text/en/look.ts';
import { site } from '../lib/text/en/site.ts';
import { firstPaint } from './first-paint.ts';
import { inOnePiece } from './one-piece.ts';
import { words } from './words.ts';

const page = 'offline.html';
/** It cannot ask for its words, so they are in it. */
const said = { language: site.language, ...offline };

/** The page with its own script and styles: it shares none with the app, which may be of another build by then. */
async function offlinePage(): Promise<Rollup.RollupOutput['output']> {
  const root = path.join(import.meta.dirname, '..');
  const built = await build({
    ...{ root, configFile: false, publicDir: false, logLevel: 'warn' },
    plugins: [words(said), firstPaint()],
    build: { write: false, target: 'es2022', rollupOptions: { input: path.join(root, page) } },
  });
  return (built as Rollup.RollupOutput).output;
}

export function offlineApp(): Plugin {
  return {
    name: 'offline-app',
    apply: 'build',
    // After the pages, whose files have their names by then.
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const files = await offlinePage();
      // Names have the hash of what is in the files, so another build has others.
      const version = createHash('sha256').update(Object.keys(bundle).sort().join());
      for (const file of files) {
        const source = file.type === 'chunk' ? file.code : file.source;
        version.update(source);
        if (bundle[file.fileName]) continue; // The app has it, too.
        this.emitFile({ type: 'asset', fileName: file.fileName, source });
      }
      const names = [
        page,
        ...files.map(({ fileName }) => fileName).filter((name) => name !== page),
      ];
      const source = await inOnePiece('lib/offline/service-worker.ts', {
        builtVersion: JSON.stringify(version.digest('hex').slice(0, 12)),
        offlineFiles: JSON.stringify(names.map((name) => `/${name}`)),
        pagePaths: JSON.stringify(pagePaths),
      });
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
