/**
 * Steering of a camera that is connected to this node: one hand at a time, in order, and whatever moves stops by itself
 * when nobody holds it any more.
 */
import { RefusedError } from '../contract/errors.ts';
import { MoveOrder } from '../contract/move-order.ts';
import {
  steeringTimes,
  type CameraRequest,
  type CameraRequestName,
  type CameraSteering,
  type Done,
  type Move,
  type MoveKind,
  type PresetChange,
} from '../contract/steering.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Steerer, SteeringNow, ZoneSteering } from '../zones/steering.ts';
import { demandAble, demandKeeps } from './abilities.ts';
import { Lease } from './lease.ts';
import { LastNumbers } from './last-numbers.ts';
import type { SteeringRecords } from './records.ts';

/** Why a hand has ended. */
export const handEndings = [
  'released',
  'timed-out',
  'taken-over',
  'left',
  'camera-gone',
  'unrecorded',
] as const;
export type HandEnding = (typeof handEndings)[number];

/** For the metrics. */
export interface SteeringFigures {
  moved(kind: MoveKind): void;
  /** @param time from the server to the camera's answer, ms */
  answered(time: number): void;
  handEnded(reason: HandEnding): void;
}

export interface OwnSteeringParts {
  readonly zone: ZoneId;
  /** Asks the camera. @throws RefusedError `not-steerable` when it does not answer */
  readonly ask: <N extends CameraRequestName>(name: N, request: CameraRequest<N>) => Promise<Done>;
  /** Something that is told has changed. */
  readonly changed: () => void;
  readonly records: SteeringRecords;
  readonly figures: SteeringFigures;
}

/** While a hand is used, how long it has is told anew so often, ms. */
const tellLease = 3000;

export class OwnSteering implements ZoneSteering {
  readonly #parts: OwnSteeringParts;
  readonly #order = new MoveOrder((move) => this.#ask(move));
  readonly #numbers = new LastNumbers();
  #camera: CameraSteering;
  #lease: Lease | undefined;
  #number = 0;
  /** While a continuous move goes on. */
  #going: NodeJS.Timeout | undefined;
  #leaseTold = 0;
  #changing = false;
  #closed = false;

  constructor(camera: CameraSteering, parts: OwnSteeringParts) {
    this.#camera = camera;
    this.#parts = parts;
  }

  get now(): SteeringNow {
    return { ...this.#camera, hand: this.#lease?.hand ?? null };
  }

  /** The camera says how it is. */
  told(camera: CameraSteering): void {
    if (JSON.stringify(camera) === JSON.stringify(this.#camera)) return;
    this.#camera = camera;
    this.#parts.changed();
  }

  async steer(by: Steerer, number: number, asked: Move): Promise<void> {
    const move = isStill(asked) ? ({ kind: 'stop' } as const) : asked;
    if (this.#numbers.isLate(by, number)) return;
    demandAble(this.#camera, move);
    // A page says it whenever a key is let go; that alone takes nothing.
    if (move.kind === 'stop' && !this.#lease && !this.#camera.moving) return;
    const lease = this.#take(by);
    this.#numbers.note(by, number);
    lease.count(move, this.#nameOf(move));
    this.#keep(lease);
    this.#parts.figures.moved(move.kind);
    if (lease.recorded) await lease.recorded;
    // What came meanwhile is newer.
    if (this.#lease !== lease || this.#numbers.isLate(by, number + 1)) return;
    this.#expectRepetition(move);
    await this.#order.do(move);
  }

  async change(by: Steerer, change: PresetChange): Promise<void> {
    demandKeeps(this.#camera, change);
    const lease = this.#take(by);
    if (this.#changing) {
      throw new RefusedError('throttled', 'A preset of this camera is being changed; try again.');
    }
    this.#changing = true;
    try {
      this.#keep(lease);
      await lease.recorded;
      await this.#parts.records.changed(by, change, this.#nameOfPreset(change.preset));
      demandDone(await this.#parts.ask('steer:presets', { number: (this.#number += 1), change }));
    } finally {
      this.#changing = false;
    }
  }

  release(holder: string): void {
    const lease = this.#lease;
    if (lease?.by.id === holder) this.#end(lease, 'released');
  }

  left(via: object): void {
    this.#numbers.forget(via);
    const lease = this.#lease;
    if (lease?.by.via === via) this.#end(lease, 'left');
  }

  /** The camera cannot be told anything any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#lease) this.#end(this.#lease, 'camera-gone');
  }

  /** @throws RefusedError `hand-taken` */
  #take(by: Steerer): Lease {
    const held = this.#lease;
    const { records, changed } = this.#parts;
    if (held?.by.id === by.id) return held;
    if (held && by.rank <= held.by.rank) {
      if (!held.refused.has(by.id)) records.refused(by, held.by);
      held.refused.add(by.id);
      const seconds = Math.ceil(held.left / 1000);
      const sentence = `${held.by.name} steers this camera, and has it for ${seconds} s after the last move.`;
      throw new RefusedError('hand-taken', sentence, undefined, held.left);
    }
    if (held) this.#end(held, 'taken-over', by);
    const lease = new Lease(by, () => this.#end(lease, 'timed-out'));
    this.#lease = lease;
    const recorded = records.began(by);
    lease.recorded = recorded;
    recorded.then(
      () => (lease.recorded = undefined),
      () => this.#end(lease, 'unrecorded'),
    );
    this.#leaseTold = performance.now();
    changed();
    return lease;
  }

  #keep(lease: Lease): void {
    lease.renew();
    if (performance.now() - this.#leaseTold < tellLease) return;
    this.#leaseTold = performance.now();
    this.#parts.changed();
  }

  #end(lease: Lease, reason: HandEnding, to?: Steerer): void {
    if (this.#lease !== lease) return;
    this.#lease = undefined;
    lease.end();
    this.#halt();
    const { records, figures, changed } = this.#parts;
    figures.handEnded(reason);
    records.ended(lease, reason, to);
    if (!to) changed(); // The next one is told in a moment.
  }

  /** Ends what goes on only as long as somebody holds it. */
  #halt(): void {
    if (!this.#going) return;
    clearTimeout(this.#going);
    this.#going = undefined;
    if (this.#closed) return;
    // The gateway ends it by itself, where it cannot be told.
    this.#order.do({ kind: 'stop' }).catch(() => {});
  }

  #expectRepetition({ kind }: Move): void {
    clearTimeout(this.#going);
    this.#going = undefined;
    if (kind !== 'continuous') return;
    this.#going = setTimeout(() => this.#halt(), steeringTimes.unrepeated);
    this.#going.unref();
  }

  async #ask(move: Move): Promise<void> {
    const begun = performance.now();
    const number = (this.#number += 1);
    demandDone(await this.#parts.ask('steer:move', { number, move }));
    this.#parts.figures.answered(performance.now() - begun);
  }

  #nameOf(move: Move): string | undefined {
    return move.kind === 'preset' ? this.#nameOfPreset(move.preset) : undefined;
  }

  #nameOfPreset(wanted: string | undefined): string | undefined {
    const preset = this.#camera.presets.find(({ token }) => token === wanted);
    return preset && (preset.name || preset.token);
  }
}

/** Without a speed it is a stop. */
function isStill(move: Move): boolean {
  return move.kind === 'continuous' && move.pan === 0 && move.tilt === 0 && move.zoom === 0;
}

/** @throws RefusedError `not-steerable`, in the camera's words */
function demandDone(done: Done): void {
  if (!done.ok) throw new RefusedError('not-steerable', done.reason);
}
