/**
 * Zones by name, and windows onto them. A window is what somebody looks at: the first so many that fit a question. It
 * looks again only when a change is one of its own; so what a change costs is that of the windows that it is in.
 */
import type { ZoneId } from '../contract/zone.ts';
import type { Entry } from './entry.ts';
import { Selection } from './selection.ts';
import { ZoneWindow, type ZoneQuestion } from './window.ts';

export class ZoneRoll<E extends Entry = Entry> {
  /** Told of each zone that has changed, come or gone. */
  onTouched: (id: ZoneId) => void = () => {};
  readonly #read: (id: ZoneId) => E | undefined;
  readonly #entries = new Map<ZoneId, E>();
  /** Zones that have changed since they were read. */
  readonly #touched = new Set<ZoneId>();
  /** By what has to fit. */
  readonly #selections = new Map<string, Selection<E>>();

  /** @param read how a zone is now; undefined where there is none */
  constructor(read: (id: ZoneId) => E | undefined) {
    this.#read = read;
  }

  /** Call when a zone has changed, come or gone. */
  touch(id: ZoneId): void {
    this.#touched.add(id);
    this.onTouched(id);
  }

  /** The zone as it is now. */
  entry(id: ZoneId): E | undefined {
    this.settle();
    return this.#entries.get(id);
  }

  open(question: ZoneQuestion): ZoneWindow<E> {
    this.settle();
    const key = keyOf(question);
    const known = this.#selections.get(key);
    const selection = known ?? new Selection<E>(question, this.#entries);
    const window = new ZoneWindow<E>(question, selection, () => this.settle());
    selection.windows.add(window);
    if (known) return window;
    this.#selections.set(key, selection);
    for (const [id, entry] of this.#entries) selection.moved(id, undefined, entry);
    return window;
  }

  close(window: ZoneWindow<E>): void {
    const key = keyOf(window.question);
    const selection = this.#selections.get(key);
    selection?.windows.delete(window);
    if (selection?.windows.size === 0) this.#selections.delete(key);
  }

  /** Reads again what has changed, and tells the windows. */
  settle(): void {
    if (this.#touched.size === 0) return;
    for (const id of this.#touched) {
      const former = this.#entries.get(id);
      const entry = this.#read(id);
      if (isSame(former, entry)) continue;
      if (entry) this.#entries.set(id, entry);
      else this.#entries.delete(id);
      for (const selection of this.#selections.values()) selection.moved(id, former, entry);
    }
    this.#touched.clear();
  }
}

function keyOf({ pattern, within }: ZoneQuestion): string {
  return JSON.stringify([pattern, within]);
}

function isSame<E extends object>(former: E | undefined, entry: E | undefined): boolean {
  if (!former || !entry) return former === entry;
  return (Object.keys(entry) as (keyof E)[]).every((field) => former[field] === entry[field]);
}
