/** The directory of zones: each is there for as long as it is listed, somebody is in it, or something is kept of it. */
import type { ZoneNotice } from '../contract/privacy.ts';
import { byName, type ZoneId, type ZoneSummary } from '../contract/zone.ts';
import { noticeOf } from './notice.ts';
import { blankRecord, type ZoneRecord } from './record.ts';
import { ZoneRoll } from './roll.ts';
import { Zone, type Here, type ZoneRules } from './zone.ts';

export class Zones {
  /** Told after each change that a person could see; the zone may exist no longer. */
  onChange: (zone: Zone) => void = () => {};
  /** Told the same first, of what its camera does. */
  onCamera: (zone: Pick<Zone, 'id' | 'cameraHere' | 'leftByChoice'>) => void = () => {};
  /** Told when the first viewer has come to a zone, and when the last one has gone. */
  onWatched: (id: ZoneId, isWatched: boolean) => void = () => {};
  /** Told when filming of a zone begins here, and when it has ended. */
  onFilmed: (zone: Zone) => void = () => {};
  /** All zones that this node knows of, as lists have them. */
  readonly roll = new ZoneRoll((id) => this.#existing(id)?.inCity);
  /** Those that are here: what other nodes hear of. */
  readonly here = new ZoneRoll<Here>((id) => {
    const zone = this.#zones.get(id);
    return zone?.isHere ? zone.here : undefined;
  });
  readonly #zones = new Map<ZoneId, Zone>();
  readonly #rules: ZoneRules;
  readonly #notice: ZoneNotice;

  /**
   * @param notice of every zone that has no words of its own
   * @param listed zones that exist even while nobody is in them
   */
  constructor(rules: ZoneRules, notice: ZoneNotice, listed: Iterable<ZoneId> = []) {
    this.#rules = rules;
    this.#notice = notice;
    for (const id of listed) this.keep({ ...blankRecord(id), listed: true });
  }

  /** The zone of which something is there or kept. */
  find(id: ZoneId): Zone | undefined {
    return this.#zones.get(id);
  }

  /** The zone, made if needed. Join it at once: an empty zone made here is never removed. */
  at(id: ZoneId): Zone {
    const known = this.#zones.get(id);
    if (known) return known;
    const zone: Zone = new Zone(id, this.#rules, {
      changed: () => this.#changed(zone),
      watched: (isWatched) => this.onWatched(id, isWatched),
      filmed: () => this.onFilmed(zone),
    });
    this.#zones.set(id, zone);
    return zone;
  }

  has(id: ZoneId): boolean {
    return this.#zones.get(id)?.exists ?? false;
  }

  /** From now on this holds of a zone. */
  keep(record: ZoneRecord): void {
    const zone = this.at(record.id);
    zone.keep(record);
    this.#forgetBlank(zone);
  }

  noticeOf(id: ZoneId): ZoneNotice {
    return noticeOf(this.#zones.get(id)?.record.notice ?? null, this.#notice);
  }

  /** Those that are here, with those who watch here; by name. */
  list(): ZoneSummary[] {
    return [...this.#zones.values()]
      .filter(({ isHere }) => isHere)
      .map((zone) => ({ ...zone.summary, viewers: zone.here.screens }))
      .sort(byName);
  }

  /** All of which something is there or kept. */
  all(): Iterable<Zone> {
    return this.#zones.values();
  }

  /** Looks after each camera. @param failed told of those of which nothing could be found out */
  look(failed: (error: unknown) => void): void {
    for (const zone of this.#zones.values()) zone.look().catch(failed);
  }

  #existing(id: ZoneId): Zone | undefined {
    return this.has(id) ? this.#zones.get(id) : undefined;
  }

  #changed(zone: Zone): void {
    this.#forgetBlank(zone);
    this.roll.touch(zone.id);
    this.here.touch(zone.id);
    this.onCamera(zone);
    this.onChange(zone);
  }

  #forgetBlank(zone: Zone): void {
    if (zone.isBlank && this.#zones.get(zone.id) === zone) this.#zones.delete(zone.id);
  }
}
