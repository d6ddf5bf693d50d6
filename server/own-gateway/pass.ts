/**
 * The gateway that this server runs beside itself signs in with a token of this run: it is made at the start, stands
 * nowhere, and may film the zones of its cameras and nothing else.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Caller, Gate } from '../access/caller.ts';
import { digest, newToken } from '../access/tokens.ts';
import type { GatewayName, SiteCamera } from '../contract/gateway.ts';

/** No key has it: theirs are random, and of another length. */
const id = 'own-gateway';

export class OwnPass {
  readonly token = newToken();
  readonly #digest = Buffer.from(digest(this.token));
  readonly #caller: Caller;
  /** Whether the gateway runs; without it nobody has this token. */
  valid = false;

  constructor(name: GatewayName, cameras: readonly SiteCamera[]) {
    const grants = cameras.map(({ zone }) => ({ role: 'camera' as const, zones: zone }));
    this.#caller = {
      principal: { kind: 'key', id, name: `gateway ${name}`, grants },
      via: { kind: 'key', id },
    };
  }

  /** The gate as it is, which knows this token too. */
  around(gate: Gate): Gate {
    const own = (is: boolean): Caller | undefined => (is && this.valid ? this.#caller : undefined);
    return {
      get open() {
        return gate.open;
      },
      lookAgain: () => gate.lookAgain(),
      identify: async (credentials) => {
        const { key } = credentials;
        if (key !== undefined && this.#is(key)) return own(true);
        return gate.identify(credentials);
      },
      renew: async (caller) =>
        caller.via.kind === 'key' && caller.via.id === id ? own(true) : gate.renew(caller),
    };
  }

  #is(key: string): boolean {
    return timingSafeEqual(this.#digest, Buffer.from(digest(key)));
  }
}
