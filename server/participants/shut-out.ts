/** Cameras that did harm and are not let in again for a while: longer each time that they come back and do it. */
import { RefusedError, type ErrorCode } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Speaker } from './participant.ts';

const least = 10_000; // ms
const most = 300_000; // ms
/** After this long without harm, a camera's history is forgotten, ms. */
const forgiven = 600_000;

type Identified = Pick<Speaker, 'caller' | 'address'>;

interface Entry {
  readonly code: ErrorCode;
  readonly message: string;
  readonly until: number;
  readonly time: number;
}

export class ShutOut {
  readonly #entries = new Map<string, Entry>();

  /**
   * @param code of the refusal, when it comes back too early
   * @param message what it did
   */
  add(
    who: Identified,
    zone: ZoneId,
    { code, message }: { code: ErrorCode; message: string },
  ): void {
    const now = performance.now();
    for (const [name, { until }] of this.#entries) {
      if (until + forgiven < now) this.#entries.delete(name);
    }
    const name = nameOf(who, zone);
    const before = this.#entries.get(name);
    const time = before ? Math.min(most, before.time * 2) : least;
    this.#entries.set(name, { code, message, time, until: now + time });
  }

  /** @throws RefusedError while its camera is shut out of the zone */
  admit(who: Identified, zone: ZoneId): void {
    const entry = this.#entries.get(nameOf(who, zone));
    const left = (entry?.until ?? 0) - performance.now();
    if (!entry || left <= 0) return;
    const wait = Math.ceil(left / 1000);
    throw new RefusedError(entry.code, `${entry.message} It is let in again in ${wait} s.`);
  }
}

/** The person or key, by whatever tab or socket it comes; in the open mode, an address. */
function nameOf({ caller, address }: Identified, zone: ZoneId): string {
  return `${caller.via.kind === 'open' ? address : caller.principal.id} ${zone}`;
}
