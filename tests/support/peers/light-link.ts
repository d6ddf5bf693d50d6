/** The link of a light peer: it knows when each step was done. */
import { EventEmitter, once } from 'node:events';
import type { TransportParameters } from '../../../server/contract/media.ts';
import { MediaLink, type Direction } from '../../../gateway/upload/media-link.ts';

let bindAddress = '127.0.0.1';

/** From where links are made from now on, on a host of a lab. */
export function setBindAddress(address: string): void {
  bindAddress = address;
}

export class LightLink extends MediaLink {
  /** When each step was done, ms as of `performance.now()`. */
  readonly times: { begun: number; ice?: number; dtls?: number };
  readonly #events = new EventEmitter();

  constructor(server: TransportParameters, direction: Direction) {
    const begun = performance.now();
    super(udpOnly(server), direction, { bindAddress });
    this.times = { begun };
    this.#events.on('error', () => {}); // Heard by whoever waits in `connected`.
    this.onWay = () => (this.times.ice ??= performance.now());
    this.onUp = () => {
      this.times.dtls ??= performance.now();
      this.#events.emit('up');
    };
    this.onLost = () => this.#events.emit('error', new Error('the media connection failed'));
  }

  /** Resolves when DTLS is up. */
  async connected(): Promise<void> {
    if (this.times.dtls === undefined) {
      await once(this.#events, 'up', { signal: AbortSignal.timeout(10_000) });
    }
  }
}

function udpOnly(server: TransportParameters): TransportParameters {
  const { iceCandidates } = server;
  return {
    ...server,
    iceServers: [],
    iceCandidates: iceCandidates.filter(({ protocol }) => protocol === 'udp'),
  };
}
