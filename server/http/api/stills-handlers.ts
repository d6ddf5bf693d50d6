/** Stills of zones, for whoever may watch them. To look at one is to watch: it is in the audit, once in a while. */
import { createHash } from 'node:crypto';
import type { Audit } from '../../audit/audit.ts';
import { StillLooks } from '../../audit/still-looks.ts';
import type { routes } from '../../contract/routes.ts';
import type { ZoneId } from '../../contract/zone.ts';
import { byOf, demand } from '../caller.ts';
import type { Handler, Handlers } from './serve.ts';

/** @throws RefusedError `not-found` where there is none */
export type TakeStill = (zone: ZoneId) => Promise<{ picture: Uint8Array; at: number }>;

export function stillsHandlers(
  takeStill: TakeStill,
  audit: Pick<Audit, 'record'>,
): Handlers<typeof routes.stills> {
  const looks = new StillLooks(audit);
  const take: Handler<(typeof routes.stills)['take' | 'takeV1']> = async (
    { params: { zone } },
    { request, response, caller },
  ) => {
    const { picture, at } = await takeStill(zone);
    await looks.at(zone, byOf(request, caller));
    const taken = new Date(at);
    const tag = `"${createHash('sha256').update(picture).digest('base64url')}"`;
    response.set({
      'Content-Type': 'image/jpeg',
      'Cache-Control': 'no-store',
      'Last-Modified': taken.toUTCString(),
      'Taken-At': taken.toISOString(),
      ETag: tag,
    });
    // Of a picture that has not changed, its new time is enough.
    if (request.headers['if-none-match'] === tag) response.status(304).end();
    else response.end(picture);
  };
  return {
    take,
    takeV1: take,
    async list({ body: { zones } }, { request, response, caller }) {
      for (const zone of zones) demand(response, 'zone:watch', zone);
      await looks.list(zones, byOf(request, caller));
      return {};
    },
  };
}
