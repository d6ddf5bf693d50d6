import { networkInterfaces } from 'node:os';

/** Every IPv4 address of this machine, loopback last. */
export function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === 'IPv4');
  return found
    .sort((a, b) => Number(a.internal) - Number(b.internal))
    .map(({ address }) => address);
}
