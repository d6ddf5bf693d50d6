/** Stills of zones, for whoever may watch them. To look at one is to watch: it is in the audit, once in a while. */
import type { Audit } from '../../audit/audit.ts';
import { recordedFor } from '../../audit/sights.ts';
import { Budget } from '../../limits/budget.ts';
import type { routes } from '../../contract/routes.ts';
import type { ZoneId } from '../../contract/zone.ts';
import { byOf } from '../caller.ts';
import type { Handler, Handlers } from './serve.ts';

/** @throws RefusedError `not-found` where there is none */
export type TakeStill = (zone: ZoneId) => Promise<{ picture: Uint8Array; at: number }>;

export function stillsHandlers(
  takeStill: TakeStill,
  audit: Pick<Audit, 'record'>,
): Handlers<typeof routes.stills> {
  const records = new Budget(1, recordedFor);
  const take: Handler<(typeof routes.stills)['take' | 'takeV1']> = async (
    { params: { zone } },
    { request, response, caller },
  ) => {
    const { picture, at } = await takeStill(zone);
    const by = byOf(request, caller);
    // Where there are no accounts, who looks is told by the address alone.
    const name = `${by.actor.kind === 'anyone' ? by.address : by.actor.id} ${zone}`;
    if (records.take(name)) {
      try {
        await audit.record({ kind: 'watching', action: 'looked', ...by, zone });
      } catch (error) {
        records.forget(name);
        throw error;
      }
    }
    const taken = new Date(at);
    response.set({
      'Content-Type': 'image/jpeg',
      'Cache-Control': 'no-store',
      'Last-Modified': taken.toUTCString(),
      'Taken-At': taken.toISOString(),
    });
    response.end(picture);
  };
  return { take, takeV1: take };
}
