/** What one other node tells of its zones, for as long as its channel lives: nothing of it is believed any longer. */
import { NewsTold, type NewsWanted, type ZonePart } from '../../contract/zone-news.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Tallies } from '../../zones/window.ts';
import type { Channel } from '../wire/channel.ts';

/** A node that has not answered for so long is unknown until it does, ms. */
const patience = 1000;
/** In one message, so that none is too long. */
const atOnce = { windows: 200, zones: 5000 };

export type Wants = Partial<Omit<NewsWanted, 'number'>>;

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
  readonly #tallies = new Map<number, Tallies>();
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
    return this.#tallies.get(window);
  }

  want({ open = [], close = [], add = [], drop = [] }: Wants): void {
    for (const window of close) this.#tallies.delete(window);
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

  #take({ number, changed, gone, tallies }: NewsTold): void {
    for (const part of changed) this.#parts.set(part.id, part);
    for (const id of gone) this.#parts.delete(id);
    for (const { window, tallies: told } of tallies) this.#tallies.set(window, told);
    this.onZones([...changed.map(({ id }) => id), ...gone]);
    const wasWhole = this.isWhole;
    this.#answered = Math.max(this.#answered, Math.min(number, this.#asked));
    if (this.isWhole) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      this.#setLate(false);
    }
    if (tallies.length > 0 || this.isWhole !== wasWhole) this.onNews();
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
    this.#tallies.clear();
    this.#answered = 0;
    this.onClosed();
    this.onZones(ids);
    this.onNews();
  }
}

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) =>
    all.slice(group * size, (group + 1) * size),
  );
}
