import type { Logger } from 'pino';
import type { Gate } from '../access/caller.ts';
import type { Settings } from '../config.ts';
import type { AuditEntry } from '../contract/audit.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { ZonePrivacy } from '../zones/zone-privacy.ts';
import type { Sfu } from '../media/sfu.ts';
import type { Metrics } from '../metrics.ts';
import type { BitRates } from '../zones/bit-rates.ts';
import type { ZoneRegistry } from '../zones/registry.ts';
import type { Culprits } from './culprits.ts';
import type { Drain } from './drain.ts';
import type { Feeds } from './feeds.ts';
import type { Limits } from './limits.ts';
import type { Session } from './session.ts';
import type { ShutOut } from './shut-out.ts';

/** Where it is kept who did what. */
export interface Recorder {
  /** Resolves when the record is kept for good. @param opens names what goes on from now */
  record(entry: AuditEntry, opens?: string): Promise<void>;
  /** Keeps the end of what was opened, as soon as that can be done. */
  recordEnd(entry: AuditEntry, closes: string): void;
}

/** What the handlers of events work with. */
export interface Context {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly sfu: Sfu;
  readonly gate: Gate;
  readonly audit: Recorder;
  readonly privacy: ZonePrivacy;
  /** Hears what other servers have changed up to now. @throws StoreError when that cannot be known */
  readonly lookAround: () => Promise<void>;
  readonly zones: ZoneRegistry;
  readonly feeds: Feeds;
  readonly culprits: Culprits;
  readonly drain: Drain;
  readonly limits: Limits;
  /** How much cameras may send. */
  readonly bitRates: BitRates;
  readonly shutOut: ShutOut;
  /** Told the code of what is refused otherwise than by an answer. */
  readonly denied: (code: ErrorCode) => void;
  readonly sessions: Map<string, Session>;
}
