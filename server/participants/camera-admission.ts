/** Whether a camera may begin to film a zone: the one rule for whatever it comes by. */
import type { Logger } from 'pino';
import type { Camera } from '../zones/camera.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Holding, Ownership } from '../zones/ownership.ts';
import type { Hiding } from '../zones/masking.ts';
import type { Zones } from '../zones/zones.ts';
import type { Culprits } from './culprits.ts';
import type { Limits } from './limits.ts';
import type { NewWork } from './new-work.ts';
import type { Participant } from './participant.ts';
import type { ShutOut } from './shut-out.ts';

/** Who wants to film. */
export interface Claimer extends Participant, Pick<Camera, 'window'> {}

export interface CameraAdmissionParts {
  readonly zones: Zones;
  /** Whether a zone's camera may be at this node. */
  readonly ownership: Ownership;
  /** Hears what other servers have changed up to now. @throws StoreError when that cannot be known */
  readonly lookAround: () => Promise<void>;
  readonly limits: Limits;
  readonly newWork: NewWork;
  readonly culprits: Culprits;
  readonly shutOut: ShutOut;
  readonly log: Logger;
}

export class CameraAdmission {
  readonly #parts: CameraAdmissionParts;

  constructor(parts: CameraAdmissionParts) {
    this.#parts = parts;
  }

  /**
   * @param demandPresence throws when whoever wants to film has gone meanwhile
   * @returns the zone, held for a camera of this claimer; undefined where it films there already
   * @throws RefusedError when it may not film there now
   */
  async admit(
    claimer: Claimer,
    id: ZoneId,
    { canMask, canCover }: Hiding,
    demandPresence: () => void,
  ): Promise<Holding | undefined> {
    const { zones, newWork, culprits, shutOut, lookAround, ownership, limits } = this.#parts;
    shutOut.admit(claimer, id);
    culprits.admit(claimer, id);
    // Masks that another server was given a moment ago hold for whoever begins now.
    if (!films(claimer, id)) await lookAround();
    zones.find(id)?.requireMasking(canMask, canCover);
    if (films(claimer, id)) {
      this.#makeRoom(claimer, id);
      return undefined;
    }
    newWork.ofCamera(id);
    const holding = await ownership.take(id, claimer, () => limits.mayJoin(claimer, new Set([id])));
    try {
      demandPresence();
      zones.find(id)?.requireMasking(canMask, canCover);
      this.#makeRoom(claimer, id);
      return holding;
    } catch (error) {
      holding.release();
      throw error;
    }
  }

  /** Ends whoever has the place and has to give it over. @throws RefusedError */
  #makeRoom(claimer: Claimer, id: ZoneId): void {
    const { zones, limits, log } = this.#parts;
    const zone = zones.find(id);
    const yielding = films(claimer, id) ? undefined : zone?.whoYields(claimer);
    // Counted before anybody has to go, and not for a spare that is refused again and again.
    limits.join(claimer, new Set([id]));
    if (!zone || !yielding) return;
    const { holder, reason } = yielding;
    const fields = { zone: id, peer: holder.peer, by: claimer.peer, reason: reason.text };
    log.info(fields, 'camera replaced');
    zone.makeRoom(yielding);
  }
}

function films({ camera }: Participant, id: ZoneId): boolean {
  return camera?.zone.id === id;
}
