/** Ways to TURN servers by TCP or TLS, for sites that let nothing else out. */
import type { IceServer as Relay } from 'node-datachannel';
import type { IceServer } from '../../server/contract/media.ts';
import { relaysOf } from './relays.ts';
import { TcpBridge } from './tcp-bridge.ts';

/** As many as the ICE library takes. */
const most = 2;

export interface RelayBridge {
  readonly bridge: TcpBridge;
  /** As the ICE library is told of it. */
  readonly relay: Relay;
}

/** @param ca authorities that are trusted in place of the usual ones, PEM */
export function openRelayBridges(
  servers: readonly IceServer[],
  ca: string | undefined,
): Promise<RelayBridge[]> {
  const { streams } = relaysOf(servers);
  return Promise.all(
    streams.slice(0, most).map(async (stream) => {
      const bridge = await TcpBridge.toRelay(stream, ca);
      const { username, password } = stream;
      const { ip: hostname, port } = bridge.place;
      return { bridge, relay: { hostname, port, username, password, relayType: 'TurnUdp' } };
    }),
  );
}
