/** The masks of a zone as the server keeps them, for whoever draws them: at the camera, or far from it. */
import type { Masks } from '../../../server/contract/privacy.ts';
import { ask, routes } from '../api/ask.ts';

/** @throws RefusedError */
export async function readMasks(zone: string): Promise<Masks> {
  return (await ask(routes.zones.masks, { params: { zone } })).masks;
}

/** They hold from now on, for the camera that films and for all that come. @throws RefusedError */
export async function saveMasks(zone: string, masks: Masks): Promise<void> {
  await ask(routes.zones.change, { params: { zone }, body: { masks } });
}
