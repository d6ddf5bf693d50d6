/** What follows when a camera is ended since it sends more than it may: it is on record, and shut out for a while. */
import type { Logger } from 'pino';
import { actorOf } from '../access/caller.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import { inWords } from '../zones/camera-place.ts';
import type { Recorder } from './recorder.ts';
import type { ShutOut } from './shut-out.ts';
import type { Participant } from './participant.ts';

export class BitRateLimit {
  readonly #log: Logger;
  readonly #audit: Recorder;
  readonly #shutOut: ShutOut;
  readonly #denied: (code: ErrorCode) => void;

  /** @param denied told the code of what is refused otherwise than by an answer */
  constructor(log: Logger, audit: Recorder, shutOut: ShutOut, denied: (code: ErrorCode) => void) {
    this.#log = log;
    this.#audit = audit;
    this.#shutOut = shutOut;
    this.#denied = denied;
  }

  /** @param excess bit/s */
  exceeded(
    participant: Participant,
    zone: ZoneId,
    excess: { readonly sent: number; readonly most: number },
  ): void {
    const { peer, address, caller } = participant;
    const { sent, most } = excess;
    this.#log.warn({ zone, peer, address, sent, most }, 'a camera sends more than it may');
    this.#denied('bit-rate-exceeded');
    const actor = actorOf(caller);
    this.#audit
      .record({ kind: 'filming', action: 'cut-off', actor, address, zone, detail: { sent, most } })
      // It is cut off whether or not that can be recorded.
      .catch((error: unknown) =>
        this.#log.error({ err: error, zone }, 'a cut-off is not in the audit'),
      );
    this.#shutOut.add(participant, zone, {
      code: 'bit-rate-exceeded',
      message: `This camera sent ${inWords(sent)} into ${zone}, where ${inWords(most)} are allowed.`,
    });
  }
}
