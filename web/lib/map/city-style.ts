/**
 * How the city's map is drawn: few layers, in the theme's colours, as dark and calm as a desk at night needs. Names of layers
 * and kinds are those of Protomaps' basemap; beside them stand those of OpenMapTiles, which other makers of archives use.
 */
import {
  CenteredTextSymbolizer,
  GeomType,
  LineLabelSymbolizer,
  LineSymbolizer,
  PolygonSymbolizer,
  exp,
  type Feature,
  type LabelRule,
  type PaintRule,
} from 'protomaps-leaflet';

type Props = Feature['props'];

/** A colour of the theme by its name, as `map-water`. */
export type ColourOf = (name: string) => string;

function kindOf({ props }: Feature): string {
  const kind = props['kind'] ?? props['class'];
  return typeof kind === 'string' ? kind : '';
}
const isOf =
  (kinds: readonly string[]) =>
  (_zoom: number, feature: Feature): boolean =>
    kinds.includes(kindOf(feature));

const green = ['park', 'forest', 'wood', 'grass', 'grassland', 'garden', 'cemetery', 'meadow'];
const roads = {
  main: ['highway', 'major_road', 'motorway', 'trunk', 'primary', 'secondary'],
  minor: ['minor_road', 'medium_road', 'tertiary', 'minor', 'residential', 'service', 'pier'],
  paths: ['path', 'other', 'track', 'pedestrian'],
  rails: ['rail', 'transit', 'ferry'],
};
/** The larger a place is, the sooner its name is drawn. */
const sizeOf = (props: Props): number => Number(props['population_rank'] ?? 0);
const roadLayers = ['roads', 'transportation'];

export function paintRules(colour: ColourOf): PaintRule[] {
  const areas = (layers: readonly string[], name: string, only?: PaintRule['filter']) =>
    layers.map((dataLayer) => ({
      ...{ dataLayer, symbolizer: new PolygonSymbolizer({ fill: colour(name) }) },
      ...(only ? { filter: only } : {}),
    }));
  /** @param widths px by zoom; they are drawn from the first one on */
  const lines = (kinds: string[], name: string, widths: Record<number, number>, dash?: number[]) =>
    roadLayers.map((dataLayer) => {
      const stops = Object.entries(widths).map(([zoom, width]) => [Number(zoom), width]);
      return {
        ...{ dataLayer, minzoom: stops[0]?.[0] ?? 0, filter: isOf(kinds) },
        symbolizer: new LineSymbolizer({
          color: colour(name),
          width: exp(1.6, stops),
          lineCap: 'round',
          lineJoin: 'round',
          ...(dash ? { dash } : {}),
        }),
      };
    });
  return [
    ...areas(['landcover', 'landuse', 'park'], 'map-green', isOf(green)),
    // Streams are lines in that layer, and are not filled.
    ...areas(['water'], 'map-water', (_zoom, { geomType }) => geomType === GeomType.Polygon),
    ...areas(['buildings', 'building'], 'map-building'),
    ...lines(roads.paths, 'map-path', { 14: 0.6, 19: 5 }),
    ...lines(roads.rails, 'map-rail', { 10: 0.4, 14: 1, 19: 3 }, [4, 3]),
    ...lines(roads.minor, 'map-road', { 12: 0.6, 15: 2.5, 19: 18 }),
    ...lines(roads.main, 'map-main-road', { 5: 0.4, 11: 1.4, 15: 5, 19: 28 }),
    ...['boundaries', 'boundary'].map((dataLayer) => ({
      dataLayer,
      symbolizer: new LineSymbolizer({ color: colour('map-boundary'), width: 1, dash: [3, 4] }),
    })),
  ];
}

/** @param family of the page's letters: it draws them itself, and needs no files of glyphs */
export function labelRules(colour: ColourOf, family: string): LabelRule[] {
  const drawn = {
    ...{ fill: colour('map-name'), stroke: colour('map-name-edge'), width: 3 },
    ...{ labelProps: ['name'], fontFamily: family },
  };
  return [
    ...['places', 'place'].map((dataLayer) => ({
      ...{ dataLayer, sort: (a: Props, b: Props) => sizeOf(b) - sizeOf(a) },
      symbolizer: new CenteredTextSymbolizer({ ...drawn, fontSize: 14, fontWeight: 600 }),
    })),
    ...['roads', 'transportation_name'].map((dataLayer) => ({
      ...{ dataLayer, minzoom: 14, filter: isOf([...roads.main, ...roads.minor]) },
      symbolizer: new LineLabelSymbolizer({ ...drawn, fontSize: 12, fontWeight: 500 }),
    })),
    {
      ...{ dataLayer: 'water', minzoom: 13 },
      filter: (_zoom, { geomType }) => geomType === GeomType.Point,
      symbolizer: new CenteredTextSymbolizer({ ...drawn, fontSize: 12, fontStyle: 'italic' }),
    },
  ];
}
