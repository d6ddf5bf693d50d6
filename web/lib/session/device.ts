import { Device } from 'mediasoup-client';
import { PageData, pageDataElementId } from '../../../server/contract/page.ts';

/** What the server put into the page. */
export function readPageData(): PageData {
  const text = document.getElementById(pageDataElementId)?.textContent ?? '';
  return PageData.parse(JSON.parse(text));
}

/** The media device, made ready before anyone clicks. */
export async function loadDevice(data: PageData): Promise<Device> {
  const device = await Device.factory();
  await device.load({
    routerRtpCapabilities: data.rtpCapabilities as Parameters<
      Device['load']
    >[0]['routerRtpCapabilities'],
  });
  return device;
}
