/** What a camera answers to beside its streams, in the parts that its life uses. */
import type { SiteCamera } from '../../server/contract/gateway.ts';
import type { CameraDevice } from '../camera/life-parts.ts';
import type { OnvifDevice } from './device.ts';
import { EventService } from './event-service.ts';
import { ptzProfileOf } from './ptz-profile.ts';
import { OnvifPtz } from './ptz.ts';
import { PullPointEvents } from './pull-point.ts';
import { SyncPoints } from './sync-points.ts';

export function cameraDevice(
  { url, sub, onvif }: Pick<SiteCamera, 'url' | 'sub' | 'onvif'>,
  device: OnvifDevice,
): CameraDevice {
  const keyFrames = new SyncPoints(device, {
    main: { url, token: onvif?.main },
    ...(sub === undefined ? {} : { sub: { url: sub, token: onvif?.sub } }),
  });
  keyFrames.prepare();
  return {
    keyFrames,
    clockOffset: () => device.clockOffset,
    events: new PullPointEvents(new EventService(device)),
    steerable: new OnvifPtz(device, () => ptzProfileOf(device, onvif?.main)),
  };
}
