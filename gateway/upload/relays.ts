/** STUN and TURN servers (RFC 7064, RFC 7065) as libdatachannel takes them. */
import type { IceServer as Relay } from 'node-datachannel';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { IceServer, TransportParameters } from '../../server/contract/media.ts';

const defaultPort = 3478;

/**
 * @returns those that can be used, and the addresses of those that cannot: the ICE library speaks with TURN servers by
 * UDP only
 */
export function relaysOf(servers: readonly IceServer[]): { usable: Relay[]; useless: string[] } {
  const usable: Relay[] = [];
  const useless: string[] = [];
  for (const { urls, username, credential } of servers) {
    for (const url of [urls].flat()) {
      const relay = relayOf(url);
      if (!relay) {
        useless.push(url);
        continue;
      }
      const isTurn = url.toLowerCase().startsWith('turn:');
      usable.push({
        ...relay,
        ...(isTurn ? { username: username ?? '', password: credential ?? '' } : {}),
        ...(isTurn ? { relayType: 'TurnUdp' as const } : {}),
      });
    }
  }
  return { usable, useless };
}

/** What is told where none of the ways to the server was found. @param useless relays that cannot be used */
export function missingWay(
  { iceCandidates }: Pick<TransportParameters, 'iceCandidates'>,
  useless: readonly string[],
): Trouble {
  const places = [...new Set(iceCandidates.map(({ ip, port }) => `${ip}:${port}`))].join(', ');
  const tried = `neither UDP nor TCP to ${places}`;
  return useless.length > 0
    ? { code: 'turn-only', detail: `${tried}; there is ${useless.join(', ')}`.slice(0, 300) }
    : { code: 'no-way', detail: tried.slice(0, 300) };
}

function relayOf(url: string): { hostname: string; port: number } | undefined {
  const [, scheme, bracketed, name, port, transport = 'udp'] =
    /^(stun|turn):(?:\[([\da-f:.]+)\]|([^:?]+))(?::(\d+))?(?:\?transport=(\w+))?$/i.exec(url) ?? [];
  const hostname = bracketed ?? name;
  if (scheme === undefined || hostname === undefined || transport.toLowerCase() !== 'udp') {
    return undefined;
  }
  return { hostname, port: Number(port ?? defaultPort) };
}
