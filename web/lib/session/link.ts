/** One media transport to the server, kept alive through changes of network. */
import type { types } from 'mediasoup-client';
import type { TransportParameters } from '../../../server/contract/media.ts';
import { icePolicy } from './remembered.ts';
import type { Signaling } from './signaling.ts';

const patience = { beforeRestart: 1500, afterRestart: 5000 }; // ms

export class Link {
  readonly transport: types.Transport;
  readonly #signaling: Signaling;
  readonly #onChange: () => void;
  readonly #onDead: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abandoned = false;

  /**
   * @param onChange the connection's state changed
   * @param onDead the connection cannot be had back; ask the server for a new transport
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
      if (this.#abandoned) return;
      if (state === 'connected') this.#stopWaiting();
      if (state === 'disconnected') this.#wait(patience.beforeRestart, () => this.restart());
      if (state === 'failed') this.restart();
      this.#onChange();
    });
  }

  get up(): boolean {
    return this.transport.connectionState === 'connected';
  }

  /** Gathers candidates anew, as after a change of network (RFC 8445 §2.4). */
  restart(): void {
    const { id } = this.transport;
    if (!this.#signaling.socket.connected) {
      // Asked now, it would be sent after the socket is back, when this transport may be replaced.
      return this.#wait(patience.beforeRestart, () => this.restart());
    }
    this.#wait(patience.afterRestart, () => {
      if (!this.up) this.#onDead();
    });
    this.#signaling
      .request('transport:restart-ice', { transportId: id })
      .then(async ({ iceParameters, iceServers }) => {
        await this.transport.updateIceServers({ iceServers });
        await this.transport.restartIce({ iceParameters });
      })
      .catch(() => this.#onDead());
  }

  /** Does no more to keep the connection, which stays open for as long as the network lets it. */
  abandon(): void {
    this.#abandoned = true;
    this.#stopWaiting();
  }

  close(): void {
    this.#stopWaiting();
    this.transport.close();
  }

  #wait(delay: number, then: () => void): void {
    this.#stopWaiting();
    this.#timer = setTimeout(then, delay);
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
  }
}

/** The server's parameters in mediasoup-client's shape. */
export function transportOptions(parameters: TransportParameters): types.TransportOptions {
  const options = { ...parameters, iceTransportPolicy: icePolicy() };
  return options as unknown as types.TransportOptions;
}
