/** STUN and TURN servers (RFC 7064, RFC 7065) as libdatachannel takes them. */
import type { IceServer as Relay } from 'node-datachannel';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { IceServer, TransportParameters } from '../../server/contract/media.ts';

/** RFC 7065 §3.2 */
const defaultPorts = { plain: 3478, tls: 5349 };

/** A TURN server that takes TCP or TLS, to which the ICE library needs a bridge. */
export interface StreamRelay {
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly username: string;
  readonly password: string;
}

interface Relays {
  /** By UDP, which is all that the ICE library speaks. */
  readonly usable: Relay[];
  readonly streams: StreamRelay[];
}

export function relaysOf(servers: readonly IceServer[]): Relays {
  const relays: Relays = { usable: [], streams: [] };
  for (const { urls, username = '', credential = '' } of servers) {
    for (const url of [urls].flat()) {
      const [, scheme = '', bracketed, name, portText, transportText] = pattern.exec(url) ?? [];
      const hostname = bracketed ?? name;
      if (hostname === undefined) continue;
      const isTls = scheme.toLowerCase() === 'turns';
      const port = Number(portText ?? (isTls ? defaultPorts.tls : defaultPorts.plain));
      const transport = transportText?.toLowerCase() ?? (isTls ? 'tcp' : 'udp');
      const login = { username, password: credential };
      if (transport === 'tcp') relays.streams.push({ url, hostname, port, isTls, ...login });
      else if (scheme.toLowerCase() === 'stun') relays.usable.push({ hostname, port });
      else if (!isTls) {
        relays.usable.push({ hostname, port, ...login, relayType: 'TurnUdp' });
      }
    }
  }
  return relays;
}

const pattern = /^(stun|turns?):(?:\[([\da-f:.]+)\]|([^:?]+))(?::(\d+))?(?:\?transport=(\w+))?$/i;

/** What is told where none of the ways to the server was found. */
export function missingWay({
  iceCandidates,
  iceServers,
}: Pick<TransportParameters, 'iceCandidates' | 'iceServers'>): Trouble {
  const places = [...new Set(iceCandidates.map(({ ip, port }) => `${ip}:${port}`))].join(', ');
  const relays = relaysOf(iceServers).streams.map(({ url }) => url);
  const tried = [`UDP nor TCP to ${places}`, ...relays].join(', nor ');
  return { code: 'no-way', detail: `neither ${tried}`.slice(0, 300) };
}
