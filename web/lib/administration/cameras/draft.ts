/** A camera as it was found, before a person has named it. */
import type { SiteCamera } from '../../../../server/contract/gateway.ts';
import type { CameraProfile } from '../../../../server/contract/onvif.ts';

export type CameraDraft = Pick<SiteCamera, 'url'> &
  Partial<Pick<SiteCamera, 'sub' | 'user' | 'password' | 'onvif' | 'fingerprint' | 'ca'>>;

type WithStream = CameraProfile & { stream: string };

/** Those that can be pulled, the largest first. */
export function usable(profiles: readonly CameraProfile[]): WithStream[] {
  const area = ({ encoder }: CameraProfile): number =>
    (encoder?.width ?? 0) * (encoder?.height ?? 0);
  return profiles
    .filter((profile): profile is WithStream => profile.stream !== undefined)
    .sort((a, b) => area(b) - area(a));
}

/** The main stream is the largest one, the sub stream the smallest other one of its shape. */
export function proposed(profiles: readonly WithStream[]): { main: string; sub: string } {
  const [main, ...others] = profiles;
  const shape = ({ encoder }: CameraProfile): number =>
    (encoder?.width ?? 16) / (encoder?.height ?? 9);
  const alike = others.filter((one) => main && Math.abs(shape(one) / shape(main) - 1) < 0.02);
  return { main: main?.token ?? '', sub: alike.at(-1)?.token ?? '' };
}
