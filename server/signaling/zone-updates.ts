/**
 * What clients are told of zones that they may see: each hears of those that its list shows, all of them at first and then
 * what changes, and of the rest how many there are. A client that takes part in a zone hears of its camera from the
 * zone itself, at once.
 */
import { zonesFor } from '../contract/policy.ts';
import { ListedZones, mostListed, type ZoneList } from '../contract/zone-list.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { OtherNodes } from '../zones/other-nodes.ts';
import type { ZoneQuestion } from '../zones/window.ts';
import type { Zones } from '../zones/zones.ts';
import { Audience } from './audience.ts';
import type { TabSession } from './tab-session.ts';

/** Changes are told together: those of zones, and those of totals; ms. */
const interval = { zones: 200, totals: 1000 };

/** Shown to a client that never says what its list shows. */
const usual = ListedZones.parse({ count: mostListed });

/** What the list of one client shows. */
interface Shown {
  readonly listed: ListedZones;
  /** The client has said so itself, and understands totals. */
  readonly stated: boolean;
  /** With what it may see, in words. */
  readonly key: string;
}

export class ZoneUpdates {
  readonly #zones: Zones;
  readonly #others: OtherNodes;
  readonly #audiences = new Map<string, Audience>();
  readonly #shown = new Map<TabSession, Shown>();
  readonly #memberOf = new Map<TabSession, string>();
  readonly #changed = new Set<ZoneId>();
  #due: NodeJS.Timeout | undefined;
  #totalsDue: NodeJS.Timeout | undefined;

  constructor(zones: Zones, others: OtherNodes) {
    this.#zones = zones;
    this.#others = others;
    others.hear(() => this.#totalsChanged());
  }

  /**
   * Tells a client that has come all that its list shows.
   * @param listed as it says; as it was, or the first zones, if it does not
   */
  welcome(session: TabSession, listed?: ListedZones): void {
    const { listed: former = usual, stated = false } = this.#shown.get(session) ?? {};
    this.#tell(session, listed ?? former, listed !== undefined || stated);
  }

  /** Answers `zones:list`: from now on, the client's list shows these. */
  async list(session: TabSession, listed: ListedZones): Promise<ZoneList> {
    return (await this.#show(session, listed, true, () => {})).list;
  }

  /** Looks whether a client may still see what it is shown. */
  recheck(session: TabSession): void {
    const shown = this.#shown.get(session);
    if (!shown || shown.key === keyOf(questionOf(session, shown.listed))) return;
    this.#leave(session);
    this.#tell(session, shown.listed, shown.stated);
  }

  forget(session: TabSession): void {
    this.#leave(session);
    this.#shown.delete(session);
  }

  /** Tells everyone concerned of a change, together with what else changes in a moment. */
  changed(zone: ZoneId): void {
    this.#changed.add(zone);
    this.#due ??= setTimeout(() => this.#publish(), interval.zones);
    this.#totalsChanged();
  }

  close(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#totalsDue);
    for (const audience of this.#audiences.values()) audience.close();
    this.#audiences.clear();
  }

  #tell(session: TabSession, listed: ListedZones, stated: boolean): void {
    void this.#show(session, listed, stated, ({ list: { zones, ...totals } }) =>
      session.notify('zones', { zones, ...(stated ? totals : {}) }),
    );
  }

  /**
   * @param then called at once where all is known already; not at all when the client has asked for something else meanwhile,
   * or is gone
   */
  async #show(
    session: TabSession,
    listed: ListedZones,
    stated: boolean,
    then: (audience: Audience) => void,
  ): Promise<Audience> {
    const question = questionOf(session, listed);
    const shown = { listed, stated, key: keyOf(question) };
    this.#shown.set(session, shown);
    const audience =
      this.#audiences.get(shown.key) ?? new Audience(question, this.#zones, this.#others);
    this.#audiences.set(shown.key, audience);
    audience.waiting += 1;
    if (audience.answered) await audience.answered;
    audience.waiting -= 1;
    audience.tell();
    if (this.#shown.get(session) === shown) {
      if (this.#memberOf.get(session) !== shown.key) this.#leave(session);
      this.#memberOf.set(session, shown.key);
      audience.members.set(session, { totals: stated });
      then(audience);
    } else this.#endIfDeserted(shown.key);
    return audience;
  }

  #leave(session: TabSession): void {
    const key = this.#memberOf.get(session);
    if (key === undefined) return;
    this.#memberOf.delete(session);
    this.#audiences.get(key)?.members.delete(session);
    this.#endIfDeserted(key);
  }

  #endIfDeserted(key: string): void {
    const audience = this.#audiences.get(key);
    if (!audience || audience.members.size + audience.waiting > 0) return;
    this.#audiences.delete(key);
    audience.close();
  }

  #publish(): void {
    this.#due = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    // The number of viewers: told at each join, it would cost a full zone more than the join.
    for (const id of ids) if (this.#zones.has(id)) this.#zones.find(id)?.tell();
    this.#zones.roll.settle();
    this.#zones.here.settle();
    for (const audience of this.#audiences.values()) audience.tell();
  }

  #totalsChanged(): void {
    this.#totalsDue ??= setTimeout(() => {
      this.#totalsDue = undefined;
      for (const audience of this.#audiences.values()) audience.tellTotals();
    }, interval.totals);
  }
}

function questionOf({ caller }: TabSession, listed: ListedZones): ZoneQuestion {
  return { ...listed, within: zonesFor(caller.principal, 'zone:see') };
}

function keyOf(question: ZoneQuestion): string {
  return JSON.stringify(question);
}
