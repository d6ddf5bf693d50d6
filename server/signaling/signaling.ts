/** Sessions and their sockets: who is there, what they may call, and what all of them are told. */
import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import proxyAddr from 'proxy-addr';
import { Server } from 'socket.io';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import { Handshake } from '../contract/events.ts';
import type { ZoneSummary } from '../contract/zone.ts';
import type { Sfu } from '../media/sfu.ts';
import { iceServersFor } from '../media/ice-servers.ts';
import type { Metrics } from '../metrics.ts';
import { ZoneRegistry } from '../zones/registry.ts';
import type { Context } from './context.ts';
import { Drain } from './drain.ts';
import { Feeds } from './feeds.ts';
import { claim, noticeSilence, publish, stopFilming, unpublish } from './filming.ts';
import { Session } from './session.ts';
import { answerEvents, type ClientSocket, type Handlers, type SignalingServer } from './socket.ts';
import { resume, stopWatching, view, watch } from './watching.ts';

const cameraCheckInterval = 250; // ms
const zoneListInterval = 200; // ms
/** Room for a 1 MB message to be parsed and refused politely; anything larger ends the socket. */
const largestMessage = 1_500_000; // bytes

export class Signaling {
  readonly #io: SignalingServer;
  readonly #context: Context;
  readonly #metrics: Metrics;
  readonly #trusted: (address: string, distance: number) => boolean;
  readonly #cameraCheck: NodeJS.Timeout;
  #zoneListDue: NodeJS.Timeout | undefined;
  #attached = false;

  constructor(settings: Settings, sfu: Sfu, log: Logger, metrics: Metrics) {
    this.#metrics = metrics;
    this.#trusted = proxyAddr.compile(settings.http.trusted_proxies);
    this.#io = new Server({
      maxHttpBufferSize: largestMessage,
      pingInterval: 5000,
      pingTimeout: 5000,
      serveClient: false,
    });
    const zones = new ZoneRegistry(settings.zones.configured, (zone) => this.#zoneChanged(zone));
    const feeds = new Feeds();
    const drain = new Drain();
    this.#context = { settings, log, sfu, zones, feeds, drain, sessions: new Map() };
    this.#io.use((socket, next) => {
      const handshake = Handshake.safeParse(socket.handshake.auth);
      next(
        handshake.success ? undefined : new Error('invalid-request: the handshake has no session'),
      );
    });
    this.#io.on('connection', (socket) => this.#connected(socket));
    this.#cameraCheck = setInterval(() => this.#checkCameras(), cameraCheckInterval);
  }

  /** Takes sockets from now on; the server's other listeners must be there already. */
  attach(http: HttpServer): void {
    this.#io.attach(http);
    this.#attached = true;
  }

  get zones(): ZoneSummary[] {
    return this.#context.zones.list();
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
    clearTimeout(this.#zoneListDue);
    this.#io.emit('server:stopping', {});
    for (const session of [...this.#context.sessions.values()]) this.#finish(session);
    if (this.#attached) await this.#io.close();
  }

  #connected(socket: ClientSocket): void {
    const { session: id } = Handshake.parse(socket.handshake.auth);
    const { sessions, zones, log } = this.#context;
    let session = sessions.get(id);
    if (!session) sessions.set(id, (session = new Session(id)));
    const current = session;
    const former = current.socket;
    current.socket = socket;
    current.address = proxyAddr(socket.request, this.#trusted);
    if (former) {
      former.emit('session:ended', {
        code: 'session-replaced',
        message: 'This session was opened in another window. Start it again to take it back here.',
      });
      former.disconnect(true);
    }
    answerEvents(socket, this.#handlers(socket, current), log, (code) =>
      this.#metrics.denied(code),
    );
    socket.emit('zones', { zones: zones.list() });
    socket.on('disconnect', (reason) => {
      if (current.socket !== socket) return;
      current.socket = undefined;
      if (reason === 'client namespace disconnect') this.#finish(current);
      else this.#awaitReturn(current);
    });
  }

  #handlers(socket: ClientSocket, session: Session): Handlers {
    const context = this.#context;
    const inTurn = <T>(task: () => Promise<T>): Promise<T> =>
      session.enqueue(() => {
        // What a socket asked before it was lost or replaced must not undo what came after it.
        if (session.socket !== socket) {
          throw new RefusedError(
            'session-replaced',
            'This socket no longer speaks for its session.',
          );
        }
        return task();
      });
    const transport = (id: string) => {
      if (session.transport?.id !== id) {
        throw new RefusedError('not-found', 'This session has no such transport.');
      }
      return session.transport;
    };
    return {
      watch: (request) =>
        inTurn(() => {
          context.drain.admit(session);
          return watch(context, session, request);
        }),
      view: ({ tiles }) => inTurn(() => view(context, session, tiles)),
      claim: (request) =>
        inTurn(() => {
          context.drain.admit(session);
          return claim(context, session, request);
        }),
      publish: (request) => inTurn(() => publish(context, session, request)),
      unpublish: ({ producerId }) => inTurn(async () => unpublish(context, session, producerId)),
      'transport:connect': ({ transportId, dtlsParameters }) =>
        inTurn(async () => {
          await transport(transportId).connect(dtlsParameters);
          return {};
        }),
      'transport:restart-ice': ({ transportId }) =>
        inTurn(async () => ({
          iceParameters: await transport(transportId).restartIce(),
          iceServers: iceServersFor(context.settings, session.peer),
        })),
      'consumer:resume': ({ consumerIds }) => inTurn(() => resume(session, consumerIds)),
      leave: () =>
        inTurn(async () => {
          this.#depart(session);
          return {};
        }),
    };
  }

  /** Ends what a session does; its socket may go on. */
  #depart(session: Session): void {
    stopFilming(this.#context, session);
    session.closeTransport();
    for (const zone of session.watching.keys()) stopWatching(this.#context, session, zone);
  }

  #finish(session: Session): void {
    this.#depart(session);
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

  #zoneChanged(zone: ZoneSummary): void {
    for (const session of this.#context.sessions.values()) {
      if (session.takesPartIn(zone.id)) session.notify('zone:changed', { zone });
    }
    this.#zoneListDue ??= setTimeout(() => {
      this.#zoneListDue = undefined;
      this.#io.emit('zones', { zones: this.#context.zones.list() });
    }, zoneListInterval);
  }
}
