/**
 * Zones by name, and windows onto them. A window is what somebody looks at: the first so many that fit a question. It
 * looks again only when a change is one of its own; so what a change costs is that of the windows that it is in.
 */
import type { ZoneId } from '../contract/zone.ts';
import type { Entry } from './entry.ts';
import { Selection } from './selection.ts';
import { ZoneWindow, type ZoneQuestion } from './window.ts';
import { Windows, type WindowKind } from './windows.ts';

/** What has to fit. */
type Fits = Pick<ZoneQuestion, 'pattern' | 'within'>;

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
    const selection = this.#select(question);
    const window = new ZoneWindow<E>(question, selection, () => this.settle());
    selection.watchers.add(window);
    return window;
  }

  /** For many windows of one kind. */
  openMany(kind: WindowKind): Windows<E> {
    const selection = this.#select(kind);
    const windows = new Windows<E>(kind, selection, () => this.settle());
    selection.watchers.add(windows);
    return windows;
  }

  close(window: ZoneWindow<E> | Windows<E>): void {
    const key = keyOf(window.question);
    const selection = this.#selections.get(key);
    selection?.watchers.delete(window);
    if (selection?.watchers.size === 0) this.#selections.delete(key);
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

  #select(question: Fits): Selection<E> {
    this.settle();
    const key = keyOf(question);
    const known = this.#selections.get(key);
    if (known) return known;
    const selection = new Selection<E>(question, this.#entries);
    this.#selections.set(key, selection);
    for (const [id, entry] of this.#entries) selection.moved(id, undefined, entry);
    return selection;
  }
}

function keyOf({ pattern, within }: Fits): string {
  return JSON.stringify([pattern, within]);
}

function isSame<E extends object>(former: E | undefined, entry: E | undefined): boolean {
  if (!former || !entry) return former === entry;
  const fields = Object.keys({ ...former, ...entry }) as (keyof E)[];
  return fields.every((field) => former[field] === entry[field]);
}
