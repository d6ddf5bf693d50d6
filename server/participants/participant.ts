/** Whoever takes part in zones, whatever carries it: a browser's tab, a gateway's camera, a resource of WHIP or WHEP. */
import { addressKey } from '../access/address-key.ts';
import type { Caller } from '../access/caller.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Payer } from '../limits/payer.ts';
import type { Camera } from '../zones/camera.ts';
import type { Zone } from '../zones/zone.ts';

/** Who speaks, and from where. */
export interface Speaker {
  /** Who acts. */
  readonly caller: Caller;
  /** Where its client is, as far as trusted proxies tell. */
  readonly address: string;
  /** Who is charged for what it uses, as long as it lives. */
  readonly payer: Payer;
}

export interface Participant extends Speaker {
  /** A name for logs. */
  readonly peer: string;
  /** What it films with, while it does. */
  readonly camera: FilmingCamera | undefined;
  /** The zones in which it takes part now. */
  readonly zonesNow: readonly ZoneId[];
}

/** A camera that knows its zone. */
export interface FilmingCamera extends Camera {
  readonly zone: Zone;
}

/** What lives by its caller, who is looked up again from time to time. */
export interface LivesByCaller {
  readonly caller: Caller;
  /** The caller as of now, who may have other rights than before. */
  renewed(caller: Caller): void;
  /** What the caller was known by has ended. */
  expelled(): void;
}

/** What takes part without a socket. */
export interface Guest extends Participant, LivesByCaller {
  /** Nobody knows any longer whether it may still watch. */
  cutOff(): void;
  /** Pictures that are smaller than it could have, as the node is nearly full. */
  readonly lowered: number;
  /** Told when the load has been looked at. @param shareOf the viewers of a media worker that get smaller pictures, 0 to 1 */
  lower(shareOf: (worker: number) => number): void;
}

/** Whom a TURN server counts its relays by: a client with many sessions is one. */
export function relayHolderOf({ caller, address }: Pick<Speaker, 'caller' | 'address'>): string {
  const { via, principal } = caller;
  return via.kind === 'open' ? addressKey(address) : principal.id;
}
