/** This page's connection to the server: the start data it was served with, the device, the socket. */
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { enrolled } from '../access/who.ts';
import { signInAgain } from '../api/sign-in-again.ts';
import { readPageData } from '../page-data.ts';
import { loadDevice } from './device.ts';
import { faultOf, type Fault } from './faults.ts';
import { newTabSession, tabSession } from './identity.ts';
import { refusalOf } from './refusal.ts';
import { Signaling } from './signaling.ts';

/** The server refused the socket for now; socket.io does not try again by itself after a refusal. */
const refusedRetry = 5000; // ms

export class ServerConnection {
  up = $state(false);
  /** Whether it was ever up since the page was loaded. */
  reached = $state(false);
  /** Attempts that failed since it was last up. */
  failures = $state(0);
  /** Why the last attempt failed, where something answered it. */
  refusal = $state.raw<Fault>();
  /** All zones that the server knows. */
  zones = $state.raw<ZoneSummary[]>([]);
  readonly page = readPageData();
  readonly device = loadDevice(this.page);
  readonly signaling = new Signaling(tabSession());
  #wanted = false;

  /**
   * @param onUp told each time that the socket is up
   * @param onDown told each time that it is lost
   * @param onEnded the server has ended the session, or lets this device in no more
   */
  constructor(onUp: () => void, onDown: () => void, onEnded: (fault: Fault) => void) {
    const { socket } = this.signaling;
    socket.on('connect', () => {
      this.up = true;
      this.reached = true;
      this.failures = 0;
      this.refusal = undefined;
      onUp();
    });
    socket.on('connect_error', (error) => {
      this.failures += 1;
      // Of a WebSocket a page never hears why; what requests were told before still holds.
      if (error.message !== 'websocket error') this.refusal = refusalOf(error);
      if (this.refusal?.code !== 'unauthenticated') {
        if (!socket.active) setTimeout(() => this.#wanted && socket.connect(), refusedRetry);
      } else if (enrolled) onEnded(faultOf('key-revoked', ''));
      else signInAgain(); // and back, where the session goes on
    });
    let replaced = false;
    socket.on('session:ended', ({ code, message }) => {
      replaced = code === 'session-replaced';
      onEnded(faultOf(enrolled && code === 'unauthenticated' ? 'key-revoked' : code, message));
    });
    socket.on('disconnect', (reason) => {
      this.up = false;
      onDown();
      if (reason !== 'io server disconnect') return;
      // Another window has the same secret: with one of its own, this one takes nothing from it.
      if (replaced) this.signaling.session = newTabSession();
      replaced = false;
      // socket.io does not come back by itself after the server closed the socket; we do.
      setTimeout(() => this.#wanted && socket.connect(), 500);
    });
    socket.on('zones', ({ zones }) => (this.zones = zones));
    socket.on('zones:changed', ({ changed, gone }) => {
      const old = [...gone, ...changed.map(({ id }) => id)];
      const kept = this.zones.filter(({ id }) => !old.includes(id));
      this.zones = [...kept, ...changed].sort((a, b) => a.id.localeCompare(b.id));
    });
    // Leaving the page is said at once, so that a camera's watchers need not wait for silence.
    window.addEventListener('pagehide', () => socket.disconnect());
    window.addEventListener(
      'pageshow',
      ({ persisted }) => persisted && this.#wanted && socket.connect(),
    );
  }

  /** Connects, and goes on trying until `close`. */
  open(): void {
    this.#wanted = true;
    this.signaling.socket.connect();
  }

  close(): void {
    this.#wanted = false;
    this.signaling.socket.disconnect();
  }
}
