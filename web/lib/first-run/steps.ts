/** What a new site still needs, in the order in which it is set up, and where each is done. */
import type { FirstRun } from '../../../server/contract/first-run.ts';
import { demonstrationAddress } from '../demonstration/address.ts';

export interface Way {
  /** By which texts name it. */
  readonly id: 'enrol' | 'begin' | 'demonstrate' | 'invite' | 'open';
  readonly address: string;
  /** This page stays, since what is there is seen here. */
  readonly elsewhere: boolean;
}

export interface Step {
  readonly id: keyof FirstRun;
  readonly done: boolean;
  /** How it is done, the usual way first. */
  readonly ways: readonly Way[];
}

const here = (id: Way['id'], address: string): Way => ({ id, address, elsewhere: false });
const elsewhere = (id: Way['id'], address: string): Way => ({ id, address, elsewhere: true });

/** @returns without the operator where there are no accounts */
export function stepsOf({ camera, operator, wall }: FirstRun): Step[] {
  const films =
    operator === undefined
      ? elsewhere('begin', '/?role=camera')
      : here('enrol', '/admin?add=key#keys');
  const ways = {
    camera: [films, elsewhere('demonstrate', demonstrationAddress)],
    operator: [here('invite', '/admin?add=person#people')],
    wall: [elsewhere('open', '/wall')],
  };
  return [
    { id: 'camera', done: camera, ways: ways.camera },
    ...(operator === undefined
      ? []
      : [{ id: 'operator' as const, done: operator, ways: ways.operator }]),
    { id: 'wall', done: wall, ways: ways.wall },
  ];
}
