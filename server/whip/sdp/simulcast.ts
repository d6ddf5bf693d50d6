/**
 * The layers of an encoder, the smallest first. An offer seldom says how large they are, and lists them in whichever
 * order: restrictions count most, then usual names; OBS numbers them, the largest first; and browsers have the smallest
 * first unless they are told otherwise (W3C WebRTC §5.1).
 */
import { CaptureSize, mostLayers } from '../../contract/layers.ts';
import type { OfferedLayer } from './offer.ts';

/** As programs call them, the smallest first. */
const usualNames: readonly (readonly string[])[] = [
  ['q', 'h', 'f'],
  ['quarter', 'half', 'full'],
  ['l', 'm', 'h'],
  ['lo', 'mid', 'hi'],
  ['low', 'medium', 'high'],
  ['low', 'mid', 'high'],
  ['small', 'medium', 'large'],
  ['r0', 'r1', 'r2'],
];

/** @returns at most three, the smallest first */
export function smallestFirst(layers: readonly OfferedLayer[]): OfferedLayer[] {
  return ordered(layers).slice(-mostLayers);
}

function ordered(layers: readonly OfferedLayer[]): OfferedLayer[] {
  for (const restriction of ['max-width', 'max-height', 'max-fs', 'max-br']) {
    const values = layers.map(({ restrictions }) => restrictions.get(restriction));
    if (values.every((value) => value !== undefined) && new Set(values).size > 1) {
      return layers.toSorted(
        (a, b) => (a.restrictions.get(restriction) ?? 0) - (b.restrictions.get(restriction) ?? 0),
      );
    }
  }
  const rank = ({ rid }: OfferedLayer, names: readonly string[]): number =>
    names.indexOf(rid.toLowerCase());
  const names = usualNames.find((all) => layers.every((layer) => rank(layer, all) >= 0));
  if (names) return layers.toSorted((a, b) => rank(a, names) - rank(b, names));
  if (layers.every(({ rid }) => /^\d+$/.test(rid))) {
    return layers.toSorted((a, b) => Number(b.rid) - Number(a.rid));
  }
  return [...layers];
}

/** What encoders send most; each layer below is taken for half of the one above it. */
const usualSize: CaptureSize = { width: 1280, height: 720 };

/**
 * What the picture is taken for: its largest layer's restrictions, or what is usual.
 * @returns undefined for a single layer, of which nothing has to be chosen
 */
export function captureOf(layers: readonly OfferedLayer[]) {
  if (layers.length < 2) return undefined;
  const sizes = layers.map(({ restrictions }) => ({
    width: restrictions.get('max-width') ?? 0,
    height: restrictions.get('max-height') ?? 0,
  }));
  const all = sizes.every((size) => CaptureSize.safeParse(size).success);
  return all ? { ...(sizes.at(-1) ?? usualSize), layers: sizes } : usualSize;
}
