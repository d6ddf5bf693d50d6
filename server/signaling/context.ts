import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { Sfu } from '../media/sfu.ts';
import type { ZoneRegistry } from '../zones/registry.ts';
import type { Drain } from './drain.ts';
import type { Feeds } from './feeds.ts';
import type { Session } from './session.ts';

/** What the handlers of events work with. */
export interface Context {
  readonly settings: Settings;
  readonly log: Logger;
  readonly sfu: Sfu;
  readonly zones: ZoneRegistry;
  readonly feeds: Feeds;
  readonly drain: Drain;
  readonly sessions: Map<string, Session>;
}
