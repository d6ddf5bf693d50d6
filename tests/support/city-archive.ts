/** Writes a small city as a PMTiles archive: a river, a park, streets with names, houses, and the name of the place. */
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { zxyToTileId } from 'pmtiles';

/** Its middle, °. */
export const middle = { latitude: 48.137, longitude: 11.575 };
const half = { latitude: 0.006, longitude: 0.009 };
export const bounds = {
  west: middle.longitude - half.longitude,
  south: middle.latitude - half.latitude,
  east: middle.longitude + half.longitude,
  north: middle.latitude + half.latitude,
};
const zooms = { least: 8, most: 15 };

type Position = [longitude: number, latitude: number];
/** @param x @param y from -1 to 1, of what it covers */
const at = (x: number, y: number): Position => [
  middle.longitude + x * half.longitude,
  middle.latitude + y * half.latitude,
];

function feature(geometry: GeoJSON.Geometry, properties: Record<string, string>): GeoJSON.Feature {
  return { type: 'Feature', geometry, properties };
}
const line = (kind: string, name: string, ...along: Position[]): GeoJSON.Feature =>
  feature({ type: 'LineString', coordinates: along }, { kind, ...(name ? { name } : {}) });
const box = (kind: string, x: number, y: number, wide: number, high: number): GeoJSON.Feature =>
  feature(
    {
      type: 'Polygon',
      coordinates: [[at(x, y), at(x + wide, y), at(x + wide, y + high), at(x, y + high), at(x, y)]],
    },
    { kind },
  );

function layers(): Record<string, GeoJSON.Feature[]> {
  const streets = [-0.8, -0.4, 0, 0.4, 0.8];
  const houses = streets.flatMap((x) =>
    streets.flatMap((y) => [
      box('building', x + 0.05, y + 0.06, 0.12, 0.2),
      box('building', x + 0.22, y + 0.1, 0.1, 0.12),
    ]),
  );
  return {
    water: [box('river', -1, -0.95, 2, 0.12)],
    landuse: [box('park', 0.45, 0.46, 0.3, 0.3)],
    buildings: houses,
    roads: [
      ...streets.map((x, index) => line('minor_road', `Lane ${index + 1}`, at(x, -1), at(x, 1))),
      ...streets.map((y, index) => line('minor_road', `Row ${index + 1}`, at(-1, y), at(1, y))),
      line('major_road', 'Ring Road', at(-1, -0.6), at(1, 0.6)),
      line('rail', '', at(-1, 0.9), at(1, 0.7)),
    ],
    places: [
      feature(
        { type: 'Point', coordinates: at(-0.2, 0.2) },
        { kind: 'locality', name: 'Old Town' },
      ),
    ],
  };
}

/** @param about what its own text says */
export function cityArchive(
  about: Record<string, unknown> = {
    attribution: '<a href="https://www.openstreetmap.org/copyright">&copy; OpenStreetMap</a>',
  },
): Buffer {
  const indexes = Object.entries(layers()).map(
    ([name, features]) =>
      [
        name,
        new GeoJSONVT({ type: 'FeatureCollection', features }, { maxZoom: zooms.most }),
      ] as const,
  );
  const tiles: { id: number; bytes: Uint8Array }[] = [];
  for (let z = zooms.least; z <= zooms.most; z += 1) {
    const [west, north] = tileOf(bounds.west, bounds.north, z);
    const [east, south] = tileOf(bounds.east, bounds.south, z);
    for (let x = west; x <= east; x += 1) {
      for (let y = north; y <= south; y += 1) {
        const found = indexes.flatMap(([name, index]) => {
          const tile = index.getTile(z, x, y);
          return tile ? [[name, tile] as const] : [];
        });
        if (found.length === 0) continue;
        const bytes = fromGeojsonVt(Object.fromEntries(found), { version: 2, extent: 4096 });
        tiles.push({ id: zxyToTileId(z, x, y), bytes });
      }
    }
  }
  return archiveOf(tiles, Buffer.from(JSON.stringify(about)));
}

function tileOf(longitude: number, latitude: number, z: number): [x: number, y: number] {
  const y = (1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2;
  return [Math.floor(((longitude + 180) / 360) * 2 ** z), Math.floor(y * 2 ** z)];
}

/** One directory, nothing packed: as the specification of PMTiles 3 has it. */
function archiveOf(tiles: { id: number; bytes: Uint8Array }[], metadata: Buffer): Buffer {
  const sorted = tiles.toSorted((a, b) => a.id - b.id);
  let end = 0;
  const offsets = sorted.map(({ bytes }) => {
    end += bytes.length;
    return end - bytes.length;
  });
  const directory = Buffer.from(
    [
      sorted.length,
      ...sorted.map(({ id }, index) => id - (sorted[index - 1]?.id ?? 0)),
      ...sorted.map(() => 1),
      ...sorted.map(({ bytes }) => bytes.length),
      ...offsets.map((offset) => offset + 1),
    ].flatMap(varint),
  );
  const header = Buffer.alloc(127);
  header.write('PMTiles', 'latin1');
  header[7] = 3;
  const data = Buffer.concat(sorted.map(({ bytes }) => bytes));
  const text = 127 + directory.length;
  const places = [127, directory.length, text, metadata.length, 0, 0];
  const counts = [sorted.length, sorted.length, sorted.length];
  for (const [index, value] of [
    ...places,
    text + metadata.length,
    data.length,
    ...counts,
  ].entries())
    header.writeBigUInt64LE(BigInt(value), 8 + index * 8);
  // Clustered; neither its own parts nor the tiles are packed; vector tiles.
  Buffer.from([1, 1, 1, 1, zooms.least, zooms.most]).copy(header, 96);
  const degrees = [bounds.west, bounds.south, bounds.east, bounds.north];
  for (const [index, value] of degrees.entries())
    header.writeInt32LE(Math.round(value * 1e7), 102 + index * 4);
  header[118] = zooms.most;
  header.writeInt32LE(Math.round(middle.longitude * 1e7), 119);
  header.writeInt32LE(Math.round(middle.latitude * 1e7), 123);
  return Buffer.concat([header, directory, metadata, data]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
