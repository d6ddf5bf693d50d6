/** What a TCP connection may cost before, between and during requests. */
import type { Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import proxyAddr from 'proxy-addr';
import { addressKey } from '../access/address-key.ts';
import type { Settings } from '../config.ts';
import type { Excess } from '../limits/excess.ts';
import { Tally } from '../limits/tally.ts';

/** How often slow requests are looked for, ms: they are cut so much later at most. */
const lookEvery = 2000;

/**
 * Timeouts of Node's servers. A connection without a request yet counts as one whose headers are slow.
 * Answers that nobody reads, and bodies that stand still, are cut by `idle_time`.
 */
export function timeoutsFor(
  limits: Settings['limits'],
): ServerOptions & { handshakeTimeout: number } {
  return {
    headersTimeout: limits.headers_time,
    requestTimeout: Math.max(limits.request_time, limits.headers_time),
    connectionsCheckingInterval: lookEvery,
    /** The TLS handshake's; Node's own is 120 s. */
    handshakeTimeout: limits.headers_time,
  };
}

/** Limits the connections from one address; a trusted proxy has none, since its clients are many. */
export function limitConnections(
  server: Server,
  { http, limits }: Pick<Settings, 'http' | 'limits'>,
  excess: Excess,
): void {
  const isProxy = proxyAddr.compile(http.trusted_proxies);
  const open = new Tally(limits.connections_per_address);
  server.setTimeout(limits.idle_time);
  server.on('connection', (connection: Socket) => {
    const address = connection.remoteAddress;
    if (address === undefined) return; // It is gone already.
    if (isProxy(address, 0)) return;
    const leave = open.open(addressKey(address));
    if (leave) {
      connection.once('close', leave);
      return;
    }
    excess.report('connections', { address });
    connection.destroy();
  });
}
