/** A window onto the zones: what somebody looks at, how many fit beside, and what is new. */
import type { ListedZones } from '../contract/zone-list.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Entry } from './entry.ts';
import { Counter, type Tally } from './tally.ts';

export interface ZoneQuestion extends ListedZones {
  /** Patterns of which a zone has to fit one: what whoever asks may see. */
  readonly within: readonly string[];
}

/** How many come before a window. */
export interface Before {
  /** Those with a camera. */
  readonly liveBefore: number;
  /** All; only where zones without a camera are shown too. */
  readonly before?: Tally | undefined;
}

/** How many fit on one node. */
export interface Tallies extends Before {
  readonly all: Tally;
}

export interface Difference<E> {
  readonly changed: readonly E[];
  readonly gone: readonly ZoneId[];
}

/** Names in order. */
interface Names {
  placeOf(name: string): number;
  slice(from: number, to: number): ZoneId[];
}

/** All that fit. */
export interface Fitting<E> {
  readonly all: Names;
  readonly live: Names;
  readonly tally: Tally;
  entriesOf(ids: readonly ZoneId[]): E[];
}

export class ZoneWindow<E extends Entry = Entry> {
  readonly question: ZoneQuestion;
  readonly #fitting: Fitting<E>;
  readonly #settle: () => void;
  /** What it holds, as of the last look; and the last of that. */
  #held = new Map<ZoneId, E>();
  #last: ZoneId = '';
  #stale = true;
  /** Of all that come before it; counted on from then on when somebody has asked. */
  #before: Counter | undefined;

  /** @param settle has the roll take up what has changed */
  constructor(question: ZoneQuestion, fitting: Fitting<E>, settle: () => void) {
    this.question = question;
    this.#fitting = fitting;
    this.#settle = settle;
  }

  /** Whether a zone is in it, as of the last look. */
  holds(id: ZoneId): boolean {
    return this.#held.has(id);
  }

  get held(): E[] {
    return [...this.#held.values()];
  }

  get tallies(): Tallies {
    this.#settle();
    const { all, live, tally } = this.#fitting;
    const { from, live: isLive } = this.question;
    const liveBefore = live.placeOf(from);
    if (isLive) return { all: tally, liveBefore };
    this.#before ??= counted(this.#fitting.entriesOf(all.slice(0, all.placeOf(from))));
    return { all: tally, liveBefore, before: this.#before.tally };
  }

  /** Looks what is new since the last look. */
  look(): Difference<E> {
    this.#settle();
    if (!this.#stale) return { changed: [], gone: [] };
    this.#stale = false;
    const former = this.#held;
    const { from, count, live } = this.question;
    const names = live ? this.#fitting.live : this.#fitting.all;
    const first = names.placeOf(from);
    const entries = this.#fitting.entriesOf(names.slice(first, first + count));
    this.#held = new Map(entries.map((entry) => [entry.id, entry]));
    this.#last = entries.at(-1)?.id ?? '';
    return {
      changed: entries.filter((entry) => former.get(entry.id) !== entry),
      gone: [...former.keys()].filter((id) => !this.#held.has(id)),
    };
  }

  /** Told of each zone that has changed, of those that fit. */
  moved(id: ZoneId, former: E | undefined, entry: E | undefined): void {
    const { from, count } = this.question;
    if (id < from) {
      if (former) this.#before?.count(former, -1);
      if (entry) this.#before?.count(entry, 1);
    }
    this.#stale ||= id >= from && (this.#held.size < count || id <= this.#last);
  }
}

function counted(entries: readonly Entry[]): Counter {
  const counter = new Counter();
  for (const entry of entries) counter.count(entry, 1);
  return counter;
}
