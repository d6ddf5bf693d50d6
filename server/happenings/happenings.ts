/** What happened since when: told by what zones, gateways and nodes do, and answered by operators. */
import type { Logger } from 'pino';
import type { By } from '../access/caller.ts';
import type { Changes } from '../access/changes.ts';
import type { CameraEvent } from '../contract/camera-event.ts';
import type { Principal } from '../contract/access.ts';
import { RefusedError } from '../contract/errors.ts';
import {
  happeningLimits,
  type AddBookmark,
  type Happening,
  type HappeningKind,
  type HappeningPage,
} from '../contract/happening.ts';
import { may } from '../contract/policy.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Store } from '../store/store.ts';
import { bookmarkOf, newestOf } from './bookmark.ts';
import { Grouping } from './grouping.ts';
import { Ledger } from './ledger.ts';
import { Patience } from './patience.ts';
import { begin, beginOfId, giveBack, lose, subjectBack, type HappeningRecord } from './record.ts';
import { visibleTo } from './visible.ts';
import { read, written } from './written.ts';
import { ZoneWatch, type WatchedZone } from './zone-watch.ts';

/** Until a gateway counts as gone, ms: before its cameras do, so that these are told with it. */
const gatewayGrace = 2500;
const minute = 60_000;
/** What of all that cameras notice is told: movement is no trouble. */
const told: Partial<Record<CameraEvent['kind'], HappeningKind>> = {
  tamper: 'camera-tampered',
};

export interface HappeningsParts {
  readonly store: Store;
  readonly changes: Pick<Changes, 'make'>;
  readonly log: Logger;
  /** ms since the epoch */
  readonly now: () => number;
  /** Whether this node goes. */
  readonly isLeaving: () => boolean;
  /** Whether people see such a zone. */
  readonly isZone: (zone: ZoneId) => boolean;
  /** Which of these zones have a camera at another node; none where there is no other. */
  readonly elsewhere?: (zones: ZoneId[]) => Promise<ReadonlySet<ZoneId>>;
  /** Told what was written here, for other nodes. */
  readonly wrote?: (ids: string[]) => void;
}

export class Happenings {
  /** Told of each that has changed. */
  onChange: (record: HappeningRecord) => void = () => {};
  readonly #parts: HappeningsParts;
  readonly #ledger: Ledger;
  readonly #grouping = new Grouping();
  readonly #zones: ZoneWatch;
  readonly #gateways = new Patience<string>(gatewayGrace);

  constructor(parts: HappeningsParts) {
    this.#parts = parts;
    const { store, log, now, isLeaving, elsewhere = async () => new Set() } = parts;
    this.#zones = new ZoneWatch({
      ...{ now, isLeaving, elsewhere },
      trouble: (kind, zone, at) => this.#trouble(kind, zone, at),
      over: (kinds, zone, at) => this.#over(kinds, zone, at),
    });
    this.#ledger = new Ledger({
      ...{ store, log, now },
      changed: (record) => {
        this.#grouping.take(record);
        this.onChange(record);
      },
      forgotten: (record) => this.#grouping.forget(record),
      wrote: (ids) => parts.wrote?.(ids),
    });
  }

  /** Reads what happened before this node began. @throws StoreError */
  open(): Promise<void> {
    return this.#ledger.open();
  }

  // What happens.

  zoneChanged(zone: WatchedZone): void {
    this.#zones.changed(zone);
  }

  /** Whether a camera of it is at this node. */
  hasCamera(zone: ZoneId): boolean {
    return this.#zones.has(zone);
  }

  noticed(zone: ZoneId, { kind, state, at }: Pick<CameraEvent, 'kind' | 'state'> & { at: number }) {
    const trouble = told[kind];
    if (!trouble) return;
    if (state === 'began') this.#trouble(trouble, zone, at);
    else this.#over([trouble], zone, at);
  }

  gatewayCame(name: string): void {
    this.#gateways.callOff(name);
    this.#subjectBack('gateway-gone', name);
  }

  /** @param reach the zones that it filmed */
  gatewayGone(name: string, reach: readonly ZoneId[]): void {
    if (this.#parts.isLeaving()) return;
    const at = this.#parts.now();
    this.#gateways.begin(name, () => {
      if (this.#open('gateway-gone', name)) return;
      const lost = reach.slice(0, happeningLimits.zones);
      const gone = begin({ kind: 'gateway-gone', at, subject: name, reach: lost });
      this.#ledger.change(gone, () => {});
    });
  }

  /** @param boot of its run: told once, whichever nodes tell it */
  nodeLost(name: string, boot: string): void {
    const at = this.#parts.now();
    // Nodes see it at different moments: to all of them it is that of the same minute, of the same run.
    const id = `${beginOfId(Math.floor(at / minute) * minute)}${boot.slice(0, 12)}`;
    if (this.#ledger.all.some(({ id: known }) => known.endsWith(boot.slice(0, 12)))) return;
    this.#ledger.change(begin({ kind: 'node-lost', at, subject: name, id }), () => {});
  }

  nodeCame(name: string): void {
    this.#subjectBack('node-lost', name);
  }

  nodeDrains(name: string): void {
    const drains = begin({ kind: 'node-drains', at: this.#parts.now(), subject: name });
    this.#ledger.change(drains, () => {});
  }

  // What is made of it.

  /** The newest that somebody sees, the newest first. */
  newestFor(principal: Principal): Happening[] {
    const { page, firstBookmarks } = happeningLimits;
    return newestOf(seenBy(principal, this.#ledger.all), page, firstBookmarks);
  }

  /** Undefined where nothing of it is theirs to see. */
  visible(principal: Principal, record: HappeningRecord): Happening | undefined {
    return visibleTo(principal, record);
  }

  /** @param before those before the one of this id @throws StoreError */
  async page(principal: Principal, limit: number, before?: string): Promise<HappeningPage> {
    const { happenings } = this.#parts.store;
    const stored = await happenings.page(limit + 1, before);
    const records = stored.slice(0, limit).flatMap((one) => {
      const known = this.#ledger.find(one.id) ?? read(one);
      return known ? [known] : [];
    });
    const next = stored.length > limit ? stored[limit - 1]?.id : undefined;
    const page = { happenings: seenBy(principal, records) };
    return next === undefined ? page : { ...page, next };
  }

  /** What is acknowledged already stays as it is. @throws RefusedError `not-found` */
  async acknowledge(principal: Principal, by: By, ids: readonly string[]): Promise<void> {
    const at = this.#parts.now();
    const acknowledged = JSON.stringify({ by: by.actor.name, at });
    await this.#answer(by, ids, async (records, id, tell) => {
      const { seen, stored } = await this.#seen(records, principal, id);
      if (stored.acknowledged !== null) return;
      await records.happenings.answer(id, { acknowledged }, at);
      tell({ action: 'happening-acknowledged', detail: detailOf(seen) });
    });
  }

  /** @param text empty to remove it @throws RefusedError `not-found` */
  async annotate(principal: Principal, by: By, id: string, text: string): Promise<void> {
    const at = this.#parts.now();
    const note = text === '' ? null : JSON.stringify({ text, by: by.actor.name, at });
    await this.#answer(by, [id], async (records, _id, tell) => {
      const { seen } = await this.#seen(records, principal, id);
      await records.happenings.answer(id, { note }, at);
      tell({ action: 'happening-annotated', detail: { ...detailOf(seen), note: text } });
    });
  }

  /**
   * Marks a moment of a zone, once that is in the audit.
   * @throws RefusedError `forbidden` for a zone that they may not watch, `not-found` for one that there is not
   */
  async bookmark(principal: Principal, by: By, asked: AddBookmark): Promise<Happening> {
    const { zone, ago, note } = asked;
    if (!may(principal, 'zone:watch', zone)) {
      throw new RefusedError('forbidden', `You may not watch ${zone}.`);
    }
    if (!this.#parts.isZone(zone)) {
      throw new RefusedError('not-found', `There is no zone ${zone}.`);
    }
    const at = this.#parts.now();
    const record = bookmarkOf({ zone, moment: at - ago, at, by: by.actor.name, note });
    await this.#parts.changes.make(by, async ({ happenings }, tell) => {
      await happenings.add({ ...written(record, at), markedBy: principal.id });
      await happenings.keepNewestOf(principal.id, happeningLimits.bookmarks);
      const detail = { happening: record.id, moment: record.began, ...(note ? { note } : {}) };
      tell({ action: 'bookmarked', zone, detail });
    });
    await this.reread([record.id]);
    this.#parts.wrote?.([record.id]);
    const seen = visibleTo(principal, record);
    if (!seen) throw new Error('a bookmark is not seen by whoever has made it');
    return seen;
  }

  /** Takes up what another node has written. */
  async reread(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#ledger.reread(id);
  }

  refresh(): Promise<void> {
    return this.#ledger.refresh();
  }

  purge(now: number): Promise<void> {
    return this.#ledger.purge(now);
  }

  async close(): Promise<void> {
    this.#zones.close();
    this.#gateways.close();
    await this.#ledger.close();
  }

  #trouble(kind: HappeningKind, zone: ZoneId, at: number): void {
    const record = this.#grouping.placeOf(kind, zone, at);
    if (record) this.#ledger.change(record, (one) => lose(one, zone, at));
  }

  #over(kinds: readonly HappeningKind[], zone: ZoneId, at: number): void {
    for (const record of this.#grouping.lossesOf(zone, kinds)) {
      this.#ledger.change(record, (one) => giveBack(one, zone, at));
    }
  }

  #open(kind: HappeningKind, subject: string): HappeningRecord | undefined {
    return this.#ledger.all.find(
      (one) => one.kind === kind && one.subject === subject && one.subjectBack === undefined,
    );
  }

  #subjectBack(kind: HappeningKind, subject: string): void {
    const at = this.#parts.now();
    const record = this.#open(kind, subject);
    if (record) this.#ledger.change(record, (one) => subjectBack(one, at));
  }

  /** Changes answers, together with what is to be in the audit. */
  async #answer(
    by: By,
    ids: readonly string[],
    work: (
      records: Parameters<Parameters<Changes['make']>[1]>[0],
      id: string,
      tell: Parameters<Parameters<Changes['make']>[1]>[1],
    ) => Promise<void>,
  ): Promise<void> {
    await this.#parts.changes.make(by, async (records, tell) => {
      for (const id of ids) await work(records, id, tell);
    });
    await this.reread(ids);
    this.#parts.wrote?.([...ids]);
  }

  /** @throws RefusedError `not-found`, also for one that they may not see */
  async #seen(records: Pick<Store, 'happenings'>, principal: Principal, id: string) {
    const stored = await records.happenings.find(id);
    const record = stored && read(stored);
    const seen = record && visibleTo(principal, record);
    if (stored && seen) return { stored, seen };
    throw new RefusedError('not-found', 'There is no such happening any more.');
  }
}

function seenBy(principal: Principal, records: readonly HappeningRecord[]): Happening[] {
  return records.flatMap((record) => visibleTo(principal, record) ?? []);
}

/** Zones of an audit's record, of which a crowd has too many to name. */
const named = 20;

function detailOf({ id, kind, began, subject, zones }: Happening): Record<string, unknown> {
  const names = zones.slice(0, named).map(({ zone }) => zone);
  return {
    happening: id,
    what: kind,
    began,
    ...(subject ? { subject } : {}),
    zones: names,
    number: zones.length,
  };
}
