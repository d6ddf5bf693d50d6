/** The numbers of the status bar: of the zones that are expected to be live, how many are, and what keeps the others. */
import type { ZoneTotals } from '../../../server/contract/zone-list.ts';

export interface Counts {
  readonly up: number;
  /** All that are expected: a zone that is listed and was never filmed is one of them. */
  readonly all: number;
  readonly stalled: number;
  readonly lost: number;
  /** Of the rest without a camera: none has come yet, or a person has ended it. */
  readonly without: number;
}

/** @param missing how many are expected and have no camera; undefined from a server of an earlier version */
export function countsOf(
  totals: ZoneTotals['totals'],
  missing: number | undefined,
  lost: number,
): Counts {
  const { connecting, connected, streaming, stalled } = totals;
  const up = connected + streaming;
  const away = missing ?? lost;
  const without = Math.max(0, away - lost);
  return { up, all: up + connecting + stalled + away, stalled, lost, without };
}
