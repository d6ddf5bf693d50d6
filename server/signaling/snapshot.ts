/** A snapshot is made on the page, but only after the server has recorded it: nobody takes a picture unseen. */
import { actorOf } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Response } from '../contract/events.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Limits } from '../participants/limits.ts';
import { demandMay } from '../participants/permission.ts';
import type { Recorder } from '../participants/recorder.ts';
import type { TabSession } from './tab-session.ts';

export class Snapshots {
  readonly #limits: Limits;
  readonly #audit: Recorder;

  constructor(limits: Limits, audit: Recorder) {
    this.#limits = limits;
    this.#audit = audit;
  }

  /** Answers `snapshot` once it is kept for good that a picture of the watched zone is saved. */
  async take(session: TabSession, zone: ZoneId): Promise<Response<'snapshot'>> {
    demandMay(session, 'zone:snapshot', zone);
    if (!session.viewing.zones.has(zone)) {
      throw new RefusedError('not-joined', `This session does not watch ${zone}.`);
    }
    this.#limits.record(session, 1);
    const { address, caller } = session;
    const actor = actorOf(caller);
    await this.#audit.record({ kind: 'snapshot', action: 'taken', actor, address, zone });
    return {};
  }
}
