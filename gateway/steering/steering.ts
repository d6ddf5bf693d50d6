/**
 * Steering of one camera at its gateway: what the server asks leaves for the camera in order, the newest first and a stop at
 * once, and what goes on ends by itself. Where the camera stands is told to the server, and to what hides its picture.
 */
import type { Logger } from 'pino';
import { messageOf } from '../../server/contract/errors.ts';
import { MoveOrder } from '../../server/contract/move-order.ts';
import {
  mostPresets,
  type CameraRequest,
  type CameraRequestName,
  type CameraSteering,
  type Done,
  type Move,
  type PresetChange,
} from '../../server/contract/steering.ts';
import type { Look, MoveGuard, Steerable, SteerableFacts } from './steerable.ts';
import { Whereabouts } from './whereabouts.ts';

/** ms */
export const steeringPace = {
  /** A continuous move ends by itself, at the camera, after so long. */
  hold: 2000,
  /** So it is said again after so long, while the server says it. */
  renew: 450,
  /** The server has not said it again for so long: it is stopped from here. */
  unrepeated: 1300,
  /** Between two looks where it stands: while it moves, while it is watched, and after one that failed. */
  looks: { moving: 250, watched: 5000, failed: 5000 },
  /** Until it is asked again what it can. */
  facts: 15_000,
  /** The camera's own presets are looked at again. */
  presets: 60_000,
};

/** After so many looks without an answer it is not there. */
const patient = 3;
const notThere = 'The camera cannot be reached.';

export interface SteeringParts {
  readonly camera: Steerable;
  /** Undefined where nothing is ever to be hidden. */
  readonly guard?: MoveGuard | undefined;
  /** Tells the server; null while it cannot be steered. */
  readonly tell: (steering: CameraSteering | null) => void;
  /** It has said whether it can be turned. */
  readonly learnt?: ((isFixed: boolean) => void) | undefined;
  readonly log: Logger;
}

export class Steering {
  readonly #parts: SteeringParts;
  readonly #where = new Whereabouts();
  readonly #order = new MoveOrder((move) => this.#perform(move), { mayOvertake: true });
  #facts: SteerableFacts | undefined;
  #told = '';
  /** Of the server's numbers, the last that was done. */
  #number = -1;
  /** How often it was to stop: what was meant before the last time is not begun any more. */
  #stops = 0;
  /** The continuous move that the camera was told last, and when. */
  #goes: { readonly key: string; readonly at: number } | undefined;
  #unrepeated: NodeJS.Timeout | undefined;
  #looking: { readonly timer: NodeJS.Timeout; readonly due: number } | undefined;
  #isLooking = false;
  /** Looks without an answer, one after the other. */
  #failures = 0;
  #watched = false;
  /** When the camera was asked for its presets, ms of `performance.now()`. */
  #presetsAt = -Infinity;
  /** It cannot be turned, which it has said itself. */
  #isFixed = false;
  #missing: string | undefined;
  #changing = false;
  #closed = false;

  constructor(parts: SteeringParts) {
    this.#parts = parts;
  }

  /** Begins: asks the camera what it can. */
  start(): void {
    this.#lookIn(0);
  }

  /** What it can, and where it stands; null while that is not known. */
  get now(): CameraSteering | null {
    if (!this.#facts) return null;
    const { abilities, presets } = this.#facts;
    const covered = this.#parts.guard?.covered;
    return {
      abilities,
      presets: presets.slice(0, mostPresets).map(({ token, name }) => ({ token, name })),
      at: this.#where.at,
      moving: this.#where.moving,
      ...(covered && { covered }),
    };
  }

  /** Why it is not known whether the camera can be turned, or where it looks; in words. */
  get missing(): string | undefined {
    return this.#facts || this.#isFixed ? undefined : this.#missing;
  }

  /** Answers what the server asks. */
  answer(request: CameraRequest<CameraRequestName>): Promise<Done> {
    return 'move' in request ? this.#move(request) : this.#changePreset(request);
  }

  async #move({ number, move }: CameraRequest<'steer:move'>): Promise<Done> {
    if (number <= this.#number) return { ok: true };
    this.#number = number;
    if (!this.#facts && move.kind !== 'stop') return { ok: false, reason: notThere };
    return this.#do(move);
  }

  async #changePreset({ number, change }: CameraRequest<'steer:presets'>): Promise<Done> {
    if (number <= this.#number) return { ok: true };
    this.#number = number;
    if (!this.#facts) return { ok: false, reason: notThere };
    if (this.#changing) return { ok: false, reason: 'Another preset is being changed.' };
    this.#changing = true;
    try {
      await this.#change(change);
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    } finally {
      this.#changing = false;
      this.#tell();
    }
  }

  /** Nobody can steer it any more: its server is away, or it has no place there. */
  unheld(): void {
    this.#number = -1;
    if (this.#mayMove) void this.#do({ kind: 'stop' });
  }

  /** Whether anybody gets its picture. */
  set watched(isWatched: boolean) {
    if (this.#watched === isWatched) return;
    this.#watched = isWatched;
    if (isWatched) this.#lookIn(0);
  }

  /** What its guard says of the picture is another, or how often it wants to know where the camera looks. */
  guardChanged(): void {
    this.#tell();
    this.#lookIn(this.#parts.guard?.every ?? steeringPace.looks.watched);
  }

  /** Stops what moves; bounded, as all that is asked of the camera. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#looking?.timer);
    if (this.#mayMove) await this.#do({ kind: 'stop' });
    clearTimeout(this.#unrepeated);
  }

  /** Whether anything goes on that does not end by itself. */
  get #mayMove(): boolean {
    return this.#goes !== undefined || this.#order.busy;
  }

  async #do(move: Move): Promise<Done> {
    clearTimeout(this.#unrepeated);
    if (move.kind === 'stop') this.#stops += 1;
    if (move.kind === 'continuous') {
      const stop = (): void => void this.#do({ kind: 'stop' });
      this.#unrepeated = setTimeout(stop, steeringPace.unrepeated);
      const { key, at = 0 } = this.#goes ?? {};
      const isFresh = performance.now() - at < steeringPace.renew;
      if (key === JSON.stringify(move) && isFresh && !this.#order.busy) return { ok: true };
    }
    try {
      await this.#order.do(move);
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }

  async #perform(move: Move): Promise<void> {
    const { camera, guard } = this.#parts;
    if (move.kind === 'stop') {
      this.#goes = undefined;
      await camera.stop();
      this.#where.stopped(performance.now());
      return this.#lookIn(steeringPace.looks.moving);
    }
    const stops = this.#stops;
    const at = performance.now();
    await guard?.beforeMove(move);
    if (stops !== this.#stops || this.#closed) return;
    this.#where.told(move, performance.now());
    this.#tell();
    const isContinuous = move.kind === 'continuous';
    try {
      // Until it has answered, nobody knows whether it goes.
      if (isContinuous) this.#goes = { key: '', at };
      await camera.move(move, steeringPace.hold);
      if (isContinuous && stops === this.#stops) this.#goes = { key: JSON.stringify(move), at };
      if (!isContinuous) this.#goes = undefined;
    } finally {
      this.#lookIn(steeringPace.looks.moving);
    }
  }

  async #change(change: PresetChange): Promise<void> {
    const { camera, guard } = this.#parts;
    const known = this.#facts?.presets ?? [];
    const { preset } = change;
    if (change.kind === 'remove') await camera.removePreset(change.preset);
    else if (change.kind === 'save') await camera.savePreset(change.name, preset);
    else {
      // A camera keeps a name together with the place where it stands then.
      if (this.#where.at !== preset) {
        throw new Error('A preset is renamed where it is: go there first.');
      }
      await camera.savePreset(change.name, preset);
    }
    await this.#readPresets();
    if (change.kind === 'save') {
      const before = new Set(known.map(({ token }) => token));
      const token = preset ?? this.#facts?.presets.find((one) => !before.has(one.token))?.token;
      if (token !== undefined) {
        this.#where.savedHere(token);
        guard?.presetChanged(token);
      }
    } else if (change.kind === 'remove') guard?.presetChanged(change.preset);
  }

  async #readPresets(): Promise<void> {
    const { camera } = this.#parts;
    const presets = await camera.presets();
    this.#presetsAt = performance.now();
    if (this.#facts) this.#know({ ...this.#facts, presets });
  }

  #know(facts: SteerableFacts | undefined): void {
    this.#facts = facts;
    this.#where.presets = facts?.presets ?? [];
    this.#parts.guard?.tellFacts(this.#isFixed ? 'fixed' : facts);
    this.#tell();
  }

  /** @param wait ms; what is due earlier stays */
  #lookIn(wait: number): void {
    if (this.#closed || this.#isFixed) return;
    const due = performance.now() + wait;
    if (this.#looking && this.#looking.due <= due) return;
    clearTimeout(this.#looking?.timer);
    const timer = setTimeout(() => {
      this.#looking = undefined;
      void this.#look();
    }, wait);
    this.#looking = { timer, due };
  }

  /** One after the other: a camera that takes its time is asked no more often. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { guard, log } = this.#parts;
    let next: number | undefined;
    try {
      if (!this.#facts) await this.#learn();
      else {
        if (!this.#where.moving && performance.now() - this.#presetsAt > steeringPace.presets) {
          await this.#readPresets();
        }
        this.#saw(await this.#parts.camera.look());
      }
      this.#failures = 0;
      next = this.#pace;
    } catch (error) {
      log.debug({ err: error }, 'a camera does not say where it looks');
      this.#failures += 1;
      guard?.saw(undefined);
      this.#missing = reasonOf(error);
      if (this.#failures >= patient && this.#facts) this.#know(undefined);
      this.#tell();
      next = this.#facts ? steeringPace.looks.failed : steeringPace.facts;
      // What moves is waited for with more patience than what rests.
      if (this.#facts && (this.#where.moving || guard?.every !== undefined)) next = this.#pace;
    } finally {
      this.#isLooking = false;
    }
    if (next !== undefined) this.#lookIn(next);
  }

  async #learn(): Promise<void> {
    const facts = await this.#parts.camera.facts();
    if (this.#closed) return;
    this.#isFixed = facts === undefined;
    this.#presetsAt = performance.now();
    this.#parts.learnt?.(this.#isFixed);
    this.#know(facts);
    if (facts) this.#saw(await this.#parts.camera.look());
  }

  #saw(look: Look): void {
    this.#where.saw(look, performance.now());
    this.#parts.guard?.saw(look);
    this.#tell();
  }

  get #pace(): number | undefined {
    const { looks } = steeringPace;
    const own = this.#where.moving ? looks.moving : this.#watched ? looks.watched : undefined;
    const { every } = this.#parts.guard ?? {};
    return own === undefined || every === undefined ? (own ?? every) : Math.min(own, every);
  }

  #tell(): void {
    if (this.#closed) return;
    const { now } = this;
    const text = JSON.stringify([now, this.missing]);
    if (text === this.#told) return;
    this.#told = text;
    this.#parts.tell(now);
  }
}

function reasonOf(error: unknown): string {
  return messageOf(error).slice(0, 300) || notThere;
}
