/**
 * What a media worker says on standard error of packets that it could not handle, and whose packet it had in hand when
 * it died (deployment/worker/include/in_hand.h). A worker of another make says neither.
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Packets that were dropped since this was told of last, and the last of them. */
export interface Dropped {
  readonly packets: number;
  readonly transportId: string;
  readonly reason: string;
}

export interface InHand {
  readonly transportId: string;
  /** The packet's first bytes, hex. */
  readonly packet: string;
}

const droppedLine = /^surveillance dropped=(\d+) transport=(\S+) reason=(.*)$/;
const diedLine = /^surveillance died transport=(\S+) packet=([0-9a-f]*)$/;
/** In place of an id, when no packet is in hand. */
const nobody = '-';

export class LastWords {
  /** What it had in hand when it died; undefined when it lives, or had no packet in hand. */
  inHand: InHand | undefined;
  onDropped: (dropped: Dropped) => void = () => {};

  /** @param errors the worker's standard error */
  constructor(errors: Readable) {
    createInterface({ input: errors }).on('line', (line) => this.#hear(line));
  }

  #hear(line: string): void {
    const [, packets, transportId = '', reason = ''] = droppedLine.exec(line) ?? [];
    if (packets) this.onDropped({ packets: Number(packets), transportId, reason });
    const [, owner, packet = ''] = diedLine.exec(line) ?? [];
    if (owner && owner !== nobody) this.inHand = { transportId: owner, packet };
  }
}
