/** The one place where it is decided whether a camera's pictures pass as they are. */
import type { Transcode, Trouble } from '../../server/contract/gateway.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { StreamFacts } from '../video/picture.ts';
import type { FfmpegHere } from './ffmpeg.ts';
import { isCodedAs } from './matroska.ts';
import type { z } from 'zod';

export type Treatment =
  | { readonly kind: 'untouched' }
  /** @property because what browsers cannot show, or that there are masks; in words */
  | { readonly kind: 'transcoded'; readonly because: string }
  | { readonly kind: 'refused'; readonly trouble: Trouble };

/** Profiles of H.264 that browsers decode; what has none of these names is of more bits or more colours. */
const shownProfiles = /^(constrained |progressive )?(baseline|main|high|extended)$/i;
/** Of two shapes that differ by more than this the masks of one do not fit the other. */
const sameAspect = 0.02;

export interface Given {
  readonly setting: z.infer<typeof Transcode>;
  readonly masks: Masks;
  /** Whole pictures may have to be covered. */
  readonly coverable?: boolean | undefined;
  readonly ffmpeg: FfmpegHere;
  /** Width by height of the picture that the masks were drawn on; undefined where any is right. */
  readonly aspect?: number | 'unknown' | undefined;
}

export function transcodeFor(facts: StreamFacts, given: Given): Treatment {
  const { setting, masks, coverable = false, ffmpeg, aspect } = given;
  const hides = masks.length > 0 || coverable;
  const unshown = whatBrowsersCannotShow(facts);
  if (unshown === undefined && !hides) return { kind: 'untouched' };
  const refuse = (why: string): Treatment => ({
    kind: 'refused',
    trouble: hides
      ? { code: 'masks-required', detail: why }
      : { code: 'unsupported-codec', detail: `Browsers cannot show ${unshown}: ${why}` },
  });
  if (!isCodedAs(facts.codec)) return refuse(`${facts.codec} cannot be transcoded`);
  if (setting === 'never') return refuse('the camera is set not to be transcoded');
  if ('missing' in ffmpeg) return refuse(ffmpeg.missing);
  if (hides && aspect !== undefined) {
    const size = `${facts.width}×${facts.height}`;
    if (aspect === 'unknown') {
      return refuse(
        `it is not known any more which shape they were drawn on; draw them for ${size}`,
      );
    }
    if (!isNear(aspect, aspectOf(facts))) {
      return refuse(
        `the masks were drawn on a picture of another shape than ${size}; draw them anew`,
      );
    }
  }
  return { kind: 'transcoded', because: unshown ?? 'masks are burnt in' };
}

/** @returns undefined where they show it; what there is no reason to doubt is believed */
function whatBrowsersCannotShow({
  codec,
  profile,
  reorders,
  interlaced,
}: StreamFacts): string | undefined {
  if (codec !== 'H264') return codec;
  if (profile !== undefined && !shownProfiles.test(profile)) return `H264 ${profile}`;
  if (interlaced) return 'H264 in fields (interlaced)';
  return reorders ? 'H264 with B-frames' : undefined;
}

export function aspectOf({ width, height }: { width: number; height: number }): number {
  return width / height;
}

function isNear(a: number, b: number): boolean {
  return Math.max(a, b) <= Math.min(a, b) * (1 + sameAspect);
}
