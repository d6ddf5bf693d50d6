/** A tile in a browser's tab as a zone's viewer. */
import type { SpatialLayer } from '../contract/layers.ts';
import type { Steering } from '../contract/steering.ts';
import type { Tile } from '../contract/tile.ts';
import type { ZoneSummary } from '../contract/zone.ts';
import { highestOf, type Wanted } from '../zones/layer-choice.ts';
import type { Producer } from '../zones/producer.ts';
import type { SteeringNow } from '../zones/steering.ts';
import type { Zone } from '../zones/zone.ts';
import type { Offering } from './offering.ts';
import type { TabSession } from './tab-session.ts';
import type { WatchedZone } from './tab-viewing.ts';
import { wantedBy } from './view-of.ts';
import { timeOfDay } from '../time.ts';

export class TabViewer implements WatchedZone {
  readonly zone: Zone;
  readonly since = timeOfDay();
  tile: Tile;
  latencyCounted = 0;
  readonly #session: TabSession;
  readonly #offering: Offering;
  readonly #drain: { readonly active: boolean };

  constructor(
    session: TabSession,
    zone: Zone,
    tile: Tile,
    parts: { readonly offering: Offering; readonly drain: { readonly active: boolean } },
  ) {
    this.#session = session;
    this.zone = zone;
    this.tile = tile;
    this.#offering = parts.offering;
    this.#drain = parts.drain;
  }

  get wants(): Wanted {
    return wantedBy(this.tile, this.#session.viewing);
  }

  receives(producer: Producer): boolean {
    const { connection, refused } = this.#session.viewing;
    return (connection?.connected ?? false) && !refused.has(producer.id);
  }

  needs({ id }: Producer): SpatialLayer | null {
    const consumer = this.#session.viewing.consumers.get(id);
    return highestOf([consumer?.needs ?? null, consumer?.replaced?.needs ?? null]);
  }

  offer(producer: Producer): void {
    const session = this.#session;
    void session.enqueue(() => this.#offering.offerNew(session, { zone: this.zone, producer }));
  }

  retract(producerId: string, blank: boolean): void {
    const { consumers, refused } = this.#session.viewing;
    const consumer = consumers.get(producerId);
    if (!refused.delete(producerId) && !consumer) return;
    consumers.delete(producerId);
    consumer?.close();
    // The camera has moved ahead; its viewers follow, and keep the last frame until then.
    if (this.#drain.active && !blank) return;
    this.#session.notify('producer:gone', {
      zone: this.zone.id,
      consumerIds: consumer ? [consumer.parameters.id] : [],
      ...(blank ? { blank } : {}),
    });
  }

  steered(now: SteeringNow | null): void {
    const { peer } = this.#session;
    let steering: Steering | null = null;
    if (now) {
      const { hand, ...camera } = now;
      steering = {
        ...camera,
        hand: hand && { name: hand.name, mine: hand.holder === peer, until: hand.until },
      };
    }
    this.#session.notify('steering', { zone: this.zone.id, steering });
  }

  tell(zone: ZoneSummary): void {
    this.#session.notify('zone:changed', { zone });
  }
}
