/**
 * What cameras tell of what they notice: kept in the history of their zones, and told to whoever listens here. One
 * server has the camera, and writes; each one on the store reads.
 */
import type { Logger } from 'pino';
import type { CameraEvent, ZoneEvent, ZoneEventPage } from './contract/camera-event.ts';
import { RefusedError } from './contract/errors.ts';
import type { ZoneId } from './contract/zone.ts';
import { Budget } from './limits/budget.ts';
import type { Store } from './store/store.ts';
import type { NewZoneEvent } from './store/zone-event-repository.ts';
import { timeOfDay } from './time.ts';

/** Of one zone: events in a minute, and how many are kept, whatever their time. */
export const mostEvents = { inMinute: 60, ofZone: 2000 };
/** Events that wait for the store; of any further one the listeners alone hear. */
const longestQueue = 10_000;
/** What comes within this time is written together, ms; and after the store has failed. */
const pauses = { together: 200, afterFailure: 2000 };
/** Rows that one statement removes: others write meanwhile. */
const removedAtOnce = 5000;
const day = 86_400_000;

/** Told of each event that is let in, in order; what it throws is logged. */
export type EventListener = (zone: ZoneId, event: Omit<ZoneEvent, 'id'>) => void;

export interface ZoneEventsParts {
  readonly store: Pick<Store, 'zoneEvents'>;
  /** How long they are kept, days; 0 is for ever. */
  readonly retention: number;
  /** Told of one that could not be kept. */
  readonly lost: () => void;
  readonly log: Logger;
}

export class ZoneEvents {
  readonly #parts: ZoneEventsParts;
  readonly #budget = new Budget(mostEvents.inMinute, 60_000);
  readonly #listeners = new Set<EventListener>();
  #waiting: NewZoneEvent[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: ZoneEventsParts) {
    this.#parts = parts;
  }

  /** @returns ends it */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told by whoever films the zone. @throws RefusedError `throttled` where a zone tells of more than is kept */
  took(zone: ZoneId, { ago, ...event }: CameraEvent): void {
    if (!this.#budget.take(zone)) {
      const seconds = Math.ceil(this.#budget.wait(zone) / 1000);
      throw new RefusedError('throttled', `Too many events of ${zone}: again in ${seconds} s.`);
    }
    const told = { ...event, at: Math.round(timeOfDay() - ago) };
    for (const listener of this.#listeners) this.#tell(listener, zone, told);
    if (this.#waiting.length >= longestQueue) return this.#parts.lost();
    this.#waiting.push({ zone, ...told });
    this.#writeIn(pauses.together);
  }

  /** The newest first. */
  async page(zone: ZoneId, limit: number, before?: string): Promise<ZoneEventPage> {
    const found = await this.#parts.store.zoneEvents.page(zone, limit + 1, before);
    const events = found.slice(0, limit);
    const next = found.length > limit ? events.at(-1)?.id : undefined;
    return next === undefined ? { events } : { events, next };
  }

  /** Removes what is too old, and what is too much of one zone. @param now ms since the epoch */
  async purge(now: number): Promise<void> {
    const { zoneEvents } = this.#parts.store;
    const before = now - this.#parts.retention * day;
    let more = this.#parts.retention > 0;
    while (more && !this.#closed) {
      more = (await zoneEvents.removeBefore(before, removedAtOnce)) === removedAtOnce;
    }
    for (const zone of await zoneEvents.zonesAbove(mostEvents.ofZone)) {
      if (this.#closed) return;
      await zoneEvents.keepNewest(zone, mostEvents.ofZone);
    }
  }

  /** Writes what waits, as far as the store can be used. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #tell(listener: EventListener, ...told: Parameters<EventListener>): void {
    try {
      listener(...told);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'a listener of events has failed');
    }
  }

  #writeIn(pause: number): void {
    if (this.#timer !== undefined || this.#writing || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().then((isKept) => {
        this.#writing = undefined;
        if (this.#waiting.length > 0) this.#writeIn(isKept ? pauses.together : pauses.afterFailure);
      });
    }, pause);
    this.#timer.unref();
  }

  /** @returns whether nothing is left that waited before */
  async #write(): Promise<boolean> {
    const batch = this.#waiting;
    if (batch.length === 0) return true;
    this.#waiting = [];
    try {
      await this.#parts.store.zoneEvents.add(batch);
      return true;
    } catch (error) {
      this.#parts.log.warn({ err: error, events: batch.length }, 'events are not kept yet');
      this.#waiting = [...batch, ...this.#waiting];
      while (this.#waiting.length > longestQueue) {
        this.#waiting.shift();
        this.#parts.lost();
      }
      return false;
    }
  }
}
