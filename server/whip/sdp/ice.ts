/** What a description says of ICE (RFC 8839): credentials, and candidates, which are checked and of no further use. */
import type { Attributes } from './description.ts';
import { malformed } from './description.ts';

export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}

const iceChars = /^[A-Za-z0-9+/]+$/;
const mostCandidates = 64;
/** RFC 8839 §5.1; what comes after the type is an extension. */
const candidate =
  /^[A-Za-z0-9+/]{1,32} \d{1,5} \S{1,16} \d{1,10} [\w.:%-]{1,255} \d{1,5} typ [\w-]{1,16}(?: \S+)*$/;

/**
 * Of a media section, or of the whole description.
 * @returns undefined where nothing is said
 * @throws RefusedError `invalid-request`
 */
export function credentialsOf(...places: readonly Attributes[]): IceCredentials | undefined {
  const said = (name: string): string | undefined =>
    places
      .map((place) => place.first(name))
      .find((value) => value !== undefined)
      ?.trim();
  const usernameFragment = said('ice-ufrag');
  const password = said('ice-pwd');
  if (usernameFragment === undefined && password === undefined) return undefined;
  const fits = (value = '', least: number): boolean =>
    value.length >= least && value.length <= 256 && iceChars.test(value);
  if (!fits(usernameFragment, 4)) throw malformed('its a=ice-ufrag is none');
  if (!fits(password, 22)) throw malformed('its a=ice-pwd is none');
  return { usernameFragment: usernameFragment ?? '', password: password ?? '' };
}

/**
 * This server is the one that is reached (ICE-lite), so it has no use for candidates; what is none is refused all the same.
 * @throws RefusedError `invalid-request`
 */
export function checkCandidates(places: readonly Attributes[]): void {
  const all = places.flatMap((place) => place.all('candidate'));
  if (all.length > mostCandidates) throw malformed(`it has more than ${mostCandidates} candidates`);
  for (const one of all) {
    if (!candidate.test(one.trim())) throw malformed('one of its candidates is none');
  }
}
