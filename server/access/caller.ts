/** Someone who speaks to this server, as the edges see them. */
import type { Principal } from '../contract/access.ts';
import type { Actor } from '../contract/audit.ts';

/** What a client brings along: its cookies by their names, or a key. */
export interface Credentials {
  readonly cookies?: Readonly<Record<string, string | undefined>> | undefined;
  readonly key?: string | undefined;
}

/** Where a client is, and what it calls itself. */
export interface Client {
  readonly address: string;
  readonly agent: string;
  /** The token by which it is known again, if it has one. */
  readonly browser?: string | undefined;
}

/** What a caller is known by: a sign-in, a key that was sent along, or nothing in the open mode. */
export type Via =
  | { readonly kind: 'sign-in'; readonly id: string }
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'open' };

export interface Caller {
  readonly principal: Principal;
  readonly via: Via;
  /** Most that a camera with this key may send, bit/s; nothing where there is no key, or it does not say. */
  readonly maxBitrate?: number | undefined;
}

/** Who answers for a change, and from where. */
export interface By {
  readonly actor: Actor;
  readonly address: string;
}

/** What the edges ask: who is this, and is it still so? */
export interface Gate {
  /** False until there is anyone who could sign in: nothing is to be reached then. */
  readonly open: boolean;
  /** Looks whether there is somebody by now, made through another server. @throws StoreError */
  lookAgain(): Promise<void>;
  /** @returns undefined for nobody */
  identify(credentials: Credentials): Promise<Caller | undefined>;
  /** The caller as of now; undefined when sign-in, person or key have ended. Counts as use. */
  renew(caller: Caller): Promise<Caller | undefined>;
}

export function actorOf({ principal: { kind, id, name } }: Caller): Actor {
  return { kind, id, name };
}
