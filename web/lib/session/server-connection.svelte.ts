/** This page's connection to the server: the start data it was served with, the device, the socket. */
import type { RefusedError } from '../../../server/contract/errors.ts';
import { enrolled } from '../access/who.ts';
import { signInAgain } from '../api/sign-in-again.ts';
import { texts } from '../text/texts.ts';
import { readPageData } from '../page-data.ts';
import { paces } from './coming-back.ts';
import { loadDevice } from './device.ts';
import { faultOf, type Fault } from './faults.ts';
import { newTabSession, tabSession } from './identity.ts';
import { PageBuild } from './page-build.svelte.ts';
import { refusalFor, refusalOf } from './refusal.ts';
import { ShownZones } from './shown-zones.svelte.ts';
import { Signaling } from './signaling.ts';
import type { Role } from './status.ts';

/** The server refused the socket for now; socket.io does not try again by itself after a refusal. */
const refusedRetry = 5000; // ms
/** The server closed the socket, after which socket.io does not come back by itself either. */
const endedRetry = 500; // ms

/** What stands in the way for everything that is asked, not for one request alone. */
const general = ['unavailable', 'throttled'];

/** Whoever uses the connection: the session that is on. */
export interface ConnectionUser {
  readonly role: Role;
  /** The socket is up; told each time. */
  up(): void;
  /** The socket is lost; told each time. */
  down(): void;
  /** The server has ended the session, or lets this device in no more. */
  ended(fault: Fault): void;
}

export class ServerConnection {
  up = $state(false);
  /** Whether it was ever up since the page was loaded. */
  reached = $state(false);
  /** Attempts that failed since it was last up. */
  failures = $state(0);
  /** Why the last attempt failed, where something answered it. */
  refusal = $state.raw<Fault>();
  /**
   * When pictures end, ms since the epoch, since the server cannot confirm that people may still watch; undefined while it
   * can.
   */
  rightsEnd = $state<number>();
  readonly page = readPageData();
  readonly build = new PageBuild(this.page.build);
  readonly device = loadDevice(this.page);
  readonly signaling = new Signaling(tabSession());
  /** The zones that the page's list shows. */
  readonly list = new ShownZones(this.signaling);
  #user: ConnectionUser | undefined;
  /** Ends all that keeps the connection up; undefined while it is not wanted. */
  #wanted: AbortController | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const { socket } = this.signaling;
    socket.on('connect', () => {
      this.up = true;
      if (this.reached) this.build.look();
      this.reached = true;
      this.failures = 0;
      this.refusal = undefined;
      this.rightsEnd = undefined; // It tells at once, if that is so there.
      this.#user?.up();
    });
    socket.on('connect_error', (error) => {
      this.failures += 1;
      // Browsers do not tell why a WebSocket failed: what the last HTTP request was told still holds.
      if (error.message !== 'websocket error') this.refusal = refusalOf(error);
      if (this.refusal?.code !== 'unauthenticated') {
        if (!socket.active)
          this.#connectIn(this.signaling.goesElsewhere ? endedRetry : refusedRetry);
      } else if (enrolled) this.#user?.ended(faultOf('key-revoked', ''));
      else signInAgain(); // and back, where the session goes on
    });
    let replaced = false;
    socket.on('session:ended', ({ code, message }) => {
      replaced = code === 'session-replaced';
      const revoked = enrolled && code === 'unauthenticated';
      this.#user?.ended(
        faultOf(revoked ? 'key-revoked' : code, texts.refusals.told(code, message)),
      );
    });
    socket.on('disconnect', (reason) => {
      this.up = false;
      this.#user?.down();
      if (reason !== 'io server disconnect') return;
      // Another window has the same secret: with one of its own, this one takes nothing from it.
      if (replaced) this.signaling.session = newTabSession();
      replaced = false;
      this.#connectIn(endedRetry);
    });
    socket.on('rights', (rights) => {
      this.rightsEnd = rights.confirmed ? undefined : Date.now() + rights.left;
    });
  }

  /** Connects for this session, and goes on trying until `close`. */
  open(user: ConnectionUser): void {
    const { socket } = this.signaling;
    this.#user = user;
    this.signaling.pace = paces[user.role];
    if (!this.#wanted) {
      this.#wanted = new AbortController();
      const { signal } = this.#wanted;
      // Leaving the page is said at once, so that a camera's watchers need not wait for silence.
      window.addEventListener('pagehide', () => socket.disconnect(), { signal });
      window.addEventListener('pageshow', ({ persisted }) => persisted && socket.connect(), {
        signal,
      });
    }
    socket.connect();
  }

  /** Told what a session was refused, over a socket that is up. */
  refused({ code, message }: RefusedError): void {
    if (general.includes(code)) this.refusal = refusalFor(code, message);
  }

  close(): void {
    this.#wanted?.abort();
    this.#wanted = undefined;
    clearTimeout(this.#retry);
    this.build.close();
    this.signaling.socket.disconnect();
  }

  #connectIn(delay: number): void {
    clearTimeout(this.#retry);
    if (!this.#wanted) return;
    this.#retry = setTimeout(() => this.signaling.socket.connect(), delay);
  }
}
