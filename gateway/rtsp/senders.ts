/**
 * Whose packets by UDP are a camera's: those of the address that answers RTSP, or of the one that it names. A camera
 * behind NAT, or with two addresses, sends from another one without saying so: then the first that sends is it, where
 * the gateway may reach it at all.
 */
import type { Networks } from './networks.ts';

export class Senders {
  readonly #known: ReadonlySet<string>;
  readonly #networks: Pick<Networks, 'reaches'>;
  /** The only one that is taken from then on. */
  #first: string | undefined;

  constructor(known: readonly string[], networks: Pick<Networks, 'reaches'>) {
    this.#known = new Set(known);
    this.#networks = networks;
  }

  takes(from: string): boolean {
    const address = from.replace(/^::ffff:/, '');
    if (this.#first === undefined) {
      if (!this.#known.has(address) && !this.#networks.reaches(address)) return false;
      this.#first = address;
    }
    return address === this.#first || this.#known.has(address);
  }
}
