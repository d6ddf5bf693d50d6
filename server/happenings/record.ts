/** One happening as it is kept, and what may be done to it. */
import { randomBytes } from 'node:crypto';
import {
  happeningLimits,
  severityOf,
  type Happening,
  type HappeningKind,
} from '../contract/happening.ts';
import type { ZoneId } from '../contract/zone.ts';

interface Affected {
  since: number;
  back?: number | undefined;
  times: number;
}

export interface HappeningRecord {
  readonly id: string;
  readonly kind: HappeningKind;
  /** ms since the epoch, as all times here */
  readonly began: number;
  readonly subject?: string | undefined;
  /** Zones that are lost with the subject, should they be lost. */
  readonly reach: readonly ZoneId[];
  readonly zones: Map<ZoneId, Affected>;
  /** Whether the subject is back. */
  subjectBack?: number | undefined;
  ended?: number | undefined;
  /** Of a bookmark. */
  readonly marked?: Happening['marked'];
  acknowledged?: Happening['acknowledged'];
  note?: Happening['note'];
  /** Of what is kept but answers, so that two nodes do not overwrite each other. */
  version: number;
}

export interface Beginning {
  readonly kind: HappeningKind;
  readonly at: number;
  readonly subject?: string | undefined;
  readonly reach?: readonly ZoneId[];
  readonly marked?: Happening['marked'];
  /** One that others may tell of, too, is told once by its name. */
  readonly id?: string;
}

export function begin({ kind, at, subject, reach = [], marked, id }: Beginning): HappeningRecord {
  const zones = new Map<ZoneId, Affected>();
  const over = severityOf(kind) === 'notice' ? { ended: at } : {};
  return {
    ...{ id: id ?? newId(at), kind, began: at, subject, reach, zones, version: 0 },
    ...(marked ? { marked } : {}),
    ...over,
  };
}

export function hasRoom({ zones }: HappeningRecord): boolean {
  return zones.size < happeningLimits.zones;
}

/** A zone is lost, once more if it was before. */
export function lose(record: HappeningRecord, zone: ZoneId, at: number): void {
  const { times = 0 } = record.zones.get(zone) ?? {};
  record.zones.set(zone, { since: at, times: times + 1 });
  if (severityOf(record.kind) !== 'notice') record.ended = undefined;
}

export function giveBack(record: HappeningRecord, zone: ZoneId, at: number): void {
  const affected = record.zones.get(zone);
  if (!affected || affected.back !== undefined) return;
  affected.back = at;
  endIfOver(record, at);
}

export function subjectBack(record: HappeningRecord, at: number): void {
  record.subjectBack ??= at;
  endIfOver(record, at);
}

export function isLost(record: HappeningRecord, zone: ZoneId): boolean {
  const affected = record.zones.get(zone);
  return affected !== undefined && affected.back === undefined;
}

function endIfOver(record: HappeningRecord, at: number): void {
  if (record.ended !== undefined) return;
  if (record.subject !== undefined && record.subjectBack === undefined) return;
  for (const { back } of record.zones.values()) if (back === undefined) return;
  record.ended = at;
}

/** What began in one millisecond stays in order. */
let made = 0;

/** Begins with the time, so that one order serves pages and retention. */
export function newId(at: number): string {
  made = (made + 1) % 0x1_0000;
  const order = made.toString(16).padStart(4, '0');
  return `${beginOfId(at)}${order}${randomBytes(4).toString('hex')}`;
}

/** @param at ms since the epoch */
export function beginOfId(at: number): string {
  return String(Math.max(0, Math.round(at))).padStart(15, '0');
}
