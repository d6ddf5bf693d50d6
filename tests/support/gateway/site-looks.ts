/** How tests look at the cameras of a site: at whole pictures that come to a viewer, and at what the administration says. */
import type { SiteCameraReport } from '../../../server/contract/gateway.ts';
import type { GatewayList } from '../../../server/contract/gateway-list.ts';
import type { ConsumedStream } from '../peers/watcher.ts';
import { Pictures } from './depacketise.ts';

/** Makes whole pictures of a viewer's packets, stream by stream. @param begin told of each stream at its first packet */
export function wholePictures(
  begin: (stream: ConsumedStream, pictures: Pictures) => void,
): (packet: Buffer, stream: ConsumedStream) => void {
  const streams = new Map<ConsumedStream, Pictures>();
  return (packet, stream) => {
    let pictures = streams.get(stream);
    if (!pictures) {
      pictures = new Pictures();
      streams.set(stream, pictures);
      begin(stream, pictures);
    }
    pictures.take(packet);
  };
}

/** What is kept for a zone, from now on. */
export function listOf<T>(all: Map<string, T[]>, zone: string): T[] {
  const list = all.get(zone) ?? [];
  all.set(zone, list);
  return list;
}

/** The longest time without one of these, ms. */
export function longestGap(times: readonly number[], from: number, to: number): number {
  const all = [from, ...times, to];
  return Math.max(...all.slice(1).map((at, index) => at - (all[index] ?? at)));
}

/** What the administration's list says of all cameras. @param url of the server */
export async function cameraReports(url: string): Promise<SiteCameraReport[]> {
  const { gateways } = (await (await fetch(`${url}/api/gateways`)).json()) as GatewayList;
  return gateways.flatMap(({ cameras }) => cameras.flatMap(({ report }) => report ?? []));
}
