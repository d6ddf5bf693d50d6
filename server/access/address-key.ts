/** What a client's address counts as wherever something is limited per address. */
import { isIPv4, isIPv6 } from 'node:net';

/** All that is no address shares one budget, so that nothing is gained by sending nonsense. */
const unknown = 'unknown';

/**
 * One key for each party that may have the address: an IPv4 address, also as IPv6 writes it
 * (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2), or the /64 of an IPv6 address, since whoever has one has all
 * 2^64 of its network (RFC 4291 §2.5.4). Every limit by address counts by this, and by nothing else.
 * @param address with or without a port (`192.0.2.1:443`, `[2001:db8::1]:443`) or an interface (`%eth0`)
 */
export function addressKey(address: string): string {
  const bare = withoutPort(address.trim()).replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return unknown;
  const groups = groupsOf(bare);
  const [high = 0, low = 0] = groups.slice(6);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** Some proxies put the port into X-Forwarded-For; a new one for each connection is not a new client. */
function withoutPort(address: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
}

/** The eight numbers of an IPv6 address, however it is written; the URL parser writes it in one way. */
function groupsOf(address: string): number[] {
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = [], after = []] = text
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')).map((group) => Number.parseInt(group, 16)));
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
