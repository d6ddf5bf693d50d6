/** Clients whose lists show the same: for all of them, a change is looked at once, and told to each. */
import type { ZoneList, ZoneTotals } from '../contract/zone-list.ts';
import type { ZoneSummary } from '../contract/zone.ts';
import type { OtherNodes, Wanted } from '../zones/other-nodes.ts';
import type { Entry } from '../zones/entry.ts';
import { cityOf, missingOf } from '../zones/tally.ts';
import type { ZoneQuestion, ZoneWindow } from '../zones/window.ts';
import type { Here } from '../zones/zone.ts';
import type { Zones } from '../zones/zones.ts';
import type { TabSession } from './tab-session.ts';

export class Audience {
  /** Who is told, and whether they understand totals. */
  readonly members = new Map<TabSession, { readonly totals: boolean }>();
  /** How many wait to become members. */
  waiting = 0;
  readonly #zones: Zones;
  readonly #others: OtherNodes;
  readonly #window: ZoneWindow;
  /** Counts those of this node. */
  readonly #here: ZoneWindow<Here>;
  readonly #wanted: Wanted;
  #totalsTold = '';

  constructor(question: ZoneQuestion, zones: Zones, others: OtherNodes) {
    this.#zones = zones;
    this.#others = others;
    this.#window = zones.roll.open(question);
    this.#here = zones.here.open({ ...question, count: 0 });
    this.#wanted = others.want(question);
  }

  /** Resolves when other nodes have said what they have, or that takes too long; undefined once they have. */
  get answered(): Promise<void> | undefined {
    return this.#wanted.answered;
  }

  /** All that is to be shown, as of the last `tell`. */
  get list(): ZoneList {
    return { zones: this.#window.held.map(summaryOf), ...this.#totals };
  }

  /** Tells what is new of the zones that are shown. */
  tell(): void {
    const { changed, gone } = this.#window.look();
    if (changed.length + gone.length === 0) return;
    const notice = { changed: changed.map(summaryOf), gone: [...gone] };
    for (const session of this.members.keys()) session.notify('zones:changed', notice);
  }

  /** Tells how many there are, where that is new. */
  tellTotals(): void {
    const totals = this.#totals;
    const text = JSON.stringify(totals);
    if (text === this.#totalsTold) return;
    this.#totalsTold = text;
    for (const [session, understands] of this.members) {
      if (understands.totals) session.notify('zones:totals', totals);
    }
  }

  close(): void {
    this.#zones.roll.close(this.#window);
    this.#zones.here.close(this.#here);
    this.#wanted.drop();
  }

  get #totals(): ZoneTotals {
    const { tallies: here } = this.#here;
    const { tallies: others } = this.#wanted;
    const liveBefore = [here, ...others].reduce((sum, tallies) => sum + tallies.liveBefore, 0);
    const idleBefore = here.before
      ? cityOf(
          here.before,
          others.flatMap(({ before }) => before ?? []),
        ).idle
      : 0;
    const elsewhere = others.map(({ all }) => all);
    return {
      totals: cityOf(here.all, elsewhere),
      missing: missingOf(here.all, elsewhere),
      before: liveBefore + idleBefore,
      unknown: [...this.#others.unknown],
    };
  }
}

function summaryOf({ id, camera, label, viewers, lastSeen, listed }: Entry): ZoneSummary {
  return {
    ...{ id, camera, label, viewers },
    ...(lastSeen === undefined ? {} : { lastSeen }),
    ...(camera === 'idle' && listed ? { expected: true as const } : {}),
  };
}
