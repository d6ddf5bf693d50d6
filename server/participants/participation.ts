/** How somebody takes part in a zone and how that ends: the one home of its log lines and records. */
import type { Logger } from 'pino';
import { actorOf } from '../access/caller.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Recorder } from './recorder.ts';
import type { Participant } from './participant.ts';
import { timeOfDay } from '../time.ts';

type Role = 'camera' | 'operator';
const kinds = { camera: 'filming', operator: 'watching' } as const;

export class Participation {
  readonly #log: Logger;
  readonly #audit: Recorder;

  constructor(log: Logger, audit: Recorder) {
    this.#log = log;
    this.#audit = audit;
  }

  /** @returns when it is kept that it takes part */
  began(participant: Participant, role: Role, zone: ZoneId): Promise<void> {
    const { peer, address, caller } = participant;
    this.#log.info({ zone, role, peer, address }, 'session started');
    const actor = actorOf(caller);
    const entry = { kind: kinds[role], action: 'began', actor, address, zone } as const;
    return this.#audit.record(entry, nameOf(participant, role, zone));
  }

  /** @param since when the part began, ms since the epoch */
  ended(participant: Participant, role: Role, zone: ZoneId, since: number): void {
    const until = timeOfDay();
    const { peer, address, caller } = participant;
    this.#log.info({ zone, role, peer, duration: until - since }, 'session ended');
    const detail = { from: new Date(since).toISOString(), to: new Date(until).toISOString() };
    const actor = actorOf(caller);
    // What has ended cannot be refused any more; it waits for a store that cannot be used.
    this.#audit.recordEnd(
      { kind: kinds[role], action: 'ended', actor, address, zone, detail },
      nameOf(participant, role, zone),
    );
  }
}

/** Nobody takes part in a zone twice at a time. */
function nameOf({ peer }: Participant, role: Role, zone: ZoneId): string {
  return `${peer} ${role} ${zone}`;
}
