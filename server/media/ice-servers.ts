/**
 * STUN and TURN servers for one session. TURN credentials are the time-limited ones that coturn calls
 * `use-auth-secret` (draft-uberti-behave-turn-rest-00 §2.2): a TURN server that knows the secret can
 * tell from the name alone that they are valid, and until when.
 */
import { createHmac } from 'node:crypto';
import type { Settings } from '../config.ts';
import type { IceServer } from '../contract/media.ts';
import { timeOfDay } from '../time.ts';

/**
 * @param holder whom the credentials are for: an account, a key, or an address. coturn counts relays by it
 *   (`user-quota`), so it is the same for all sessions that one client may open.
 * @param now ms since the epoch
 */
export function iceServersFor(
  { media, turn }: Pick<Settings, 'media' | 'turn'>,
  holder: string,
  now = timeOfDay(),
): IceServer[] {
  if (turn.urls.length === 0) return media.ice_servers;
  const username = `${Math.floor((now + turn.lifetime) / 1000)}:${holder}`;
  const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
  return [...media.ice_servers, { urls: turn.urls, username, credential }];
}
