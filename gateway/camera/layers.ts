/** Which of a camera's streams are layers of its zone, and in which order. */
import type { Trouble } from '../../server/contract/gateway.ts';
import type { StreamFacts } from '../video/picture.ts';

export const streamNames = ['main', 'sub'] as const;
export type StreamName = (typeof streamNames)[number];

export type KnownStreams = Partial<Record<StreamName, StreamFacts>>;

export interface Layers {
  /** The smallest first; empty while nothing is known of the main stream. */
  readonly streams: readonly StreamName[];
  /** Why the sub stream is none. */
  readonly trouble?: Trouble;
}

/** Of two shapes that differ by more than this the masks of one would not fit the other. */
const sameAspect = 0.02;

export function layersOf({ main, sub }: KnownStreams): Layers {
  if (!main) return { streams: [] };
  if (!sub) return { streams: ['main'] };
  const difference = differenceOf(main, sub);
  if (difference !== undefined) {
    return { streams: ['main'], trouble: { code: 'streams-differ', detail: difference } };
  }
  return { streams: sub.width <= main.width ? ['sub', 'main'] : ['main', 'sub'] };
}

function differenceOf(main: StreamFacts, sub: StreamFacts): string | undefined {
  if (main.codec !== sub.codec) {
    return `the main stream is ${main.codec}, the sub stream ${sub.codec}`;
  }
  const aspects = [main, sub].map(({ width, height }) => width / height) as [number, number];
  const [less, more] = aspects.sort((a, b) => a - b);
  const [small, large] = sub.width <= main.width ? [sub, main] : [main, sub];
  if (more / less > 1 + sameAspect || small.height > large.height) {
    return `the main stream is ${sizeOf(main)}, the sub stream ${sizeOf(sub)}`;
  }
  return undefined;
}

const sizeOf = ({ width, height }: StreamFacts): string => `${width}×${height}`;
