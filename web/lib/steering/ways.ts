/** The eight ways of the pad, as they lie on it, around home. */
import { texts } from '../text/texts.ts';
import type { Direction } from './held.ts';

export interface Way {
  readonly directions: Direction[];
  readonly name: string;
  /** Of an arrow that points to the right, degrees clockwise. */
  readonly turn: number;
}

const { ways: names } = texts.steering;

export const ways: readonly (Way | 'home')[] = [
  { directions: ['up', 'left'], name: names.upLeft, turn: 225 },
  { directions: ['up'], name: names.up, turn: 270 },
  { directions: ['up', 'right'], name: names.upRight, turn: 315 },
  { directions: ['left'], name: names.left, turn: 180 },
  'home',
  { directions: ['right'], name: names.right, turn: 0 },
  { directions: ['down', 'left'], name: names.downLeft, turn: 135 },
  { directions: ['down'], name: names.down, turn: 90 },
  { directions: ['down', 'right'], name: names.downRight, turn: 45 },
];
