/**
 * What a media worker says on standard error: which program it is, of packets that it could not handle, what it keeps
 * for newcomers, and whose packet it had in hand when it died (deployment/worker/include/parts.h, in_hand.h, replays.h).
 * Upstream's own says none of it.
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Dropped, InHand, Kept } from './plane.ts';
import { WorkerReport } from './worker-report.ts';

const droppedLine = /^surveillance dropped=(\d+) transport=(\S+) reason=(.*)$/;
const keptLine = /^surveillance kept=(\d+) replays=(\d+)$/;
const diedLine = /^surveillance died transport=(\S+) packet=([0-9a-f]*)$/;
/** In place of an id, when no packet is in hand. */
const nobody = '-';
/** For a report that is there already, to be read; ms. */
const reading = 100;

export class LastWords {
  /** What it had in hand when it died; undefined when it lives, or had no packet in hand. */
  inHand: InHand | undefined;
  onDropped: (dropped: Dropped) => void = () => {};
  onKept: (kept: Kept) => void = () => {};
  #report: WorkerReport | undefined;
  #reported = () => {};

  /** @param errors the worker's standard error */
  constructor(errors: Readable) {
    createInterface({ input: errors }).on('line', (line) => this.#hear(line));
  }

  /** What it says of itself, once it runs: a worker says that before it says that it runs. */
  async report(): Promise<WorkerReport> {
    if (!this.#report) {
      const told = new Promise<void>((resolve) => (this.#reported = resolve));
      // However late this process is, it then has read what is there.
      await Promise.race([told, setTimeout(reading).then(() => setImmediate())]);
    }
    return this.#report ?? WorkerReport.none;
  }

  #hear(line: string): void {
    const report = WorkerReport.parse(line);
    if (report) {
      this.#report = report;
      this.#reported();
    }
    const [, packets, transportId = '', reason = ''] = droppedLine.exec(line) ?? [];
    if (packets) this.onDropped({ packets: Number(packets), transportId, reason });
    const [, bytes, replays] = keptLine.exec(line) ?? [];
    if (bytes) this.onKept({ bytes: Number(bytes), replays: Number(replays) });
    const [, owner, packet = ''] = diedLine.exec(line) ?? [];
    if (owner && owner !== nobody) this.inHand = { transportId: owner, packet };
  }
}
