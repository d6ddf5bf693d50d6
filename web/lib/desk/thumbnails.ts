/**
 * Small pictures of the zones whose rows are in view: their stills, which wake no camera. What they cost is bounded: each
 * at most so often, so many at once, so many bytes in a period.
 */
import { SvelteMap } from 'svelte/reactivity';
import { addressOf } from '../../../server/contract/route.ts';
import { mostListed } from '../../../server/contract/zone-list.ts';
import { ask, routes } from '../api/ask.ts';
import { ageSaidBy, StillPicture } from '../session/still.svelte.ts';

export const thumbnailLimits = {
  /** Between two pictures of one zone, ms. */
  each: 10_000,
  /** Before a zone that had none is asked again, ms. */
  none: 30_000,
  atOnce: 4,
  /** A view is looked at for so long before it costs anything, ms. */
  settle: 200,
  /** Bytes in a period of so many ms; a still has 200 kB at most, and mostly 10 to 40. */
  bytes: 2_000_000,
  period: 10_000,
  /** Pictures that are kept. */
  kept: 120,
  /** A list that was said so long ago is said again before the server forgets it, ms. */
  said: 270_000,
};

interface Known {
  picture: StillPicture | undefined;
  tag: string | undefined;
  /** ms of `performance.now()` */
  due: number;
}

export class Thumbnails {
  /** By zone, those that there are. */
  readonly pictures = new SvelteMap<string, StillPicture>();
  readonly #known = new Map<string, Known>();
  readonly #asked = new Set<string>();
  readonly #ending = new AbortController();
  #wanted: readonly string[] = [];
  #listed: readonly string[] = [];
  /** When each zone was said to be in the list, ms of `performance.now()`. */
  readonly #saidAt = new Map<string, number>();
  #spent: { at: number; bytes: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Says of which zones the rows are in view now.
   * @param listed these and those around them, which may come into view next: that they are looked at is in the audit,
   * once for all of them
   */
  want(zones: readonly string[], listed: readonly string[]): void {
    this.#wanted = zones;
    this.#listed = listed;
    this.#again(thumbnailLimits.settle);
  }

  close(): void {
    this.#ending.abort();
    clearTimeout(this.#timer);
    for (const picture of this.pictures.values()) picture.forget();
    this.pictures.clear();
  }

  #again(wait: number): void {
    clearTimeout(this.#timer);
    if (!this.#ending.signal.aborted) this.#timer = setTimeout(() => void this.#askDue(), wait);
  }

  async #askDue(): Promise<void> {
    if (!document.hidden && this.#wanted.length > 0) await this.#sayList();
    const now = performance.now();
    this.#spent = this.#spent.filter(({ at }) => now - at < thumbnailLimits.period);
    const spent = this.#spent.reduce((sum, { bytes }) => sum + bytes, 0);
    const mayAsk = !document.hidden && spent < thumbnailLimits.bytes;
    for (const zone of mayAsk ? this.#wanted : []) {
      if (this.#asked.size >= thumbnailLimits.atOnce) break;
      if (!this.#asked.has(zone) && now >= (this.#known.get(zone)?.due ?? 0)) void this.#ask(zone);
    }
    if (this.#wanted.length > 0) this.#again(500);
  }

  /** What is not in it is recorded one by one, so nothing depends on whether it is heard. */
  async #sayList(): Promise<void> {
    const now = performance.now();
    const isSaid = (zone: string): boolean =>
      now - (this.#saidAt.get(zone) ?? -Infinity) < thumbnailLimits.said;
    if (this.#wanted.every(isSaid)) return;
    const zones = [...new Set([...this.#wanted, ...this.#listed])].slice(0, mostListed);
    for (const zone of zones) this.#saidAt.set(zone, now);
    await ask(routes.stills.list, { body: { zones } }).catch(() => {});
  }

  async #ask(zone: string): Promise<void> {
    const known = this.#known.get(zone) ?? { picture: undefined, tag: undefined, due: 0 };
    this.#known.delete(zone);
    this.#known.set(zone, known);
    this.#asked.add(zone);
    known.due = performance.now() + thumbnailLimits.each;
    try {
      await this.#fetch(zone, known);
    } catch {
      known.due = performance.now() + thumbnailLimits.none; // The list's own words say what is wrong.
    } finally {
      this.#asked.delete(zone);
    }
    if (this.#ending.signal.aborted) return known.picture?.forget();
    this.#forgetOldest();
    this.#again(0);
  }

  async #fetch(zone: string, known: Known): Promise<void> {
    const answer = await fetch(addressOf(routes.stills.take, { params: { zone } }), {
      cache: 'no-store',
      signal: this.#ending.signal,
      headers: known.tag && known.picture ? { 'If-None-Match': known.tag } : {},
    });
    const age = ageSaidBy(answer.headers);
    const same = answer.status === 304 && known.picture !== undefined;
    if ((!answer.ok && !same) || age === undefined) {
      known.due = performance.now() + thumbnailLimits.none;
      return this.#show(zone, known, undefined);
    }
    const taken = performance.now() - age;
    if (same) return this.#show(zone, known, known.picture?.takenAt(taken));
    const picture = await answer.blob();
    this.#spent.push({ at: performance.now(), bytes: picture.size });
    known.tag = answer.headers.get('ETag') ?? undefined;
    this.#show(zone, known, new StillPicture(picture, taken));
  }

  #show(zone: string, known: Known, picture: StillPicture | undefined): void {
    if (known.picture?.url !== picture?.url) known.picture?.forget();
    known.picture = picture;
    if (picture) this.pictures.set(zone, picture);
    else this.pictures.delete(zone);
  }

  #forgetOldest(): void {
    for (const [zone, known] of this.#known) {
      if (this.#known.size <= thumbnailLimits.kept) break;
      if (this.#wanted.includes(zone) || this.#asked.has(zone)) continue;
      this.#show(zone, known, undefined);
      this.#known.delete(zone);
    }
  }
}
