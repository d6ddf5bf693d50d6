/** The server's entry: it looks at what must be right before the rest can even be read. */
import { openFileTrouble } from './open-files.mjs';

const trouble = openFileTrouble(0);
if (trouble) {
  process.stderr.write(`${trouble}\n`);
  process.exit(1);
}
await import('./run.ts');
