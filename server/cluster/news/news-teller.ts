/** Tells one other node of zones here: of those that somebody there looks at, all at first, and then each change. */
import { NewsWanted, type NewsTold, type ZonePart } from '../../contract/zone-news.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { ZoneRoll } from '../../zones/roll.ts';
import type { Tallies, ZoneWindow } from '../../zones/window.ts';
import type { Here } from '../../zones/zone.ts';
import type { Channel } from '../wire/channel.ts';

/** Changes are told together: those of zones, and those of numbers of zones; ms. */
const interval = { zones: 100, tallies: 1000 };
/** In one message, so that none is too long. */
const atOnce = 1000;
/** More than that many people can look at is no node of this program. */
const mostWanted = { windows: 10_000, zones: 100_000 };

interface Looked {
  readonly window: ZoneWindow<Here>;
  held: ReadonlySet<ZoneId>;
  /** As it was told last. */
  tallies: string;
}

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
  readonly #windows = new Map<number, Looked>();
  readonly #named = new Set<ZoneId>();
  /** In how many windows each zone is. */
  readonly #inWindows = new Map<ZoneId, number>();
  readonly #told = new Map<ZoneId, ZonePart>();
  /** What may have to be told. */
  readonly #touched = new Set<ZoneId>();
  #number = 0;
  #due: NodeJS.Timeout | undefined;
  #talliesDue: NodeJS.Timeout | undefined;

  constructor(parts: NewsTellerParts) {
    this.#parts = parts;
    parts.channel.hear(NewsWanted, (wanted) => this.#take(wanted));
    parts.channel.onClosed = () => this.#end();
  }

  /** A zone has changed. */
  touched(id: ZoneId): void {
    if (this.#isWanted(id)) this.#touched.add(id);
    this.#due ??= setTimeout(() => this.#tell(), interval.zones);
    this.#talliesDue ??= setTimeout(() => this.#tellTallies(), interval.tallies);
  }

  close(): void {
    this.#parts.channel.close();
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#talliesDue);
    for (const { window } of this.#windows.values()) this.#parts.zones.close(window);
    this.#windows.clear();
    this.onEnded();
  }

  #take({ number, open, close, add, drop }: NewsWanted): void {
    for (const each of close) this.#close(each);
    for (const { window, question } of open) {
      this.#close(window);
      const opened = { window: this.#parts.zones.open(question), held: new Set<ZoneId>() };
      this.#windows.set(window, { ...opened, tallies: '' });
    }
    for (const id of drop) this.#named.delete(id);
    for (const id of add) this.#named.add(id);
    for (const id of [...add, ...drop]) this.#touched.add(id);
    if (this.#windows.size > mostWanted.windows || this.#named.size > mostWanted.zones) {
      return this.close();
    }
    this.#number = number;
    this.#tell(true);
  }

  #close(number: number): void {
    const looked = this.#windows.get(number);
    if (!looked) return;
    this.#windows.delete(number);
    this.#parts.zones.close(looked.window);
    this.#hold(looked, new Set());
  }

  /** @param isAnswer to be sent even where nothing is new */
  #tell(isAnswer = false): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    for (const looked of this.#windows.values()) this.#look(looked);
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
    const tallies = isAnswer ? this.#newTallies() : [];
    if (!isAnswer && changed.length + gone.length === 0) return;
    for (let at = 0; at < changed.length - atOnce; at += atOnce) {
      this.#say({ number: 0, changed: changed.slice(at, at + atOnce), gone: [], tallies: [] });
    }
    const rest = Math.max(0, Math.ceil(changed.length / atOnce) - 1) * atOnce;
    this.#say({ number: this.#number, changed: changed.slice(rest), gone, tallies });
  }

  #tellTallies(): void {
    this.#talliesDue = undefined;
    const tallies = this.#newTallies();
    if (tallies.length > 0) this.#say({ number: this.#number, changed: [], gone: [], tallies });
  }

  #newTallies(): { window: number; tallies: Tallies }[] {
    return [...this.#windows].flatMap(([number, looked]) => {
      const { tallies } = looked.window;
      const text = JSON.stringify(tallies);
      if (text === looked.tallies) return [];
      looked.tallies = text;
      return { window: number, tallies };
    });
  }

  #look(looked: Looked): void {
    const { changed, gone } = looked.window.look();
    if (changed.length + gone.length === 0) return;
    for (const { id } of changed) this.#touched.add(id);
    this.#hold(looked, new Set(looked.window.held.map(({ id }) => id)));
  }

  #hold(looked: Looked, held: ReadonlySet<ZoneId>): void {
    for (const id of held) if (!looked.held.has(id)) this.#countIn(id, 1);
    for (const id of looked.held) if (!held.has(id)) this.#countIn(id, -1);
    looked.held = held;
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
    const { camera, label, viewers, screens } = entry;
    const token = camera === 'idle' ? 0 : (this.#parts.tokenOf(id) ?? 0);
    return { id, camera, label, viewers, screens, token };
  }

  #say(told: NewsTold): void {
    this.#parts.channel.send(told);
  }
}

function isSame(part: ZonePart, told: ZonePart | undefined): boolean {
  return (
    told !== undefined &&
    (Object.keys(part) as (keyof ZonePart)[]).every((field) => part[field] === told[field])
  );
}
