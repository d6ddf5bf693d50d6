/** A zone as it stands in a roll. */
import type { ZoneSummary } from '../contract/zone.ts';

export interface Entry extends ZoneSummary {
  readonly listed: boolean;
  /** Whether another node has a camera of it. */
  readonly isElsewhere?: boolean;
}
