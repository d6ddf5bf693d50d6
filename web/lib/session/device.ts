/** Loading the router's capabilities takes time, so it is done as the page opens and not at a click. */
import { Device } from 'mediasoup-client';
import type { PageData } from '../../../server/contract/page.ts';
import { nextTask } from '../ui/turns.ts';

/** The media device, made ready before anyone clicks, in tasks of its own. */
export async function loadDevice(data: PageData): Promise<Device> {
  await nextTask();
  const device = await Device.factory();
  // The browser's first connection takes long, and loading opens one in the middle of its work.
  await nextTask();
  new RTCPeerConnection().close();
  await nextTask();
  await device.load({
    routerRtpCapabilities: data.rtpCapabilities as Parameters<
      Device['load']
    >[0]['routerRtpCapabilities'],
  });
  return device;
}
