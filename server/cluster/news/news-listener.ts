/** What one other node tells of its zones, for as long as its channel lives: nothing of it is believed any longer. */
import { NewsTold, type NewsWanted, type ZonePart } from '../../contract/zone-news.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Tally } from '../../zones/tally.ts';
import type { Before, Tallies } from '../../zones/window.ts';
import type { WindowKind } from '../../zones/windows.ts';
import type { Channel } from '../wire/channel.ts';

/** A node that has not answered for so long is unknown until it does, ms. */
const patience = 1000;
/** In one message, so that none is too long. */
const atOnce = { windows: 200, zones: 5000 };

export type Wants = Partial<Omit<NewsWanted, 'number'>>;

/** Windows of one kind. */
interface Kind {
  windows: number;
  /** How many fit, once that was told. */
  all?: Tally;
}

export class NewsListener {
  readonly node: string;
  /** Told which zones have other news. */
  onZones: (ids: readonly ZoneId[]) => void = () => {};
  /** Told when it has answered, when it is late, and of its tallies. */
  onNews: () => void = () => {};
  /** Told once, when nothing it said holds any more. */
  onClosed: () => void = () => {};
  readonly #channel: Channel;
  readonly #parts = new Map<ZoneId, ZonePart>();
  /** Of each window that was asked for, its kind. */
  readonly #windows = new Map<number, string>();
  readonly #kinds = new Map<string, Kind>();
  readonly #before = new Map<number, Before>();
  #asked = 0;
  #answered = 0;
  #late = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(node: string, channel: Channel) {
    this.node = node;
    this.#channel = channel;
    channel.hear(NewsTold, (told) => this.#take(told));
    channel.onClosed = () => this.#end();
  }

  /** Whether it has said all that was asked so far. */
  get isWhole(): boolean {
    return this.#answered === this.#asked && this.#asked > 0;
  }

  /** Whether what it said can be relied on; it may still owe an answer to a question of this moment. */
  get isKnown(): boolean {
    return this.#answered > 0 && !this.#late;
  }

  partOf(id: ZoneId): ZonePart | undefined {
    return this.#parts.get(id);
  }

  talliesOf(window: number): Tallies | undefined {
    const { all } = this.#kinds.get(this.#windows.get(window) ?? '') ?? {};
    const before = this.#before.get(window);
    return all && before && { all, ...before };
  }

  want({ open = [], close = [], add = [], drop = [] }: Wants): void {
    for (const window of close) this.#forget(window);
    for (const { window, question } of open) this.#count(window, kindOf(question));
    this.#send({ close, drop });
    for (const part of groupsOf(open, atOnce.windows)) this.#send({ open: part });
    for (const part of groupsOf(add, atOnce.zones)) this.#send({ add: part });
  }

  /** Hears no more. */
  close(): void {
    this.#channel.close();
    this.#end();
  }

  #send(wants: Wants): void {
    const { open = [], close = [], add = [], drop = [] } = wants;
    const isFirst = this.#asked === 0;
    if (!isFirst && open.length + close.length + add.length + drop.length === 0) return;
    this.#asked += 1;
    this.#channel.send({ number: this.#asked, open, close, add, drop });
    this.#patience ??= setTimeout(() => this.#setLate(true), patience);
  }

  #take({ number, changed, gone, totals, before }: NewsTold): void {
    for (const part of changed) this.#parts.set(part.id, part);
    for (const id of gone) this.#parts.delete(id);
    for (const { all, ...kind } of totals) {
      const known = this.#kinds.get(kindOf(kind));
      if (known) known.all = all;
    }
    for (const { window, ...told } of before) {
      if (this.#windows.has(window)) this.#before.set(window, told);
    }
    this.onZones([...changed.map(({ id }) => id), ...gone]);
    const wasWhole = this.isWhole;
    this.#answered = Math.max(this.#answered, Math.min(number, this.#asked));
    if (this.isWhole) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      this.#setLate(false);
    }
    if (totals.length + before.length > 0 || this.isWhole !== wasWhole) this.onNews();
  }

  #count(window: number, key: string): void {
    const kind = this.#kinds.get(key) ?? { windows: 0 };
    kind.windows += 1;
    this.#kinds.set(key, kind);
    this.#windows.set(window, key);
  }

  #forget(window: number): void {
    const key = this.#windows.get(window);
    const kind = key === undefined ? undefined : this.#kinds.get(key);
    this.#windows.delete(window);
    this.#before.delete(window);
    if (key === undefined || !kind) return;
    kind.windows -= 1;
    if (kind.windows === 0) this.#kinds.delete(key);
  }

  #setLate(late: boolean): void {
    if (late === this.#late) return;
    this.#late = late;
    this.onNews();
  }

  #end(): void {
    clearTimeout(this.#patience);
    const ids = [...this.#parts.keys()];
    this.#parts.clear();
    this.#kinds.clear();
    this.#before.clear();
    this.#answered = 0;
    this.onClosed();
    this.onZones(ids);
    this.onNews();
  }
}

function kindOf({ pattern, within, live }: WindowKind): string {
  return JSON.stringify([pattern, within, live]);
}

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) =>
    all.slice(group * size, (group + 1) * size),
  );
}
