/**
 * Many windows onto the zones that differ only in where they begin and in how many zones they show, looked at together: a
 * change costs one look, however many of them it is in, and what is the same for all of them is counted once.
 */
import type { ZoneId } from '../contract/zone.ts';
import type { Entry } from './entry.ts';
import { Counter, type Tally } from './tally.ts';
import type { Fitting, Before, ZoneQuestion } from './window.ts';

/** What they have in common. */
export type WindowKind = Pick<ZoneQuestion, 'pattern' | 'within' | 'live'>;

/** By what zones are counted. */
const counts = ['id', 'camera', 'listed', 'isElsewhere'] as const;

type Span = Pick<ZoneQuestion, 'from' | 'count'>;

export class Windows<E extends Entry = Entry> {
  readonly question: WindowKind;
  readonly #fitting: Fitting<E>;
  readonly #settle: () => void;
  readonly #spans = new Map<number, Span>();
  /** What is in any of them, as of the last look. */
  #held: ReadonlySet<ZoneId> = new Set();
  #stale = true;
  #countedAnew = true;

  /** @param settle has the roll take up what has changed */
  constructor(question: WindowKind, fitting: Fitting<E>, settle: () => void) {
    this.question = question;
    this.#fitting = fitting;
    this.#settle = settle;
  }

  get size(): number {
    return this.#spans.size;
  }

  /** @param number by which it is known */
  add(number: number, { from, count }: Span): void {
    this.#spans.set(number, { from, count });
    this.#stale = true;
  }

  remove(number: number): void {
    if (this.#spans.delete(number)) this.#stale = true;
  }

  /** Looks which zones have come to be in one of them since the last look, and which are in none any more. */
  look(): { readonly come: readonly ZoneId[]; readonly gone: readonly ZoneId[] } {
    this.#settle();
    if (!this.#stale) return { come: [], gone: [] };
    this.#stale = false;
    const former = this.#held;
    const held = (this.#held = new Set(this.#together()));
    return {
      come: [...held].filter((id) => !former.has(id)),
      gone: [...former].filter((id) => !held.has(id)),
    };
  }

  /** How many fit. */
  get all(): Tally {
    this.#settle();
    return this.#fitting.tally;
  }

  /** Whether numbers may be others than when this was last asked. */
  takeCountedAnew(): boolean {
    this.#settle();
    const anew = this.#countedAnew;
    this.#countedAnew = false;
    return anew;
  }

  /** How many come before each of these. @returns by number, those that are not there left out */
  before(numbers: Iterable<number> = this.#spans.keys()): Map<number, Before> {
    this.#settle();
    const { all, live } = this.#fitting;
    const asked = [...numbers].flatMap((number) => {
      const from = this.#spans.get(number)?.from;
      return from === undefined ? [] : { number, liveBefore: live.placeOf(from), from };
    });
    if (this.question.live)
      return new Map(asked.map(({ number, liveBefore }) => [number, { liveBefore }]));
    const inOrder = asked
      .map((one) => ({ ...one, place: all.placeOf(one.from) }))
      .sort((a, b) => a.place - b.place);
    const counter = new Counter();
    let counted = 0;
    return new Map(
      inOrder.map(({ number, liveBefore, place }) => {
        for (const entry of this.#fitting.entriesOf(all.slice(counted, place))) {
          counter.count(entry, 1);
        }
        counted = place;
        return [number, { liveBefore, before: counter.tally }];
      }),
    );
  }

  /** Told of each zone that has changed, of those that fit. */
  moved(_id: ZoneId, former: E | undefined, entry: E | undefined): void {
    this.#stale ||= this.#isShown(former) !== this.#isShown(entry);
    this.#countedAnew ||= counts.some((field) => former?.[field] !== entry?.[field]);
  }

  #isShown(entry: E | undefined): boolean {
    return entry !== undefined && (!this.question.live || entry.camera !== 'idle');
  }

  #together(): ZoneId[] {
    const { all, live } = this.#fitting;
    const names = this.question.live ? live : all;
    const places = [...this.#spans.values()]
      .map(({ from, count }) => ({ first: names.placeOf(from), count }))
      .sort((a, b) => a.first - b.first);
    let end = 0;
    return places.flatMap(({ first, count }) => {
      const added = names.slice(Math.max(first, end), first + count);
      end = Math.max(end, first + count);
      return added;
    });
  }
}
