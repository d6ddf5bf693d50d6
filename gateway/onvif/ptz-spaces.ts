/** The ranges in which a camera is turned, against the generic ones: pan, tilt and speeds −1 to 1, zoom 0 to 1. */
import { all, numberAt, textAt, type XmlElement } from './xml.ts';

/** A range of the camera's against a generic one. */
export class Range {
  readonly #own: readonly [number, number];
  readonly #generic: readonly [number, number];

  constructor(own: readonly [number, number], generic: readonly [number, number]) {
    this.#own = own;
    this.#generic = generic;
  }

  /** As the camera has it. */
  of(generic: number): number {
    return round(between(generic, this.#generic, this.#own));
  }

  /** As the generic space has it. */
  from(own: number): number {
    return round(between(own, this.#own, this.#generic));
  }
}

export interface PanTiltSpace {
  readonly uri: string;
  readonly x: Range;
  readonly y: Range;
}

interface Ways {
  readonly panTilt: PanTiltSpace | undefined;
  readonly zoom: Range | undefined;
}

export interface Spaces {
  readonly velocity: Ways;
  readonly translation: Ways;
  readonly position: Ways;
  /** Translations in shares of the picture: its edges are the ends of the range. */
  readonly fov: PanTiltSpace | undefined;
}

const both = [-1, 1] as const;
const share = [0, 1] as const;

/** @param element a node's `SupportedPTZSpaces` */
export function spacesOf(element: XmlElement | undefined): Spaces {
  const panTilt = (name: string, kind: string): PanTiltSpace | undefined => {
    const found = all(element, name).find((one) => textAt(one, 'URI')?.endsWith(`/${kind}`));
    if (!found) return undefined;
    const [x, y] = [rangeIn(found, 'XRange', both), rangeIn(found, 'YRange', both)];
    return x && y && { uri: textAt(found, 'URI') ?? '', x, y };
  };
  const zoom = (name: string, kind: string, generic: readonly [number, number]) => {
    const found = all(element, name).find((one) => textAt(one, 'URI')?.endsWith(`/${kind}`));
    return found && rangeIn(found, 'XRange', generic);
  };
  return {
    velocity: {
      panTilt: panTilt('ContinuousPanTiltVelocitySpace', 'VelocityGenericSpace'),
      zoom: zoom('ContinuousZoomVelocitySpace', 'VelocityGenericSpace', both),
    },
    translation: {
      panTilt: panTilt('RelativePanTiltTranslationSpace', 'TranslationGenericSpace'),
      zoom: zoom('RelativeZoomTranslationSpace', 'TranslationGenericSpace', both),
    },
    position: {
      panTilt: panTilt('AbsolutePanTiltPositionSpace', 'PositionGenericSpace'),
      zoom: zoom('AbsoluteZoomPositionSpace', 'PositionGenericSpace', share),
    },
    fov: panTilt('RelativePanTiltTranslationSpace', 'TranslationSpaceFov'),
  };
}

/** Undefined for one of no length. */
function rangeIn(
  element: XmlElement,
  name: string,
  generic: readonly [number, number],
): Range | undefined {
  const own = [numberAt(element, name, 'Min'), numberAt(element, name, 'Max')] as const;
  // What it does not say is as the specification has it.
  const [least = generic[0], most = generic[1]] = own;
  return most > least ? new Range([least, most], generic) : undefined;
}

function between(value: number, [fromLeast, fromMost]: Two, [toLeast, toMost]: Two): number {
  const inside = Math.min(fromMost, Math.max(fromLeast, value));
  return toLeast + ((inside - fromLeast) / (fromMost - fromLeast)) * (toMost - toLeast);
}
type Two = readonly [number, number];

/** Some cameras read no more digits, and none reads `1e-7`. */
function round(value: number): number {
  return Number(value.toFixed(5));
}
