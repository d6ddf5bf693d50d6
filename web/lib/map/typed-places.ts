/** What can be typed of a zone on a plan, in the units in which people say it: percents of a picture, degrees and metres. */
import { planLimits, type PlacedZone, type PlanGround } from '../../../server/contract/plan.ts';
import { latitudeAt, longitudeAt, metresOf, placeAt, shareOf } from './mercator.ts';

export interface Field {
  /** As the texts call it. */
  readonly key: 'x' | 'y' | 'latitude' | 'longitude' | 'heading' | 'angle' | 'reach' | 'metres';
  readonly least: number;
  readonly most: number;
  readonly step: number;
  shown(placed: PlacedZone): number;
  /** What of the zone changes when this is typed. */
  taken(typed: number, placed: PlacedZone): Partial<PlacedZone>;
}

const { angle } = planLimits;

const turned: readonly Field[] = [
  {
    key: 'heading',
    least: 0,
    most: 360,
    step: 1,
    shown: ({ heading }) => Math.round(heading),
    taken: (heading) => ({ heading }),
  },
  {
    key: 'angle',
    least: angle.least,
    most: angle.most,
    step: 1,
    shown: (placed) => Math.round(placed.angle),
    taken: (typed) => ({ angle: typed }),
  },
];

function percent(key: 'x' | 'y' | 'reach'): Field {
  return {
    key,
    least: 0,
    most: 100,
    step: 1,
    shown: (placed) => Math.round(placed[key] * 100),
    taken: (typed) => ({ [key]: typed / 100 }),
  };
}

const onPicture = [percent('x'), percent('y'), ...turned, percent('reach')];

/** About 10 cm. */
const fine = 0.000001;
const degrees = (value: number): number => Number(value.toFixed(6));

const onCity: readonly Field[] = [
  {
    key: 'latitude',
    least: -85,
    most: 85,
    step: fine,
    shown: ({ y }) => degrees(latitudeAt(y)),
    // It goes on to see as far, in metres.
    taken(typed, { y, reach }) {
      const to = placeAt(typed, 0).y;
      return { y: to, reach: Math.min(1, shareOf(metresOf(reach, y), to)) };
    },
  },
  {
    key: 'longitude',
    least: -180,
    most: 180,
    step: fine,
    shown: ({ x }) => degrees(longitudeAt(x)),
    taken: (typed) => ({ x: placeAt(0, typed).x }),
  },
  ...turned,
  {
    key: 'metres',
    least: 1,
    most: 100_000,
    step: 1,
    shown: ({ y, reach }) => Math.round(metresOf(reach, y)),
    taken: (typed, { y }) => ({ reach: shareOf(typed, y) }),
  },
];

export const fieldsOf = (ground: PlanGround): readonly Field[] =>
  ground === 'city' ? onCity : onPicture;
