/** By which of a camera's media profiles it is turned. */
import type { OnvifDevice } from './device.ts';
import { profilesOf } from './media.ts';

/**
 * The main stream's, or one of the same picture, or else the first that can be turned.
 * @param main token of the main stream's profile, where that is known
 * @returns its token; undefined where none can be turned
 * @throws OnvifTrouble
 */
export async function ptzProfileOf(
  device: OnvifDevice,
  main?: string,
): Promise<string | undefined> {
  const profiles = await profilesOf(device);
  const source = profiles.find(({ token }) => token === main)?.source;
  const turned = profiles.filter(({ hasPtz }) => hasPtz);
  const best =
    turned.find(({ token }) => token === main) ??
    (source === undefined ? turned[0] : turned.find((one) => one.source === source));
  return best?.token;
}
