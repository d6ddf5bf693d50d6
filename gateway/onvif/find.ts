/** What the console may have found out of cameras: those that are there, what one says of itself, and one thing that is set. */
import type { AskedCamera, CameraFacts, Discovery } from '../../server/contract/onvif.ts';
import type { Find } from '../console.ts';
import type { Networks } from '../rtsp/networks.ts';
import { OnvifDevice } from './device.ts';
import { discover } from './discovery.ts';
import { setEncoder } from './encoder.ts';
import { factsOf } from './facts.ts';
import { onvifTroubleOf } from './trouble.ts';

export function finding(networks: Networks): Find {
  const deviceOf = ({ url, user, password, fingerprint, ca }: AskedCamera): OnvifDevice =>
    new OnvifDevice({ ...{ url, user, password, networks }, trust: { fingerprint, ca } });
  // Several people who look at once look together.
  let looking: Promise<Discovery> | undefined;
  return {
    discover: () => (looking ??= discover(networks).finally(() => (looking = undefined))),
    facts: ({ camera }) => factsOf(deviceOf(camera)),
    async encoder({
      encoder: { profile, keyInterval, h264Profile, ...camera },
    }): Promise<CameraFacts> {
      const device = deviceOf(camera);
      try {
        await setEncoder(device, profile, { keyInterval, h264Profile });
      } catch (error) {
        const { code, message } = onvifTroubleOf(error);
        return { profiles: [], trouble: { code, detail: message } };
      }
      return factsOf(device);
    },
  };
}
