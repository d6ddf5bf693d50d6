/** Carries what a zone's viewers get to the zone's camera, so that it sends no more than that. */
import type { ZoneId } from '../contract/zone.ts';
import { highestOf, layerFor } from '../zones/layer-choice.ts';
import type { Context } from './context.ts';
import { cameraOf, videoOf, watchersOf } from './feeds.ts';

/** To be called whenever a zone's viewers, their tiles or its feed have changed. */
export function updateDemand(context: Context, zone: ZoneId): void {
  const camera = cameraOf(context, zone);
  const video = videoOf(context, zone);
  if (!camera?.demand || !video) return;
  const layers = watchersOf(context, zone).map(({ watching, transport, refused }) => {
    if (refused.has(video.id)) return null;
    const tile = watching.get(zone)?.tile;
    // Woken too early, the camera would spend the key frame of waking on a viewer who cannot receive it yet.
    return tile && transport?.connected ? layerFor(tile, video.layers) : null;
  });
  camera.demand.want(highestOf(layers));
}
