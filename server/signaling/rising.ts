/** A tile that grows beyond what its camera sends gets the new layer as soon as it is there. */
import type { Logger } from 'pino';
import type { Tile } from '../contract/tile.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Consumer, View } from '../media/plane.ts';
import type { TabSession } from './tab-session.ts';
import { viewOf } from './view-of.ts';

/** For this long after a layer wakes, mediasoup does not move viewers of lower layers up to it, ms. */
const heldBack = 2000;

export class Rising {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Whether a tile wants a higher layer than it had, and one that its camera has to wake first. */
  isWaking({ viewing }: TabSession, tile: Tile): boolean {
    const watched = viewing.zones.get(tile.zone);
    const video = watched?.zone.video;
    const consumer = video && viewing.consumers.get(video.id);
    if (!watched || !consumer) return false;
    const [from, to] = [consumer.view.layer, viewOf(tile, video, viewing).layer];
    // What was paused starts again, and may start with any layer.
    if (from === null || to === null || to <= from) return false;
    return watched.zone.isYoung(to, heldBack);
  }

  /** Replaces a session's consumer by one that gets the layer at once; the old one goes on until then. */
  async riseAfresh(session: TabSession, tile: Tile): Promise<void> {
    const { zone: id } = tile;
    const { zones, connection, rtpCapabilities, consumers } = session.viewing;
    const watched = zones.get(id);
    const video = watched?.zone.video;
    const former = video && consumers.get(video.id);
    if (!video || !former || !connection || !rtpCapabilities) return;
    if (former.replaced) return; // It is rising already.
    const shown = { zone: id, view: viewOf(tile, video, session.viewing), replaces: former };
    let consumer;
    try {
      consumer = await connection.consume(video, rtpCapabilities, shown);
    } catch (error) {
      // The tile rises all the same, only later; if the media worker died, its clients are told so.
      const fields = { err: error, zone: id, peer: session.peer };
      logSparingly(this.#log, 'warn', fields, 'a tile rises the slow way');
      return;
    }
    consumer.onNeeds = () => watched.zone.refreshDemand();
    consumers.set(video.id, consumer);
    session.notify('producer:live', { consumers: [consumer.parameters] });
    // Not awaited: it flows only once the client has answered.
    void consumer.flows().then(() => {
      if (!consumer.replaced || consumer.closed) return;
      session.notify('producer:gone', {
        zone: id,
        consumerIds: [consumer.replaced.parameters.id],
      });
      consumer.supersede();
    });
  }

  /**
   * Goes on with what a tile had, when it is to be as small as that again, or hidden, before the new layer flows.
   * @returns the consumer that is to show it
   */
  settle(session: TabSession, consumer: Consumer, { layer }: View): Consumer {
    const { replaced, parameters } = consumer;
    if (!replaced || (layer ?? -1) > (replaced.view.layer ?? -1)) return consumer;
    const { id, zone, producerId } = parameters;
    session.viewing.consumers.set(producerId, replaced);
    consumer.giveBack();
    session.notify('producer:gone', { zone, consumerIds: [id] });
    return replaced;
  }
}
