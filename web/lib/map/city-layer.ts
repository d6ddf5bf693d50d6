/** The city's map as a layer of Leaflet: its tiles are read from one archive at this server, part by part. */
import L from 'leaflet';
import { PMTiles } from 'pmtiles';
import { leafletLayer } from 'protomaps-leaflet';
import type { CityMap } from '../../../server/contract/city-map.ts';
import { labelRules, paintRules } from './city-style.ts';
import { cornersOf } from './mercator.ts';

/** It looks for Leaflet where a page's script would have put it. */
Object.assign(globalThis, { L });

/**
 * @param address of the archive
 * @param shown where it will be: its colours and letters are taken
 * @throws what reading the archive throws, as when the server is away
 */
export async function cityLayer(
  address: string,
  { closest, bounds }: CityMap,
  shown: HTMLElement,
): Promise<L.Layer> {
  // Whole, as the archive's parts are asked for wherever they are.
  const archive = new PMTiles(new URL(address, location.href).href);
  await archive.getHeader();
  const style = getComputedStyle(shown);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const layer: unknown = leafletLayer({
    ...{ url: archive, maxDataZoom: closest, attribution: '' },
    bounds: L.latLngBounds(cornersOf(bounds).map(({ x, y }): L.LatLngTuple => [-y, x])),
    ...{ backgroundColor: colour('map-land'), lang: document.documentElement.lang },
    paintRules: paintRules(colour),
    labelRules: labelRules(colour, style.fontFamily),
  });
  return layer as L.Layer;
}
