/** Tells one other node of zones here: of those that somebody there looks at, all at first, and then each change. */
import { NewsWanted, type NewsTold, type ZonePart } from '../../contract/zone-news.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { ZoneRoll } from '../../zones/roll.ts';
import type { WindowKind, Windows } from '../../zones/windows.ts';
import type { Here } from '../../zones/zone.ts';
import type { Channel } from '../wire/channel.ts';

/** Changes are told together: those of zones, and those of numbers of zones; ms. */
const interval = { zones: 100, numbers: 1000 };
/** In one message, so that none is too long. */
const atOnce = 1000;
/** More than that many people can look at is no node of this program. */
const mostWanted = { windows: 10_000, zones: 100_000 };

/** Windows of one kind, and what was told of them last. */
interface Looked {
  readonly windows: Windows<Here>;
  all: string;
  readonly before: Map<number, string>;
}

type Numbers = Pick<NewsTold, 'totals' | 'before'>;
const noNumbers: Numbers = { totals: [], before: [] };

export interface NewsTellerParts {
  readonly zones: ZoneRoll<Here>;
  /** The token with which this node has a zone. */
  readonly tokenOf: (zone: ZoneId) => number | undefined;
  readonly channel: Channel;
}

export class NewsTeller {
  /** Told once when nobody hears any more. */
  onEnded: () => void = () => {};
  readonly #parts: NewsTellerParts;
  readonly #kinds = new Map<string, Looked>();
  /** Of each window. */
  readonly #kindOf = new Map<number, string>();
  readonly #named = new Set<ZoneId>();
  /** In windows of how many kinds each zone is. */
  readonly #inWindows = new Map<ZoneId, number>();
  readonly #told = new Map<ZoneId, ZonePart>();
  /** What may have to be told. */
  readonly #touched = new Set<ZoneId>();
  #number = 0;
  #due: NodeJS.Timeout | undefined;
  #numbersDue: NodeJS.Timeout | undefined;

  constructor(parts: NewsTellerParts) {
    this.#parts = parts;
    parts.channel.hear(NewsWanted, (wanted) => this.#take(wanted));
    parts.channel.onClosed = () => this.#end();
  }

  /** A zone has changed. */
  touched(id: ZoneId): void {
    if (this.#isWanted(id)) this.#touched.add(id);
    this.#due ??= setTimeout(() => this.#tell(), interval.zones);
    this.#numbersDue ??= setTimeout(() => this.#tellNumbers(), interval.numbers);
  }

  close(): void {
    this.#parts.channel.close();
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#numbersDue);
    for (const { windows } of this.#kinds.values()) this.#parts.zones.close(windows);
    this.#kinds.clear();
    this.#kindOf.clear();
    this.onEnded();
  }

  #take({ number, open, close, add, drop }: NewsWanted): void {
    for (const each of close) this.#close(each);
    for (const { window, question } of open) this.#open(window, question);
    for (const id of drop) this.#named.delete(id);
    for (const id of add) this.#named.add(id);
    for (const id of [...add, ...drop]) this.#touched.add(id);
    if (this.#kindOf.size > mostWanted.windows || this.#named.size > mostWanted.zones) {
      return this.close();
    }
    this.#number = number;
    this.#tell(open.map(({ window }) => window));
  }

  #open(number: number, { from, count, ...kind }: NewsWanted['open'][number]['question']): void {
    this.#close(number);
    const key = JSON.stringify(kind);
    const looked = this.#kinds.get(key) ?? {
      ...{ windows: this.#parts.zones.openMany(kind), all: '', before: new Map<number, string>() },
    };
    this.#kinds.set(key, looked);
    this.#kindOf.set(number, key);
    looked.windows.add(number, { from, count });
  }

  #close(number: number): void {
    const key = this.#kindOf.get(number);
    const looked = key === undefined ? undefined : this.#kinds.get(key);
    if (key === undefined || !looked) return;
    const { windows, before } = looked;
    this.#kindOf.delete(number);
    windows.remove(number);
    before.delete(number);
    if (windows.size > 0) return;
    this.#look(looked);
    this.#kinds.delete(key);
    this.#parts.zones.close(windows);
  }

  /** @param opened windows that this answers, which is sent even where nothing is new */
  #tell(opened?: readonly number[]): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    for (const looked of this.#kinds.values()) this.#look(looked);
    const changed: ZonePart[] = [];
    const gone: ZoneId[] = [];
    for (const id of this.#touched) {
      const part = this.#isWanted(id) ? this.#partOf(id) : undefined;
      const told = this.#told.get(id);
      if (part && isSame(part, told)) continue;
      if (part) {
        this.#told.set(id, part);
        changed.push(part);
      } else if (this.#told.delete(id)) gone.push(id);
    }
    this.#touched.clear();
    const numbers = opened ? this.#numbersOf(opened) : noNumbers;
    if (!opened && changed.length + gone.length === 0) return;
    for (let at = 0; at < changed.length - atOnce; at += atOnce) {
      this.#say({ number: 0, changed: changed.slice(at, at + atOnce), gone: [], ...noNumbers });
    }
    const rest = Math.max(0, Math.ceil(changed.length / atOnce) - 1) * atOnce;
    this.#say({ number: this.#number, changed: changed.slice(rest), gone, ...numbers });
  }

  #tellNumbers(): void {
    this.#numbersDue = undefined;
    const all = [...this.#kinds.values()]
      .filter(({ windows }) => windows.takeCountedAnew())
      .map((looked) => this.#newNumbers(looked));
    const totals = all.flatMap((one) => one.totals);
    const before = all.flatMap((one) => one.before);
    if (totals.length + before.length === 0) return;
    this.#say({ number: this.#number, changed: [], gone: [], totals, before });
  }

  /** Of these windows alone: what is new of others can wait. */
  #numbersOf(opened: readonly number[]): Numbers {
    const byKind = new Map<Looked, number[]>();
    for (const number of opened) {
      const looked = this.#kinds.get(this.#kindOf.get(number) ?? '');
      if (looked) byKind.set(looked, [...(byKind.get(looked) ?? []), number]);
    }
    const all = [...byKind].map(([looked, numbers]) => this.#newNumbers(looked, numbers));
    return {
      totals: all.flatMap(({ totals }) => totals),
      before: all.flatMap(({ before }) => before),
    };
  }

  /** @param numbers of windows; of all of the kind, if not said */
  #newNumbers(looked: Looked, numbers?: readonly number[]): Numbers {
    const { windows } = looked;
    const { all } = windows;
    const text = JSON.stringify(all);
    const totals = text === looked.all ? [] : [{ ...wireForm(windows.question), all }];
    looked.all = text;
    const before = [...windows.before(numbers)].flatMap(([window, counted]) => {
      const told = JSON.stringify(counted);
      if (told === looked.before.get(window)) return [];
      looked.before.set(window, told);
      return { window, ...counted };
    });
    return { totals, before };
  }

  #look({ windows }: Looked): void {
    const { come, gone } = windows.look();
    for (const id of come) this.#countIn(id, 1);
    for (const id of gone) this.#countIn(id, -1);
  }

  #countIn(id: ZoneId, by: 1 | -1): void {
    const count = (this.#inWindows.get(id) ?? 0) + by;
    if (count > 0) this.#inWindows.set(id, count);
    else this.#inWindows.delete(id);
    this.#touched.add(id);
  }

  #isWanted(id: ZoneId): boolean {
    return this.#named.has(id) || this.#inWindows.has(id);
  }

  #partOf(id: ZoneId): ZonePart | undefined {
    const entry = this.#parts.zones.entry(id);
    if (!entry) return undefined;
    const { camera, label, viewers, screens, lastSeen, isDemonstration } = entry;
    const token = camera === 'idle' ? 0 : (this.#parts.tokenOf(id) ?? 0);
    const seen = lastSeen === undefined ? {} : { lastSeen };
    const drawn = isDemonstration ? { demonstration: true } : {};
    return { id, camera, label, viewers, screens, token, ...seen, ...drawn };
  }

  #say(told: NewsTold): void {
    this.#parts.channel.send(told);
  }
}

function wireForm({ within, ...kind }: WindowKind) {
  return { ...kind, within: [...within] };
}

function isSame(part: ZonePart, told: ZonePart | undefined): boolean {
  return (
    told !== undefined &&
    (Object.keys({ ...told, ...part }) as (keyof ZonePart)[]).every(
      (field) => part[field] === told[field],
    )
  );
}
