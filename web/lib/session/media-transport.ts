/** One media transport to the server, kept alive through changes of network. */
import type { types } from 'mediasoup-client';
import type { TransportParameters } from '../../../server/contract/media.ts';
import { icePolicy } from './remembered.ts';
import type { Signaling } from './signaling.ts';
import { TransportWatch } from './transport-watch.ts';

/** After a restart the connection has to be up within this, ms. */
const restartTimeout = 5000;

export class MediaTransport {
  readonly transport: types.Transport;
  readonly #signaling: Signaling;
  readonly #onChange: () => void;
  readonly #onDead: () => void;
  readonly #watch: TransportWatch;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Set when it is given up or closed: no more is done for it. */
  #ended = false;
  #dead = false;

  /**
   * @param onChange called when the connection's state has changed
   * @param onDead called when the connection cannot be restored: ask the server for a new transport
   */
  constructor(
    transport: types.Transport,
    signaling: Signaling,
    onChange: () => void,
    onDead: () => void,
  ) {
    this.transport = transport;
    this.#signaling = signaling;
    this.#onChange = onChange;
    this.#onDead = onDead;
    transport.on('connectionstatechange', (state) => {
      if (this.#ended) return;
      if (state === 'connected') this.#stopWaiting();
      if (state === 'disconnected' || state === 'failed') this.#watch.examine().catch(() => {});
      this.#onChange();
    });
    this.#watch = new TransportWatch(transport, signaling, () => this.restart());
  }

  /** Whether it cannot be restored: another one is to take its place. */
  get gone(): boolean {
    return this.#dead || this.#watch.gone;
  }

  get up(): boolean {
    return this.transport.connectionState === 'connected';
  }

  /** Gathers candidates again, as after a change of network (RFC 8445 §2.4). */
  restart(): void {
    const { id } = this.transport;
    const { socket } = this.#signaling;
    this.#stopWaiting();
    // Sent after what else is said on a new socket, which tells whether the server has this transport.
    if (!socket.connected) return void socket.once('connect', this.#restartSoon);
    this.#wait(restartTimeout, () => {
      if (!this.up) this.#giveUp();
    });
    this.#signaling
      .request('transport:restart-ice', { transportId: id })
      .then(async ({ iceParameters, iceServers }) => {
        await this.transport.updateIceServers({ iceServers });
        await this.transport.restartIce({ iceParameters });
      })
      .catch(() => this.#giveUp());
  }

  /** Does no more to keep the connection, which stays open for as long as the network lets it. */
  abandon(): void {
    this.#ended = true;
    this.#watch.end();
    this.#stopWaiting();
  }

  close(): void {
    this.abandon();
    this.transport.close();
  }

  readonly #restartSoon = (): void => {
    if (!this.#ended) this.restart();
  };

  #giveUp(): void {
    if (this.#ended) return;
    this.#dead = true;
    this.#onDead();
  }

  #wait(delay: number, then: () => void): void {
    this.#stopWaiting();
    this.#timer = setTimeout(then, delay);
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#signaling.socket.off('connect', this.#restartSoon);
  }
}

/** The server's parameters in mediasoup-client's shape. */
export function transportOptions(parameters: TransportParameters): types.TransportOptions {
  const options = { ...parameters, iceTransportPolicy: icePolicy() };
  return options as types.TransportOptions;
}
