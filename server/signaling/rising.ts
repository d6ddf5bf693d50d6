/** A tile that grows beyond what its camera sends gets the new layer as soon as it is there. */
import type { Tile } from '../contract/tile.ts';
import type { View } from '../media/plane.ts';
import type { MediaProducer } from '../media/producer.ts';
import { layerFor } from '../zones/layer-choice.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Context } from './context.ts';
import { cameraOf, videoOf } from './feeds.ts';
import type { Session } from './session.ts';

/** So long after it woke mediasoup keeps viewers of lower layers from a layer, ms. */
const distrust = 2000;

export function viewOf(tile: Tile, producer: MediaProducer): View {
  return { layer: layerFor(tile, producer.layers), focused: tile.focused };
}

/** Whether a tile wants a higher layer than it had, and one that its camera has to wake first. */
export function isWaking(context: Context, session: Session, tile: Tile): boolean {
  const video = videoOf(context, tile.zone);
  const before = session.watching.get(tile.zone)?.tile;
  const camera = cameraOf(context, tile.zone);
  if (!video || !before || !camera?.demand || !session.consumers.has(video.id)) return false;
  const [from, to] = [layerFor(before, video.layers), layerFor(tile, video.layers)];
  // What was paused starts anew, and may start with any layer.
  if (from === null || to === null || to <= from) return false;
  return camera.demand.isYoung(to, distrust);
}

/** Replaces a session's consumer by one that gets the layer at once; the old one goes on until then. */
export async function riseAfresh(context: Context, session: Session, tile: Tile): Promise<void> {
  const { zone } = tile;
  const video = videoOf(context, zone);
  const { transport, rtpCapabilities } = session;
  const former = video && session.consumers.get(video.id);
  if (!video || !former || !transport || !rtpCapabilities) return;
  if (former.replaced) return; // It is rising already.
  const shown = { zone, view: viewOf(tile, video), replaces: former };
  let consumer;
  try {
    consumer = await transport.consume(video, rtpCapabilities, shown);
  } catch (error) {
    // The tile rises all the same, only later; if the media worker died, its clients are told so.
    const fields = { err: error, zone, peer: session.peer };
    logSparingly(context.log, 'warn', fields, 'a tile rises the slow way');
    return;
  }
  session.consumers.set(video.id, consumer);
  session.notify('producer:live', { consumers: [consumer.parameters] });
  // Not awaited: it flows only once the client has answered.
  void consumer.flows().then(() => {
    if (!consumer.replaced || consumer.closed) return;
    session.notify('producer:gone', { zone, consumerIds: [consumer.replaced.parameters.id] });
    consumer.supersede();
  });
}
