/** How many zones fit a question: counted on each node as its zones change, and put together for the whole city. */
import { cameraStates, type CameraState } from '../contract/zone.ts';
import type { Entry } from './entry.ts';

/** On one node. */
export interface Tally {
  /** By the state of the camera; of those without one, only such as nobody films elsewhere either. */
  readonly states: Readonly<Record<CameraState, number>>;
  /** Of those without a camera here, how many are listed, which all nodes know. */
  readonly listedIdle: number;
  /** Of those with one here, how many are listed. */
  readonly listedLive: number;
}

export class Counter {
  readonly #states = noZones();
  #listedIdle = 0;
  #listedLive = 0;

  count({ camera, listed, isElsewhere = false }: Entry, by: 1 | -1): void {
    if (camera !== 'idle' || listed || !isElsewhere) this.#states[camera] += by;
    if (!listed) return;
    if (camera === 'idle') this.#listedIdle += by;
    else this.#listedLive += by;
  }

  get tally(): Tally {
    const [listedIdle, listedLive] = [this.#listedIdle, this.#listedLive];
    return { states: { ...this.#states }, listedIdle, listedLive };
  }
}

/** The city's numbers. Each camera is at one node; a zone without one is listed at all nodes, or waited for at some. */
export function cityOf(here: Tally, others: readonly Tally[]): Record<CameraState, number> {
  const all = [here, ...others];
  const sum = (of: (tally: Tally) => number): number =>
    all.reduce((total, tally) => total + of(tally), 0);
  const totals = noZones();
  for (const state of cameraStates) totals[state] = sum(({ states }) => states[state]);
  const waitedFor = sum(({ states, listedIdle }) => states.idle - listedIdle);
  totals.idle = missingOf(here, others) + Math.max(0, waitedFor);
  return totals;
}

/** Of the city's zones without a camera, how many are to have one: somebody's mistyped name is not among them. */
export function missingOf(here: Tally, others: readonly Tally[]): number {
  const live = [here, ...others].reduce((total, { listedLive }) => total + listedLive, 0);
  return Math.max(0, here.listedIdle + here.listedLive - live);
}

function noZones(): Record<CameraState, number> {
  return { idle: 0, connecting: 0, connected: 0, streaming: 0, stalled: 0 };
}
