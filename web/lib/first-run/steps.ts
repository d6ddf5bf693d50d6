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

/** @returns the camera alone where there are no accounts: nobody is invited there, and each desk is as good as a wall */
export function stepsOf({ camera, operator, wall }: FirstRun): Step[] {
  const demonstrate = elsewhere('demonstrate', demonstrationAddress);
  if (operator === undefined) {
    return [
      { id: 'camera', done: camera, ways: [elsewhere('begin', '/?role=camera'), demonstrate] },
    ];
  }
  return [
    { id: 'camera', done: camera, ways: [here('enrol', '/admin?add=key#keys'), demonstrate] },
    { id: 'operator', done: operator, ways: [here('invite', '/admin?add=person#people')] },
    { id: 'wall', done: wall, ways: [elsewhere('open', '/wall')] },
  ];
}
