/** The navigator's rows: groups by area and kind, their zones, and the favourites before them. */
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { texts } from '../text/texts.ts';
import { partsOf } from './name-parts.ts';

interface Place {
  /** Of this row alone: a favourite zone has two. */
  readonly key: string;
  /** From 1. */
  readonly level: number;
  /** How many rows its group has on this level, and which of them it is, from 1. */
  readonly size: number;
  readonly position: number;
}
export interface GroupRow extends Place {
  readonly type: 'group';
  readonly name: string;
  readonly open: boolean;
  readonly count: number;
  /** Zones of it that have no camera. */
  readonly lost: number;
}
export interface ZoneRow extends Place {
  readonly type: 'zone';
  readonly zone: ZoneSummary;
  /** By which it is opened: the zones of the list as it stands, counted from 1. */
  readonly number: number;
}
export type Row = GroupRow | ZoneRow;

export interface HowToList {
  readonly favourites: ReadonlySet<string>;
  /** Keys of the groups that are closed. */
  readonly closed: ReadonlySet<string>;
}

interface Group {
  readonly key: string;
  readonly name: string;
  readonly zones: ZoneSummary[];
}

/** @param zones in the order of their names */
export function rowsOf(zones: readonly ZoneSummary[], { favourites, closed }: HowToList): Row[] {
  const starred = zones.filter(({ id }) => favourites.has(id));
  const areas = grouped(zones, ({ id }) => partsOf(id).area, '');
  // What belongs to no area comes last.
  const named = [...areas.filter(({ name }) => name !== ''), ...areas.filter(({ name }) => !name)];
  const favourite = { key: '*', name: texts.desk.favourites, zones: starred };
  const top = starred.length > 0 ? [favourite, ...named] : named;
  const rows: Row[] = [];
  let number = 0;
  const addZones = (group: Group, level: number): void => {
    for (const [index, zone] of group.zones.entries()) {
      number += 1;
      const place = { key: `${group.key}/${zone.id}`, level, position: index + 1 };
      rows.push({ type: 'zone', ...place, size: group.zones.length, zone, number });
    }
  };
  const addGroup = (group: Group, level: number, position: number, size: number): boolean => {
    const { key, name } = group;
    const open = !closed.has(key);
    const lost = group.zones.filter(({ camera }) => camera === 'idle').length;
    const count = group.zones.length;
    const told = { name: name || texts.desk.other, open, count, lost };
    rows.push({ type: 'group', key, level, position, size, ...told });
    return open;
  };
  for (const [index, area] of top.entries()) {
    if (!addGroup(area, 1, index + 1, top.length)) continue;
    const kinds = area === favourite ? [] : grouped(area.zones, kindOf, `${area.key}/`);
    if (kinds.length < 2) addZones(area, 2);
    else {
      for (const [at, kind] of kinds.entries()) {
        if (addGroup(kind, 2, at + 1, kinds.length)) addZones(kind, 3);
      }
    }
  }
  return rows;
}

const kindOf = ({ id }: ZoneSummary): string => partsOf(id).kind;

/** In the order in which they come. */
function grouped(
  zones: readonly ZoneSummary[],
  nameOf: (zone: ZoneSummary) => string,
  prefix: string,
): Group[] {
  const groups = new Map<string, Group>();
  for (const zone of zones) {
    const name = nameOf(zone);
    const group = groups.get(name) ?? { key: `${prefix}${name}.`, name, zones: [] };
    group.zones.push(zone);
    groups.set(name, group);
  }
  return [...groups.values()];
}
