/** What a PATCH brings (RFC 8840): candidates as they are found, or the credentials of a restart of ICE. */
import type { TransportParameters } from '../../contract/media.ts';
import { candidateLines } from './answer.ts';
import { malformed, readLines } from './description.ts';
import { checkCandidates, credentialsOf, type IceCredentials } from './ice.ts';

/** @throws RefusedError `invalid-request` */
export function readFragment(text: string): IceCredentials {
  const { attributes, media } = readLines(text);
  const places = [attributes, ...media.map((one) => one.attributes)];
  checkCandidates(places);
  const credentials = credentialsOf(...places);
  if (!credentials) throw malformed('it has no a=ice-ufrag and a=ice-pwd');
  return credentials;
}

/** What answers a restart of ICE. @param mid of the section that carries all */
export function fragmentOf(
  { iceParameters, iceCandidates }: Pick<TransportParameters, 'iceParameters' | 'iceCandidates'>,
  mid: string | undefined,
): string {
  const lines = [
    'a=ice-lite',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    'm=video 9 UDP/TLS/RTP/SAVPF 0',
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    ...candidateLines(iceCandidates),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
