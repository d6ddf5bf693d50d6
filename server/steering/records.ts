/** What the audit has of steering: each hand from taking to giving back, who was refused it, and changes of presets. */
import type { Logger } from 'pino';
import type { AuditEntry } from '../contract/audit.ts';
import type { PresetChange } from '../contract/steering.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Recorder } from '../participants/recorder.ts';
import { timeOfDay } from '../time.ts';
import type { Steerer } from '../zones/steering.ts';
import type { Lease } from './lease.ts';

const verbs = { save: 'preset-saved', rename: 'preset-renamed', remove: 'preset-removed' } as const;

export class SteeringRecords {
  readonly #zone: ZoneId;
  readonly #audit: Recorder;
  readonly #log: Logger;

  constructor(zone: ZoneId, audit: Recorder, log: Logger) {
    this.#zone = zone;
    this.#audit = audit;
    this.#log = log;
  }

  /** @returns when it is kept for good. @throws StoreError when it cannot be kept now */
  began(by: Steerer): Promise<void> {
    this.#log.info({ zone: this.#zone, peer: by.id }, 'somebody steers a camera');
    return this.#audit.record(this.#entry(by, 'began'), this.#nameOf(by));
  }

  /** @param to who has the hand next, if it was taken */
  ended({ by, since, moves, presets }: Lease, reason: string, to?: Steerer): void {
    const until = timeOfDay();
    this.#log.info({ zone: this.#zone, peer: by.id, moves, reason }, 'somebody steers no more');
    const detail = {
      ...{ from: new Date(since).toISOString(), to: new Date(until).toISOString() },
      ...{ moves, reason },
      ...(presets.size > 0 ? { presets: [...presets] } : {}),
      ...(to ? { by: to.name } : {}),
    };
    this.#audit.recordEnd(this.#entry(by, 'ended', detail), this.#nameOf(by));
  }

  /** @param holder who keeps the hand */
  refused(by: Steerer, holder: Steerer): void {
    this.#audit
      .record(this.#entry(by, 'refused', { holder: holder.name }))
      // The refusal stands, recorded or not.
      .catch((error: unknown) => this.#log.debug({ err: error }, 'a refusal is not in the audit'));
  }

  /** @param before the name that the preset has now */
  changed(by: Steerer, change: PresetChange, before: string | undefined): Promise<void> {
    const detail = {
      ...(change.kind === 'remove' ? {} : { name: change.name }),
      ...(before === undefined ? {} : { preset: before }),
    };
    return this.#audit.record(this.#entry(by, verbs[change.kind], detail));
  }

  #entry({ actor, address }: Steerer, action: string, detail?: AuditEntry['detail']): AuditEntry {
    const about = { kind: 'steering', action, actor, address, zone: this.#zone } as const;
    return detail ? { ...about, detail } : about;
  }

  #nameOf({ id }: Steerer): string {
    return `${id} steering ${this.#zone}`;
  }
}
