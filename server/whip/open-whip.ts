/** Builds what serves WHIP and WHEP. */
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { RtpCapabilities } from '../contract/media.ts';
import type { ResourceKind } from '../contract/whip.ts';
import type { Excess } from '../limits/excess.ts';
import type { MediaPlane } from '../media/plane.ts';
import type { Guest } from '../participants/participant.ts';
import type { Rules } from '../participants/rules.ts';
import type { Zones } from '../zones/zones.ts';
import { Door } from './door.ts';
import { WhipFilming } from './filming.ts';
import { Resources } from './resources.ts';
import { WhepWatching } from './watching.ts';

export interface WhipParts {
  readonly rules: Rules;
  /** Where what takes part without a socket is kept for the rules of all. */
  readonly guests: Set<Guest>;
  readonly draining: () => boolean;
  readonly zones: Zones;
  readonly media: MediaPlane;
  /** What every router can do. */
  readonly able: RtpCapabilities;
  readonly excess: Excess;
  readonly log: Logger;
}

export interface Whip {
  readonly resources: Resources;
  readonly doors: Readonly<Record<ResourceKind, Door>>;
}

export function openWhip(settings: Settings, parts: WhipParts): Whip {
  const { rules, guests, draining, excess } = parts;
  const { redis_url, node } = settings.cluster;
  const resources = new Resources(settings.limits, {
    ...{ guests, excess },
    node: redis_url === '' ? undefined : node,
  });
  const shared = { resources, rules, draining };
  return {
    resources,
    doors: {
      whip: new Door('whip', new WhipFilming(parts), shared),
      whep: new Door('whep', new WhepWatching(parts), shared),
    },
  };
}
