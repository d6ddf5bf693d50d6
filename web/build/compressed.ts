/** Writes each file of the app in compressed form beside it, once and as small as it gets, so that no server does it per visit. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const [withBrotli, withGzip] = [promisify(brotliCompress), promisify(gzip)];
/** Those that are served so: under names that have their content's hash. */
const worthIt = /^assets\/.*\.(js|css|svg|json)$/;
/** Smaller ones fit into one packet anyway, bytes. */
const least = 1400;

export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    // After all that adds files.
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const files = Object.values(bundle).map((file) => ({
          name: file.fileName,
          bytes: Buffer.from(file.type === 'chunk' ? file.code : file.source),
        }));
        const large = files.filter(({ name, bytes }) => worthIt.test(name) && bytes.length > least);
        await Promise.all(
          large.map(async ({ name, bytes }) => {
            const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
            const [br, gz] = [withBrotli(bytes, { params }), withGzip(bytes, { level: 9 })];
            this.emitFile({ type: 'asset', fileName: `${name}.br`, source: await br });
            this.emitFile({ type: 'asset', fileName: `${name}.gz`, source: await gz });
          }),
        );
      },
    },
  };
}
