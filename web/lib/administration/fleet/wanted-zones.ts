/** What a file asks for: zones to be expected, and a camera's key for those that name one. */
import { z } from 'zod';
import { Name } from '../../../../server/contract/name.ts';
import { ZoneId } from '../../../../server/contract/zone.ts';
import { texts } from '../../text/texts.ts';
import { csvLimits, readCsv } from './read-csv.ts';

const text = texts.fleetFile;

/** An empty cell is no wish. */
const Wanted = z.object({
  zone: ZoneId,
  key: z.union([z.literal('').transform(() => undefined), Name]).optional(),
});

export interface WantedZone {
  readonly line: number;
  readonly zone: string;
  /** The name of a key to be made. */
  readonly key: string | undefined;
}
export interface FaultyLine {
  readonly line: number;
  readonly reason: string;
}
export interface FileRead {
  readonly wanted: readonly WantedZone[];
  readonly faulty: readonly FaultyLine[];
}

export interface AtHand {
  /** Whether keys can be made. */
  readonly mayMakeKeys: boolean;
  /** Names of those that there are. */
  readonly keys: ReadonlySet<string>;
}

/** @param file what a person has chosen @returns in words why it cannot be used as a whole */
export function readWanted(file: string, atHand: AtHand): FileRead | string {
  const rows = readCsv(file);
  if (typeof rows === 'string') return text.faults[rows];
  const [head, ...lines] = rows;
  const column = (name: string): number =>
    head?.cells.findIndex((cell) => cell.toLowerCase() === name.toLowerCase()) ?? -1;
  const [zoneAt, keyAt] = [column(text.columns.zone), column(text.columns.newKey)];
  if (zoneAt === -1) return text.noZoneColumn;
  if (lines.length > csvLimits.rows) return text.tooMany(lines.length, csvLimits.rows);
  const wanted: WantedZone[] = [];
  const faulty: FaultyLine[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of lines) {
    const { data, error } = Wanted.safeParse({ zone: cells[zoneAt] ?? '', key: cells[keyAt] });
    if (!data) {
      const isZone = error.issues[0]?.path[0] === 'zone';
      faulty.push({ line, reason: isZone ? text.wrongZone : text.wrongKey });
      continue;
    }
    const reason = reasonAgainst(data, seen.get(data.zone), atHand);
    if (reason === undefined) {
      seen.set(data.zone, line);
      wanted.push({ line, zone: data.zone, key: data.key });
    } else faulty.push({ line, reason });
  }
  return { wanted, faulty };
}

function reasonAgainst(
  { key }: z.infer<typeof Wanted>,
  before: number | undefined,
  { mayMakeKeys, keys }: AtHand,
): string | undefined {
  if (before !== undefined) return text.twice(before);
  if (key === undefined) return undefined;
  if (!mayMakeKeys) return text.noKeys;
  return keys.has(key) ? text.keyThere(key) : undefined;
}
