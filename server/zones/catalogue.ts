/** What administrators decide of zones: which are listed, their notices and their masks. */
import type { z } from 'zod';
import type { ChangePresetMasks, ChangeZone, ManagedZone, MasksOfZone } from '../contract/api.ts';
import type { Actor } from '../contract/audit.ts';
import { RefusedError } from '../contract/errors.ts';
import { hidesAnything, mostPresets } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';
import { InTurn } from '../in-turn.ts';
import { blankRecord, isBlank, type ZoneRecord } from './record.ts';
import type { Zones } from './zones.ts';

/** Who answers for a change, and from where. */
interface By {
  readonly actor: Actor;
  readonly address: string;
}

/** Where zones are kept. */
export interface ZoneShelf {
  list(): Promise<ZoneRecord[]>;
  find(id: ZoneId): Promise<ZoneRecord | undefined>;
}
interface OpenShelf extends ZoneShelf {
  save(zone: ZoneRecord): Promise<void>;
  remove(id: ZoneId): Promise<boolean>;
}

/** Makes a change together with its record in the audit, or neither. */
export interface ZoneChanges {
  make<T>(
    by: By,
    work: (
      records: {
        readonly zones: OpenShelf;
        readonly filmedZones: { remove(id: ZoneId): Promise<boolean> };
      },
      tell: (change: { action: string; zone: ZoneId; detail?: Record<string, unknown> }) => void,
    ) => Promise<T>,
  ): Promise<T>;
}

export class ZoneCatalogue {
  readonly #shelf: ZoneShelf;
  readonly #changes: ZoneChanges;
  readonly #zones: Zones;
  readonly #configured: ReadonlySet<ZoneId>;
  /** Zones of which something is stored, or was. */
  readonly #known = new Set<ZoneId>();
  /** One change at a time: a zone is saved as a whole. */
  readonly #work = new InTurn();

  /** @param configured zones that the configuration file lists */
  constructor(
    parts: { shelf: ZoneShelf; changes: ZoneChanges; zones: Zones },
    configured: readonly ZoneId[],
  ) {
    this.#shelf = parts.shelf;
    this.#changes = parts.changes;
    this.#zones = parts.zones;
    this.#configured = new Set(configured);
  }

  /** Looks again at what is stored, since other servers change it too. */
  refresh(): Promise<void> {
    return this.#work.run(async () => {
      const stored = new Map((await this.#shelf.list()).map((zone) => [zone.id, zone]));
      for (const id of new Set([...this.#known, ...stored.keys()])) {
        this.#take(stored.get(id) ?? blankRecord(id));
      }
    });
  }

  /** Those that are listed or have something of their own, by identifier. */
  async list(): Promise<ManagedZone[]> {
    const records = await this.#shelf.list();
    const known = new Set(records.map(({ id }) => id));
    const bare = [...this.#configured].filter((id) => !known.has(id)).map(blankRecord);
    return [...records, ...bare]
      .map((record) => this.#describe(record))
      .sort((a, b) => a.id.localeCompare(b.id));
  }

  /** Lists the zone even while nobody is in it. */
  add(by: By, id: ZoneId): Promise<ManagedZone> {
    return this.#save(by, id, 'zone-listed', (zone) => ({ ...zone, listed: true }));
  }

  change(by: By, id: ZoneId, change: z.infer<typeof ChangeZone>): Promise<ManagedZone> {
    const { notice, masks, maxBitrate } = change;
    const action = masks
      ? 'masks-changed'
      : notice === undefined && maxBitrate !== undefined
        ? 'limit-changed'
        : 'notice-changed';
    return this.#save(
      by,
      id,
      action,
      (zone) => ({
        ...zone,
        ...(notice === undefined ? {} : { notice }),
        ...(masks === undefined ? {} : { masks }),
        ...(maxBitrate === undefined ? {} : { maxBitrate: maxBitrate ?? undefined }),
      }),
      { ...change },
    );
  }

  /** What is hidden of a zone, as it is stored. */
  async masksOf(id: ZoneId): Promise<MasksOfZone> {
    const { masks = [], presetMasks = [] } = (await this.#shelf.find(id)) ?? {};
    return { zone: id, masks, presetMasks };
  }

  /**
   * Sets what is hidden where the camera stands at a preset. Those of other presets stay.
   * @throws RefusedError `invalid-request` where there are too many presets with masks
   */
  async maskPreset(
    by: By,
    id: ZoneId,
    preset: string,
    { masks, ...place }: z.infer<typeof ChangePresetMasks>,
  ): Promise<MasksOfZone> {
    const change = (zone: ZoneRecord): ZoneRecord => {
      const others = (zone.presetMasks ?? []).filter((one) => one.preset !== preset);
      const all = masks ? [...others, { preset, ...place, masks }] : others;
      if (all.length > mostPresets) {
        throw new RefusedError('invalid-request', `At most ${mostPresets} presets can have masks.`);
      }
      return { ...zone, presetMasks: all.length > 0 ? all : undefined };
    };
    const detail = { preset, ...place, masks };
    const action = masks ? 'preset-masks-changed' : 'preset-masks-removed';
    const { masks: fixed, presetMasks = [] } = await this.#save(by, id, action, change, detail);
    return { zone: id, masks: fixed, presetMasks };
  }

  /**
   * Takes the zone off the list, and forgets what it had of its own and that it was ever filmed.
   * @param demandMask called where it has masks, at whichever server they were drawn; it throws to refuse
   * @throws RefusedError `not-found`, or as `demandMask` does
   */
  async remove(by: By, id: ZoneId, demandMask: () => void): Promise<void> {
    const stored = await this.#shelf.find(id);
    const filmed = this.#zones.find(id)?.filmed;
    if (!stored && !filmed) throw new RefusedError('not-found', `${id} is not listed any more.`);
    const detail = {
      ...(stored && hidesAnything(stored) ? { masks: [] } : {}),
      ...(filmed ? { filmed } : {}),
    };
    const blank = (zone: ZoneRecord): ZoneRecord => {
      if (hidesAnything(zone)) demandMask();
      return blankRecord(id);
    };
    await this.#save(by, id, 'zone-removed', blank, detail, true);
    this.#zones.find(id)?.forgetFilmed();
  }

  #save(
    by: By,
    id: ZoneId,
    action: string,
    change: (zone: ZoneRecord) => ZoneRecord,
    detail: Record<string, unknown> = {},
    forgetFilmed = false,
  ): Promise<ManagedZone> {
    return this.#work.run(async () => {
      const zone = await this.#changes.make(by, async ({ zones, filmedZones }, tell) => {
        const next = change((await zones.find(id)) ?? blankRecord(id));
        if (isBlank(next)) await zones.remove(id);
        else await zones.save(next);
        if (forgetFilmed) await filmedZones.remove(id);
        tell({ action, zone: id, ...(Object.keys(detail).length > 0 ? { detail } : {}) });
        return next;
      });
      this.#take(zone);
      return this.#describe(zone);
    });
  }

  /** Puts a record into force, and tells everyone concerned. */
  #take(zone: ZoneRecord): void {
    this.#known.add(zone.id);
    this.#zones.keep({ ...zone, listed: zone.listed || this.#configured.has(zone.id) });
  }

  #describe(record: ZoneRecord): ManagedZone {
    const configured = this.#configured.has(record.id);
    return { ...record, listed: record.listed || configured, configured };
  }
}
