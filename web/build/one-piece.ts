/** Scripts that no module may be: built each into one file of its own. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { build, type Rollup } from 'vite';

/**
 * The script and all that it imports, in one piece that any page may run.
 * @param define what is put in place of names
 */
export async function inOnePiece(
  entry: string,
  define: Record<string, string> = {},
): Promise<string> {
  const built = await build({
    configFile: false,
    define,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: {
        input: path.join(import.meta.dirname, '..', entry),
        output: { format: 'iife' },
      },
    },
  });
  const [chunk] = (built as Rollup.RollupOutput).output;
  return chunk.code;
}

/** A name under which it can be cached for good, since other content has another name. */
export function hashedName(name: string, content: string): string {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
  return `assets/${name}-${hash}.js`;
}
