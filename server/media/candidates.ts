/** The ICE candidates that a client is given: the addresses by which media reaches this machine now. */
import { isIP } from 'node:net';
import type { TransportParameters } from '../contract/media.ts';
import { isInward, outwardAddresses, presentAddresses, type OwnAddress } from './addresses.ts';

type Candidate = TransportParameters['iceCandidates'][number];

/** More of them only make ICE take longer. */
const most = 16;
const unspecified = ['0.0.0.0', '::'];
/** One step of the local preference in a candidate's priority (RFC 8445 §5.1.2.1): no two may have one priority. */
const preferenceStep = 256;

/**
 * Replaces the unspecified address (0.0.0.0, ::), on which media listens, by this machine's addresses of now.
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
        ? { ...candidate, ip: address, address, priority: priority - index * preferenceStep }
        : [],
    );
  });
}
