/** Sessions and their sockets: who is there, and what they are told. */
import type { Server as HttpServer } from 'node:http';
import type { Socket as Engine } from 'engine.io';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import type { Gate } from '../access/caller.ts';
import type { Settings } from '../config.ts';
import { RefusedError, type ErrorCode } from '../contract/errors.ts';
import { Handshake } from '../contract/events.ts';
import type { ZoneId, ZoneSummary } from '../contract/zone.ts';
import { accountOf } from '../limits/account.ts';
import type { Excess } from '../limits/excess.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Dropped, InHand } from '../media/last-words.ts';
import type { Sfu } from '../media/sfu.ts';
import type { Metrics } from '../metrics.ts';
import type { ZonePrivacy } from '../zones/zone-privacy.ts';
import type { BitRates } from '../zones/bit-rates.ts';
import { ZoneRegistry } from '../zones/registry.ts';
import { activityOf, type Activity } from './activity.ts';
import { Admission } from './admission.ts';
import { blame } from './blame.ts';
import { Bulletin } from './bulletin.ts';
import type { Context, Recorder } from './context.ts';
import { Culprits } from './culprits.ts';
import { Drain } from './drain.ts';
import { Feeds } from './feeds.ts';
import { noticeSilence } from './filming.ts';
import { depart, handlersFor } from './handlers.ts';
import { Limits } from './limits.ts';
import { announceMasks } from './masking.ts';
import { Renewal } from './renewal.ts';
import { Session } from './session.ts';
import { ShutOut } from './shut-out.ts';
import { answerEvents, type ClientSocket, type SignalingServer } from './socket.ts';

const cameraCheckInterval = 250; // ms
/** A socket that does not say who it is for so long is closed, ms. */
const signInTime = 10_000;
/** Room for a 1 MB message to be parsed and refused politely; anything larger ends the socket. */
const largestMessage = 1_500_000; // bytes

export interface SignalingParts {
  readonly sfu: Sfu;
  readonly gate: Gate;
  readonly audit: Recorder;
  readonly privacy: ZonePrivacy;
  readonly bitRates: BitRates;
  readonly lookAround: () => Promise<void>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly excess: Excess;
}

export class Signaling {
  readonly #io: SignalingServer;
  readonly #context: Context;
  readonly #metrics: Metrics;
  readonly #admission: Admission;
  readonly #limits: Limits;
  readonly #bulletin: Bulletin;
  readonly #cameraCheck: NodeJS.Timeout;
  readonly #renewal: Renewal;
  #attached = false;

  constructor(settings: Settings, { excess, ...parts }: SignalingParts) {
    const { gate, log, metrics } = parts;
    this.#metrics = metrics;
    this.#admission = new Admission(settings, gate, excess, log);
    this.#limits = new Limits(settings.limits, excess);
    this.#io = new Server({
      maxHttpBufferSize: largestMessage,
      pingInterval: 5000,
      pingTimeout: 5000,
      serveClient: false,
      connectTimeout: signInTime,
    });
    const zones = new ZoneRegistry(settings.zones.configured, (zone, what) =>
      this.#bulletin.changed(zone, what),
    );
    const sessions = new Map<string, Session>();
    const feeds = new Feeds();
    const drain = new Drain();
    const limits = this.#limits;
    const shutOut = new ShutOut();
    const culprits = new Culprits(settings.camera.shut_out);
    const denied = (code: ErrorCode): void => metrics.denied(code);
    const own = { zones, feeds, culprits, drain, limits, sessions, shutOut, denied };
    this.#context = { settings, ...parts, ...own };
    this.#bulletin = new Bulletin(zones, sessions);
    this.#io.use((socket, next) => {
      this.#admission.admit(socket).then(
        (caller) => {
          socket.data.caller = caller;
          next();
        },
        (error: unknown) => {
          if (error instanceof RefusedError)
            return next(new Error(`${error.code}: ${error.message}`));
          logSparingly(log, 'error', { err: error }, 'a socket could not be admitted');
          next(new Error('internal: The server failed at this; its log says why.'));
        },
      );
    });
    this.#io.on('connection', (socket) => this.#connected(socket));
    this.#cameraCheck = setInterval(() => this.#checkCameras(), cameraCheckInterval);
    this.#renewal = new Renewal(this.#context, (session) => this.#expel(session));
  }

  /** Takes sockets from now on; the server's other listeners must be there already. */
  attach(http: HttpServer): void {
    this.#io.attach(http);
    this.#attached = true;
    const { engine } = this.#io;
    const door = this.#admission.door();
    engine.use(door.guard.bind(door));
    engine.prependListener('connection', (socket: Engine) => this.#admission.enter(socket));
  }

  get zones(): ZoneSummary[] {
    return this.#context.zones.list();
  }

  /** What each sign-in does now, over all its windows. */
  get activity(): Activity {
    return activityOf(this.#context.sessions.values());
  }

  /** Lists a zone even while nobody is in it, or no longer does. */
  listZone(zone: ZoneId, listed: boolean): void {
    this.#context.zones.setListed(zone, listed);
  }

  /** Tells the zone's camera that its masks have changed, or ends what it cannot do with them. */
  announceMasks(zone: ZoneId): void {
    announceMasks(this.#context, zone);
  }

  get draining(): boolean {
    return this.#context.drain.active;
  }

  /** Takes no new sessions, and tells those there are to move; done when they have. */
  async drain(): Promise<void> {
    const { drain, sessions, settings } = this.#context;
    await drain.begin(sessions, settings.session.drain);
  }

  /** Tells every client that the server goes down, and closes their sockets and media. */
  async close(): Promise<void> {
    clearInterval(this.#cameraCheck);
    this.#renewal.close();
    this.#bulletin.close();
    this.#io.emit('server:stopping', {});
    for (const session of [...this.#context.sessions.values()]) this.#finish(session);
    if (this.#attached) await this.#io.close();
  }

  /** Told of packets that a media worker could not handle: says whose. */
  dropped({ transportId, packets, reason }: Dropped): void {
    const { culprits, log } = this.#context;
    const whose = culprits.of(transportId, this.#context.sfu);
    log.warn({ ...whose?.about, packets, reason }, 'malformed packets dropped');
  }

  /** Told that a media worker ended with a packet in hand. */
  workerEnded(by: InHand): void {
    blame(this.#context, by);
  }

  /** Looks again who everyone is, and ends what they may not do any more: well within a second. */
  recheck(): void {
    this.#renewal.soon();
  }

  #connected(socket: ClientSocket): void {
    const { session: secret } = Handshake.parse(socket.handshake.auth);
    const { caller } = socket.data;
    const { sessions, log } = this.#context;
    // Of its owner only: whoever learns another one's secret gets a session of their own with it.
    const id = `${caller.principal.id}:${secret}`;
    let session = sessions.get(id);
    if (!session) sessions.set(id, (session = new Session(id, caller)));
    const current = session;
    const former = current.socket;
    current.socket = socket;
    current.caller = caller;
    current.address = this.#admission.addressOf(socket);
    current.account = accountOf(caller.principal, current.address);
    current.via = this.#admission.cameBy(socket);
    if (former) {
      former.emit('session:ended', {
        code: 'session-replaced',
        message: 'This session was opened in another window. Start it again to take it back here.',
      });
      former.disconnect(true);
    }
    answerEvents(socket, handlersFor(this.#context, socket, current), log, {
      admit: (event) => this.#limits.admit(socket.id, current, event),
      denied: (code) => {
        this.#metrics.denied(code);
        if (this.#limits.isTooMuch(socket.id, current, code)) socket.disconnect(true);
      },
    });
    this.#bulletin.tell(current);
    socket.on('disconnect', (reason) => {
      this.#limits.forget(socket.id);
      if (current.socket !== socket) return;
      current.socket = undefined;
      if (reason === 'client namespace disconnect') this.#finish(current);
      else this.#awaitReturn(current);
    });
  }

  /** Ends a session whose sign-in has ended. */
  #expel(session: Session): void {
    session.notify('session:ended', {
      code: 'unauthenticated',
      message: 'The sign-in has ended. Sign in again to go on.',
    });
    session.socket?.disconnect(true);
    this.#finish(session);
  }

  #finish(session: Session): void {
    depart(this.#context, session);
    if (this.#context.sessions.get(session.id) === session) {
      this.#context.sessions.delete(session.id);
    }
  }

  /** A viewer's media goes on for a while; a camera's for as long as its packets come. */
  #awaitReturn(session: Session): void {
    const timer = setTimeout(() => {
      if (!session.socket && !session.filming) this.#finish(session);
    }, this.#context.settings.session.grace);
    timer.unref();
  }

  #checkCameras(): void {
    for (const session of this.#context.sessions.values()) {
      if (!session.filming) continue;
      noticeSilence(this.#context, session).then(
        () => {
          if (!session.socket && !session.filming) this.#finish(session);
        },
        // The worker may die between the question and its answer; the transport tells that itself.
        (error: unknown) => this.#context.log.debug({ err: error }, 'camera not checked'),
      );
    }
  }
}
