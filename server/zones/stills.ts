/**
 * Stills of zones, as their cameras make them when somebody asks: kept in memory alone, and only for a moment. A camera is
 * asked once in a while, however many ask here; and what was taken before its masks were sure is nobody's.
 */
import { RefusedError } from '../contract/errors.ts';
import type { StillAnswer } from '../contract/still.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Camera } from './camera.ts';
import type { Zone } from './zone.ts';
import type { Zones } from './zones.ts';

export interface TakenStill {
  /** JPEG */
  readonly picture: Uint8Array;
  /** When it was taken, ms since the epoch. */
  readonly at: number;
}

export const stillTimes = {
  /** Between two questions to one camera, ms. */
  interval: 3000,
  /** How long it may take to answer, ms. */
  patience: 2500,
  /** How long a still is kept for a camera that does not answer the next question, ms. */
  kept: 10_000,
};

/** Zones of which something is kept; above it the one that was asked for first is forgotten. */
const mostZones = 500;

/** What is known of one camera's stills under one set of masks. */
interface Entry {
  readonly camera: Camera;
  readonly masking: number;
  /** ms of `performance.now()` */
  askedAt: number;
  /** While the camera is being asked. */
  pending: { readonly answered: Promise<void>; readonly settle: () => void } | undefined;
  still: (TakenStill & { readonly until: number }) | undefined;
  /** Why there is none. */
  missing: string;
}

export class Stills {
  readonly #zones: Pick<Zones, 'find'>;
  readonly #timeOfDay: () => number;
  readonly #entries = new Map<ZoneId, Entry>();

  /** @param timeOfDay ms since the epoch */
  constructor(zones: Pick<Zones, 'find'>, timeOfDay: () => number) {
    this.#zones = zones;
    this.#timeOfDay = timeOfDay;
  }

  /** @throws RefusedError `not-found` where there is none, with the reason in words */
  async of(id: ZoneId): Promise<TakenStill> {
    const { zone, camera } = this.#filmed(id);
    const entry = this.#entryOf(zone, camera);
    if (!entry.pending && performance.now() - entry.askedAt >= stillTimes.interval) {
      this.#ask(id, entry);
    }
    await entry.pending?.answered;
    const now = this.#filmed(id);
    if (!isOf(entry, now.zone, now.camera)) throw none(`${id} has a new camera, or other masks`);
    if (!entry.still || entry.still.until < performance.now()) throw none(entry.missing);
    return entry.still;
  }

  /** Whether its camera is connected to this server. */
  isFilmedHere(id: ZoneId): boolean {
    const camera = this.#zones.find(id)?.camera;
    return camera !== undefined && !camera.isElsewhere;
  }

  /** Told what a camera answers. @throws RefusedError `not-found` when it was not asked, or the masks are others now */
  took(camera: Camera, answer: StillAnswer): void {
    const entry = this.#entries.get(answer.zone);
    const zone = this.#zones.find(answer.zone);
    if (!entry?.pending || !zone || !isOf(entry, zone, camera)) {
      throw new RefusedError('not-found', 'No still of this zone was asked of this camera.');
    }
    const { still, missing = 'its camera has none' } = answer;
    entry.missing = missing;
    entry.still = undefined;
    const now = performance.now();
    const hides = zone.hidesAnything;
    if (still && hides && now - still.age < (zone.maskedSince ?? Infinity)) {
      entry.missing = 'its masks were others when it was taken';
    } else if (still) {
      const { picture, age } = still;
      entry.still = { picture, at: this.#timeOfDay() - age, until: now + stillTimes.kept };
    }
    entry.pending.settle();
  }

  /** @throws RefusedError `not-found` where nobody films it here, or its masks are not sure */
  #filmed(id: ZoneId): { zone: Zone; camera: Camera } {
    const zone = this.#zones.find(id);
    const camera = zone?.camera;
    if (!zone || !camera || camera.isElsewhere) throw none(`nobody films ${id}`);
    if (zone.maskedSince === undefined) throw none('its masks have just changed');
    return { zone, camera };
  }

  #entryOf(zone: Zone, camera: Camera): Entry {
    const { id } = zone;
    const known = this.#entries.get(id);
    if (known && isOf(known, zone, camera)) return known;
    known?.pending?.settle();
    const entry: Entry = {
      ...{ camera, masking: zone.masking, askedAt: -Infinity },
      ...{ pending: undefined, still: undefined, missing: '' },
    };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= mostZones) break;
      this.#forget(oldest);
    }
    return entry;
  }

  #ask(id: ZoneId, entry: Entry): void {
    entry.askedAt = performance.now();
    entry.missing = 'its camera has not answered';
    let settle = (): void => {};
    const answered = new Promise<void>((resolve) => {
      const timer = setTimeout(() => settle(), stillTimes.patience);
      settle = () => {
        clearTimeout(timer);
        entry.pending = undefined;
        resolve();
        this.#forgetLater(id, entry);
      };
    });
    entry.pending = { answered, settle };
    if (!entry.camera.reachable || !entry.camera.askForStill) {
      entry.missing = 'its camera cannot be asked now';
      settle();
    } else entry.camera.askForStill();
  }

  /** Nothing stays that nobody asks for. */
  #forgetLater(id: ZoneId, entry: Entry): void {
    const { askedAt } = entry;
    setTimeout(() => {
      if (entry.askedAt === askedAt && this.#entries.get(id) === entry) this.#forget(id);
    }, stillTimes.kept).unref();
  }

  #forget(id: ZoneId): void {
    this.#entries.get(id)?.pending?.settle();
    this.#entries.delete(id);
  }
}

function isOf(entry: Entry, zone: Zone, camera: Camera): boolean {
  return zone.camera === camera && entry.camera === camera && entry.masking === zone.masking;
}

function none(reason: string): RefusedError {
  return new RefusedError('not-found', `There is no still: ${reason}.`);
}
