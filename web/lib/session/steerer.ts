/**
 * Moves the cameras of watched zones: what is held is said again and again, a stop at once, and nothing by itself, also
 * when the server comes back.
 */
import { messageOf, RefusedError } from '../../../server/contract/errors.ts';
import {
  steeringTimes,
  type Move,
  type PresetChange,
  type Steering,
} from '../../../server/contract/steering.ts';
import { isStill } from '../steering/held.ts';
import type { Intents, Single, Velocity } from '../steering/intents.ts';
import { texts } from '../text/texts.ts';
import type { Signaling } from './signaling.ts';

const said = texts.steering.refused;

/**
 * So long without any answer to one that is held, ms. A camera may take longer for one move, but those that a newer one
 * replaces are answered meanwhile.
 */
const longestSilence = 2000;
/** Nobody holds a key for so long: its release was lost, ms. */
const longestHold = 60_000;
/** Of a camera that knows no velocity: so far it goes with each message, at its whole speed. */
const stride = 0.1;

interface Link {
  readonly up: boolean;
  readonly signaling: Pick<Signaling, 'request'>;
}

/** A camera as its tile has it. */
interface SteeredCamera {
  readonly steering: Steering | undefined;
  /** Why its last move was not made, in words; empty when it was. */
  moveRefusal: string;
}

/** What is held, and since when. */
interface Holding {
  readonly zone: string;
  readonly velocity: Velocity;
  readonly since: number;
}

export class Steerer implements Intents {
  readonly #link: Link;
  readonly #camera: (zone: string) => SteeredCamera | undefined;
  #holding: Holding | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Numbers of moves whose answers are waited for. */
  readonly #awaited = new Set<number>();
  /** When an answer came last, ms of `performance.now()`. */
  #answered = 0;
  /** Rises over a reload, too, after which the server still knows this tab. */
  #number = Date.now();
  /** Where something was moved since the camera was released last. */
  readonly #moved = new Set<string>();

  constructor(link: Link, camera: (zone: string) => SteeredCamera | undefined) {
    this.#link = link;
    this.#camera = camera;
  }

  hold(zone: string, velocity: Velocity): void {
    if (isStill(velocity)) return this.stop();
    const holding = this.#holding;
    if (holding && holding.zone !== zone) this.stop();
    const since = this.#holding?.since ?? performance.now();
    this.#holding = { zone, velocity, since };
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#repeat(), steeringTimes.repeat);
    this.#repeat();
  }

  stop(): void {
    const holding = this.#holding;
    this.#letGo();
    if (holding) void this.#send(holding.zone, { kind: 'stop' });
  }

  move(zone: string, move: Single): void {
    this.stop();
    void this.#send(zone, move);
  }

  release(zone: string): void {
    if (this.#holding?.zone === zone) this.stop();
    this.#refuse(zone, '');
    this.#awaited.clear();
    if (!this.#moved.delete(zone) || !this.#link.up) return;
    // It is free by itself, a while after the last move.
    this.#link.signaling.request('steer:release', { zone }).catch(() => {});
  }

  async changePresets(zone: string, change: PresetChange): Promise<void> {
    this.stop();
    if (!this.#link.up) throw new RefusedError('unavailable', said.noServer);
    await this.#link.signaling.request('steer:presets', { zone, change });
  }

  /** The connection is lost: the server stops the camera, and what is held must be pressed anew. */
  lost(): void {
    if (this.#holding) this.#refuse(this.#holding.zone, said.noServer);
    this.#letGo();
    this.#moved.clear();
    this.#awaited.clear();
  }

  #repeat(): void {
    const holding = this.#holding;
    if (!holding) return;
    const { zone, velocity, since } = holding;
    if (!this.#link.up) return this.#giveUp(zone, said.noServer);
    const now = performance.now();
    if (now - Math.max(since, this.#answered) > longestSilence)
      return this.#giveUp(zone, said.noAnswer);
    if (now - since > longestHold) return this.#giveUp(zone, said.heldTooLong);
    void this.#send(zone, this.#moveFor(zone, velocity));
  }

  /** A camera that knows no velocity goes by small distances. */
  #moveFor(zone: string, velocity: Velocity): Move {
    const abilities = this.#camera(zone)?.steering?.abilities;
    if (!abilities || abilities.continuous || !abilities.relative) {
      return { kind: 'continuous', ...velocity };
    }
    const { pan, tilt, zoom } = velocity;
    return { kind: 'relative', pan: pan * stride, tilt: tilt * stride, zoom: zoom * stride };
  }

  #giveUp(zone: string, why: string): void {
    this.stop();
    this.#refuse(zone, why);
  }

  #refuse(zone: string, why: string): void {
    const camera = this.#camera(zone);
    if (camera) camera.moveRefusal = why;
  }

  #letGo(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#holding = undefined;
  }

  async #send(zone: string, move: Move): Promise<void> {
    // What waited for the server to come back would move the camera then.
    if (!this.#link.up) return this.#refuse(zone, said.noServer);
    this.#moved.add(zone);
    this.#number += 1;
    const number = this.#number;
    this.#awaited.add(number);
    try {
      await this.#link.signaling.request('steer', { zone, number, move });
      this.#answered = performance.now();
      if (this.#awaited.delete(number) && move.kind !== 'stop') this.#refuse(zone, '');
    } catch (error) {
      if (!this.#awaited.delete(number)) return;
      // Held on, it would be refused again and again.
      if (this.#holding?.zone === zone) this.stop();
      if (move.kind !== 'stop') this.#refuse(zone, messageOf(error));
    }
  }
}
