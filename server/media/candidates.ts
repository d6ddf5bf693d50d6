/** The ICE candidates that a client is given: where media reaches this machine at the moment. */
import { isIP } from 'node:net';
import type { TransportParameters } from '../contract/media.ts';
import { isInward, outwardAddresses, presentAddresses, type OwnAddress } from './addresses.ts';

type Candidate = TransportParameters['iceCandidates'][number];

/** More of them only make ICE take longer. */
const most = 16;
const unspecified = ['0.0.0.0', '::'];

/**
 * Says the addresses that there are now in place of the unspecified one, as which media is listened for.
 * @param listened mediasoup's own candidates
 * @param via the address of this machine that the client came by, where that is known: it is offered first,
 *   whatever interface it is of, since the client reaches it
 */
export function candidatesFor(
  listened: readonly Candidate[],
  via: string | undefined,
  present: readonly OwnAddress[] = presentAddresses(),
  inward: (name: string) => boolean = isInward,
): Candidate[] {
  if (!listened.some(({ address }) => unspecified.includes(address))) return [...listened];
  const families = listened.map(({ address }) => isIP(address));
  const ours = present.filter(({ family }) => families.includes(family));
  const first = ours.filter(({ address }) => address === via).map(({ address }) => address);
  const addresses = [...new Set([...first, ...outwardAddresses(ours, inward)])].slice(0, most);
  return listened.flatMap((candidate) => {
    if (!unspecified.includes(candidate.address)) return candidate;
    const { priority } = candidate;
    return addresses.flatMap((address, index) =>
      isIP(address) === isIP(candidate.address)
        ? { ...candidate, ip: address, address, priority: priority - index * 256 }
        : [],
    );
  });
}
