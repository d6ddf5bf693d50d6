/** The beginning of a PMTiles archive, version 3: what is in it, and where. */

/** bytes */
export const headerLength = 127;

export interface ArchiveHeader {
  /** Where the text about the archive is, bytes. */
  readonly metadata: { readonly at: number; readonly length: number };
  readonly compressed: boolean;
  /** ° */
  readonly bounds: {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
  };
  readonly closest: number;
}

const compressions = { none: 1, gzip: 2 };
const vectorTiles = 1;
const closestOfAll = 26; // The format's own limit.
const places = { metadata: 24, internal: 97, tiles: 98, kind: 99, closest: 101, bounds: 102 };

/**
 * @param bytes the first of the file
 * @returns what is wrong with it, in words that go on from "which"
 */
export function readHeader(bytes: Buffer): ArchiveHeader | string {
  if (bytes.length < headerLength || bytes.subarray(0, 7).toString('latin1') !== 'PMTiles')
    return 'is no PMTiles archive';
  if (bytes[7] !== 3) return `is of version ${bytes[7]} of PMTiles: this server reads version 3`;
  if (bytes[places.kind] !== vectorTiles) return 'holds pictures as tiles, not vector tiles';
  const isKnown = (place: number): boolean =>
    bytes[place] === compressions.none || bytes[place] === compressions.gzip;
  if (!isKnown(places.internal) || !isKnown(places.tiles))
    return 'is compressed in a way that browsers do not read: gzip is';
  const closest = bytes[places.closest] ?? 0;
  const [west, south, east, north] = [0, 4, 8, 12].map(
    (offset) => bytes.readInt32LE(places.bounds + offset) / 1e7,
  ) as [number, number, number, number];
  const isOnEarth = west >= -180 && east <= 180 && south >= -90 && north <= 90;
  if (!isOnEarth || west >= east || south >= north || closest > closestOfAll)
    return 'says nothing sensible of the place that it covers';
  return {
    metadata: {
      at: Number(bytes.readBigUInt64LE(places.metadata)),
      length: Number(bytes.readBigUInt64LE(places.metadata + 8)),
    },
    compressed: bytes[places.internal] === compressions.gzip,
    bounds: { west, south, east, north },
    closest,
  };
}
