/** The zones of a roll that fit a pattern and may be seen by somebody: in order, and counted. */
import { matchesZone, type ZoneId } from '../contract/zone.ts';
import type { Entry } from './entry.ts';
import { SortedNames } from './names.ts';
import { Counter, type Tally } from './tally.ts';
import type { ZoneQuestion } from './window.ts';

/** Is told of each zone that has changed, of those that fit. */
interface Watcher<E> {
  moved(id: ZoneId, former: E | undefined, entry: E | undefined): void;
}

export class Selection<E extends Entry = Entry> {
  readonly watchers = new Set<Watcher<E>>();
  readonly all = new SortedNames();
  /** Of them, those with a camera. */
  readonly live = new SortedNames();
  readonly #question: Pick<ZoneQuestion, 'pattern' | 'within'>;
  readonly #entries: ReadonlyMap<ZoneId, E>;
  readonly #counter = new Counter();

  /** @param entries all of the roll */
  constructor(question: Pick<ZoneQuestion, 'pattern' | 'within'>, entries: ReadonlyMap<ZoneId, E>) {
    this.#question = question;
    this.#entries = entries;
  }

  get tally(): Tally {
    return this.#counter.tally;
  }

  entriesOf(ids: readonly ZoneId[]): E[] {
    return ids.flatMap((id) => this.#entries.get(id) ?? []);
  }

  /** Told of each zone that has changed. */
  moved(id: ZoneId, former: E | undefined, entry: E | undefined): void {
    const { within, pattern } = this.#question;
    if (!fits(pattern, id) || !within.some((one) => fits(one, id))) return;
    if (former) this.#counter.count(former, -1);
    if (entry) this.#counter.count(entry, 1);
    if (!former) this.all.add(id);
    if (!entry) this.all.remove(id);
    const [wasLive, isLive] = [former, entry].map((one) => (one?.camera ?? 'idle') !== 'idle');
    if (isLive && !wasLive) this.live.add(id);
    if (wasLive && !isLive) this.live.remove(id);
    for (const watcher of this.watchers) watcher.moved(id, former, entry);
  }
}

function fits(pattern: string, id: ZoneId): boolean {
  return pattern === '*' || matchesZone(pattern, id);
}
