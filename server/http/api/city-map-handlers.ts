/** The city's map: what it is, and parts of its archive. */
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { CityArchive } from '../../city-map/archive.ts';
import { RefusedError } from '../../contract/errors.ts';
import type { routes } from '../../contract/routes.ts';
import type { Handlers } from './serve.ts';

/** Of one part, bytes: a tile is far smaller, and so is a directory of tiles. */
const longestPart = 16_000_000;

export function cityMapHandlers(archive: CityArchive | undefined): Handlers<typeof routes.cityMap> {
  return {
    describe: () => ({ map: archive?.description ?? null }),
    async archive({ query }, { request, response }) {
      if (!archive) throw new RefusedError('not-found', 'This server has no map of the city.');
      const { size, description } = archive;
      const [part, ...more] = rangesOf(request.range(size)) ?? [];
      response.set({ 'Accept-Ranges': 'bytes', ETag: `"${description.of}"` });
      if (!part || more.length > 0 || part.end - part.start >= longestPart) {
        response.status(416).set('Content-Range', `bytes */${size}`).end();
        return;
      }
      response.status(206).set({
        'Content-Type': 'application/octet-stream',
        'Content-Length': `${part.end - part.start + 1}`,
        'Content-Range': `bytes ${part.start}-${part.end}/${size}`,
      });
      // Packed already. Whoever may see it keeps it: its address changes with it.
      const kept = query.of === description.of ? 'max-age=31536000, immutable' : 'no-cache';
      response.set('Cache-Control', `private, no-transform, ${kept}`);
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      try {
        await pipeline(archive.stream(part.start, part.end), response);
      } catch (error) {
        // Whoever asked has gone, as when the map is moved on before a tile has come.
        if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      }
    },
  };
}

/** A request for all of it, or for what cannot be understood, is for no part. */
const rangesOf = (asked: ReturnType<Request['range']>) =>
  Array.isArray(asked) ? asked : undefined;
