/** What a browser's tab watches: its tiles, and the one connection over which all of them come. */
import type { ProducerRefusal } from '../contract/producer-refusal.ts';
import type { RtpCapabilities } from '../contract/media.ts';
import type { Tile } from '../contract/tile.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Consumer, ViewerConnection } from '../media/plane.ts';
import type { Viewer } from '../zones/viewer.ts';
import type { Zone } from '../zones/zone.ts';

/** A zone that is watched. */
export interface WatchedZone extends Viewer {
  readonly zone: Zone;
  /** ms since the epoch */
  readonly since: number;
  /** How it is shown now. */
  tile: Tile;
  /** When the age of its picture was last counted; ms since the epoch. */
  latencyCounted: number;
}

export class TabViewing {
  readonly zones = new Map<ZoneId, WatchedZone>();
  /** How many tiles it was let in with: it may have as many without being asked about again. */
  admitted = 0;
  /** Whether its tiles that are not looked at are smaller, as the node is nearly full. */
  lowered = false;
  /** When its turn for that comes, by chance: as the share of viewers for whom it is so, 0 to 1. */
  readonly turn = Math.random();
  /** Of which zones the client was told that they are smaller. */
  toldLowered = '';
  connection: ViewerConnection | undefined;
  rtpCapabilities: RtpCapabilities | undefined;
  /** By producer id: nobody needs two consumers of one producer. */
  readonly consumers = new Map<string, Consumer>();
  /** By producer id: what it was told that it cannot have. */
  readonly refused = new Map<string, ProducerRefusal>();

  /** Gives the connection up, and all that came over it. */
  drop(): void {
    this.consumers.clear();
    this.refused.clear();
    this.connection?.close();
    this.connection = undefined;
  }

  /** Forgets all that came of a zone. */
  forget(zone: ZoneId): void {
    for (const [producerId, consumer] of this.consumers) {
      if (consumer.parameters.zone !== zone) continue;
      this.consumers.delete(producerId);
      consumer.close();
    }
    for (const [producerId, refusal] of this.refused) {
      if (refusal.zone === zone) this.refused.delete(producerId);
    }
  }
}
