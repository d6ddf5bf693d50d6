/** What follows when a media worker has ended with somebody's packet in hand. */
import type { Logger } from 'pino';
import type { InHand } from '../media/plane.ts';
import { identityOf, type Culprit, type Culprits } from './culprits.ts';
import type { Recorder } from './recorder.ts';
import type { Participant } from './participant.ts';

export interface BlameParts {
  readonly culprits: Culprits;
  readonly everyone: Iterable<Participant>;
  readonly audit: Recorder;
  readonly log: Logger;
  /** Told of each camera that is shut out. */
  readonly onShutOut: () => void;
}

export class Blame {
  readonly #parts: BlameParts;
  readonly #duration: number;

  /** @param duration for how long a camera is shut out, ms */
  constructor(duration: number, parts: BlameParts) {
    this.#duration = duration;
    this.#parts = parts;
  }

  /** Says whose packet it was, and shuts a camera out that has done so before. */
  workerEnded({ transportId, packet }: InHand): void {
    const { culprits, log } = this.#parts;
    const culprit = culprits.of(transportId);
    log.error({ transportId, ...culprit?.about, packet }, 'a media worker ended at this packet');
    if (culprit?.role === 'camera' && culprits.convict(culprit)) this.#shutOut(culprit, packet);
  }

  #shutOut(culprit: Culprit, packet: string): void {
    const { audit, log, everyone, onShutOut } = this.#parts;
    const { zone = '', identity, actor, address, about } = culprit;
    const duration = this.#duration;
    log.error({ ...about, duration }, 'camera shut out');
    onShutOut();
    for (const one of [...everyone]) {
      const { camera } = one;
      if (!camera || identityOf(one, camera.zone.id) !== identity) continue;
      camera.zone.end(camera, {
        code: 'shut-out',
        message: `What this camera sent has ended media workers. It may not film in ${camera.zone.id} for a while.`,
      });
    }
    const detail = { packet, duration };
    audit
      .record({ kind: 'filming', action: 'shut-out', actor, address, zone, detail })
      .catch((error: unknown) =>
        log.error({ err: error }, 'a camera shut out is not in the audit'),
      );
  }
}
