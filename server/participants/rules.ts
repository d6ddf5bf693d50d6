/** What holds for all who take part, whatever carries them; built once for a node. */
import type { Logger } from 'pino';
import type { Capacity } from '../capacity/capacity.ts';
import type { Settings } from '../config.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { IceServer } from '../contract/media.ts';
import type { Excess } from '../limits/excess.ts';
import { iceServersFor } from '../media/ice-servers.ts';
import type { MediaPlane } from '../media/plane.ts';
import type { Metrics } from '../metrics.ts';
import type { Ownership } from '../zones/ownership.ts';
import type { Zones } from '../zones/zones.ts';
import { BitRateLimit } from './bit-rate-limit.ts';
import { CameraAdmission } from './camera-admission.ts';
import { Culprits } from './culprits.ts';
import { Everyone } from './everyone.ts';
import { Limits } from './limits.ts';
import { NewWork } from './new-work.ts';
import { Participation } from './participation.ts';
import { relayHolderOf, type Speaker } from './participant.ts';
import type { Recorder } from './recorder.ts';
import { ShutOut } from './shut-out.ts';

export interface RulesParts {
  readonly zones: Zones;
  readonly media: MediaPlane;
  readonly capacity: Capacity;
  readonly ownership: Ownership;
  readonly audit: Recorder;
  /** Hears what other servers have changed up to now. @throws StoreError when that cannot be known */
  readonly lookAround: () => Promise<void>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly excess: Excess;
}

export interface Rules {
  readonly everyone: Everyone;
  readonly limits: Limits;
  readonly newWork: NewWork;
  readonly culprits: Culprits;
  readonly cameraAdmission: CameraAdmission;
  readonly bitRateLimit: BitRateLimit;
  readonly participation: Participation;
  /** Told the code of each refusal. */
  readonly denied: (code: ErrorCode) => void;
  readonly iceServers: (speaker: Pick<Speaker, 'caller' | 'address'>) => IceServer[];
}

export function rulesOf(settings: Settings, parts: RulesParts): Rules {
  const { zones, media, capacity, ownership, audit, lookAround, log, metrics, excess } = parts;
  const everyone = new Everyone();
  const limits = new Limits(settings.limits, excess, everyone);
  const culprits = new Culprits(media, settings.camera.shut_out);
  const newWork = new NewWork({ capacity, media, zones, grace: settings.session.grace });
  const shutOut = new ShutOut();
  const denied = (code: ErrorCode): void => metrics.denied(code);
  return {
    ...{ everyone, limits, culprits, newWork },
    cameraAdmission: new CameraAdmission({
      ...{ zones, ownership, lookAround, limits, newWork, culprits, shutOut, log },
    }),
    bitRateLimit: new BitRateLimit(log, audit, shutOut, denied),
    denied,
    participation: new Participation(log, audit),
    iceServers: (speaker) => iceServersFor(settings, relayHolderOf(speaker)),
  };
}
