/** A camera that speaks RTSP 1.0 (RFC 2326), whose every answer and packet a test can bend. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Doorman, type CameraAccess } from './access.ts';
import type { CameraClip } from './clips.ts';
import { controls, describe } from './description.ts';
import { RequestReader, writeAnswer, type RtspAnswer, type RtspRequest } from './message.ts';
import { Playing, type Stream } from './playing.ts';
import { Sounding } from './sounding.ts';

export interface RtspServerSettings {
  /** By path and query: `/main`, `/cam?channel=1`. */
  readonly streams: Readonly<Record<string, CameraClip | Stream>>;
  readonly access?: CameraAccess;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** 127.0.0.1 unless said. */
  readonly host?: string;
  /** A free one unless said. */
  readonly port?: number;
  /** From where it sends by UDP, as behind NAT; `host` unless said. */
  readonly sendsFrom?: string;
  /** How long a session lives without a request, s; said to clients, and done. */
  readonly sessionTimeout?: number;
  /** More are refused with 453. */
  readonly mostSessions?: number;
  readonly publicMethods?: string;
  /** Changes an answer, says something else in its place, or nothing (`null`). */
  answer?(request: RtspRequest, usual: RtspAnswer, socket: Socket): RtspAnswer | Buffer | null;
  /** How bytes go to a client; at once and whole unless said. */
  write?(socket: Socket, bytes: Buffer): void;
  /** A client has connected. */
  connected?(socket: Socket): void;
}

interface Session {
  readonly id: string;
  readonly stream: Stream;
  readonly send: (packet: Buffer, isReport: boolean) => void;
  readonly release: () => void;
  playing: { paused: boolean; stop(): void; makeKey?(): void } | undefined;
  /** Of its sound, where that was set up. */
  sound?: Pick<Session, 'send' | 'release' | 'playing'>;
  lastAsked: number;
}

export async function startRtspServer(settings: RtspServerSettings): Promise<RtspServer> {
  const server = new RtspServer(settings);
  await server.listen();
  return server;
}

export class RtspServer {
  port = 0;
  /** All that was asked, of whatever client. */
  readonly requests: RtspRequest[] = [];
  /** Sessions so far. */
  opened = 0;
  /** Receiver reports and other RTCP that clients have sent. */
  reports = 0;
  readonly doorman: Doorman | undefined;
  readonly #settings: RtspServerSettings;
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #watch: NodeJS.Timeout;
  #paused = false;

  constructor(settings: RtspServerSettings) {
    this.#settings = settings;
    if (settings.access) this.doorman = new Doorman(settings.access);
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = settings.tls ? createTlsServer(settings.tls, serve) : createServer(serve);
    // Clients that break off while TLS begins.
    this.#server.on('tlsClientError', () => {});
    this.#watch = setInterval(() => this.#expire(), 250);
  }

  async listen(): Promise<void> {
    const { port = 0, host = '127.0.0.1' } = this.#settings;
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Sessions that are open now. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Clients that are connected now. */
  get connections(): number {
    return this.#sockets.size;
  }

  url(path: string): string {
    const { host = '127.0.0.1', tls } = this.#settings;
    return `${tls ? 'rtsps' : 'rtsp'}://${host}:${this.port}${path}`;
  }

  /** @param control of which medium; any unless said */
  asked(method: string, control = ''): number {
    return this.requests.filter(
      (request) => request.method === method && request.url.endsWith(control),
    ).length;
  }

  /** It answers, and sends no packets. */
  pause(paused = true): void {
    this.#paused = paused;
    for (const { playing, sound } of this.#sessions.values()) {
      if (playing) playing.paused = paused;
      if (sound?.playing) sound.playing.paused = paused;
    }
  }

  /** The next picture of a stream is a key picture, at all clients. */
  makeKey(path: string): void {
    const wanted = this.#stream(this.url(path));
    for (const { stream, playing } of this.#sessions.values()) {
      if (stream.clip === wanted?.clip) playing?.makeKey?.();
    }
  }

  /** Cuts all connections, as a camera that restarts. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Says something to all clients that nobody asked for. */
  say(bytes: Buffer | string): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    for (const id of [...this.#sessions.keys()]) this.#end(id);
    this.drop();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    const own = new Set<string>();
    socket.on('error', () => {}); // A client that is gone; 'close' follows.
    socket.on('close', () => {
      this.#sockets.delete(socket);
      for (const id of own) this.#end(id);
    });
    this.#settings.connected?.(socket);
    const reader = new RequestReader();
    // One after the other, also where an answer has to wait for a socket.
    let last = Promise.resolve();
    socket.on('data', (chunk: Buffer) =>
      reader.read(chunk, {
        request: (request) => {
          last = last.then(() => this.#ask(request, socket, own));
        },
        data: () => void (this.reports += 1),
      }),
    );
  }

  async #ask(request: RtspRequest, socket: Socket, own: Set<string>): Promise<void> {
    this.requests.push(request);
    const usual = await this.#answer(request, socket, own);
    const bent = this.#settings.answer ? this.#settings.answer(request, usual, socket) : usual;
    if (bent) this.#write(socket, Buffer.isBuffer(bent) ? bent : writeAnswer(bent));
    if (request.method !== 'PLAY' || bent === null || usual.status !== 200) return;
    for (const id of own) this.#play(id);
  }

  async #answer(request: RtspRequest, socket: Socket, own: Set<string>): Promise<RtspAnswer> {
    const answer = (status: number, reason: string, body = ''): RtspAnswer => ({
      ...{ status, reason, body },
      headers: [['CSeq', request.headers.get('cseq') ?? '']],
    });
    const challenges = request.method === 'OPTIONS' ? undefined : this.doorman?.challenges(request);
    if (challenges) {
      const refused = answer(401, 'Unauthorized');
      for (const challenge of challenges) refused.headers.push(['WWW-Authenticate', challenge]);
      return refused;
    }
    const id = request.headers.get('session')?.split(';')[0];
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (id !== undefined && !session) return answer(454, 'Session Not Found');
    if (session) session.lastAsked = performance.now();
    const done = answer(200, 'OK');
    switch (request.method) {
      case 'OPTIONS':
        done.headers.push(['Public', this.#settings.publicMethods ?? methods]);
        return done;
      case 'DESCRIBE': {
        const stream = this.#stream(request.url);
        if (!stream) return answer(404, 'Not Found');
        done.headers.push(['Content-Type', 'application/sdp']);
        done.headers.push(['Content-Base', `${request.url}/`]);
        done.body = describe(stream.clip, stream.sound);
        return done;
      }
      case 'SETUP': {
        const [, path = '', control = ''] = /^(.*)\/([^/]+)$/.exec(request.url) ?? [];
        const stream = this.#stream(path);
        if (stream?.sound && session && control === controls.sound) {
          const { transport, ...way } = await this.#way(
            request.headers.get('transport') ?? '',
            socket,
          );
          session.sound = { ...way, playing: undefined };
          done.headers.push(['Transport', transport], ['Session', session.id]);
          return done;
        }
        if (!stream || control !== controls.video) return answer(404, 'Not Found');
        if (this.#sessions.size >= (this.#settings.mostSessions ?? Infinity)) {
          return answer(453, 'Not Enough Bandwidth');
        }
        const { transport, ...way } = await this.#way(
          request.headers.get('transport') ?? '',
          socket,
        );
        const opened = randomBytes(4).toString('hex');
        const lastAsked = performance.now();
        this.#sessions.set(opened, { ...way, id: opened, stream, playing: undefined, lastAsked });
        own.add(opened);
        this.opened += 1;
        const timeout = this.#settings.sessionTimeout ?? 60;
        done.headers.push(['Transport', transport], ['Session', `${opened};timeout=${timeout}`]);
        return done;
      }
      case 'PLAY':
        if (!session) return answer(454, 'Session Not Found');
        done.headers.push(['Session', session.id], ['Range', 'npt=0.000-']);
        return done;
      case 'TEARDOWN':
        if (id !== undefined) this.#end(id);
        return done;
      case 'GET_PARAMETER':
        return done;
      default:
        return answer(501, 'Not Implemented');
    }
  }

  #stream(url: string): Stream | undefined {
    const path = /^rtsps?:\/\/[^/]*(\/.*?)\/?$/.exec(url)?.[1] ?? '/';
    const found = this.#settings.streams[path];
    return found && 'pictures' in found ? { clip: found } : found;
  }

  /** How packets go to a client: beside the answers, or by ports of their own. */
  async #way(
    asked: string,
    socket: Socket,
  ): Promise<Pick<Session, 'send' | 'release'> & { transport: string }> {
    const ports = /client_port=(\d+)-(\d+)/.exec(asked);
    if (!ports) {
      const [, rtp = 0, rtcp = 1] = (/interleaved=(\d+)-(\d+)/.exec(asked) ?? []).map(Number);
      const transport = `RTP/AVP/TCP;unicast;interleaved=${rtp}-${rtcp}`;
      const send = (packet: Buffer, isReport: boolean): void => {
        if (socket.destroyed) return;
        const head = Buffer.from([0x24, isReport ? rtcp : rtp, 0, 0]);
        head.writeUInt16BE(packet.length, 2);
        this.#write(socket, Buffer.concat([head, packet]));
      };
      return { transport, send, release: () => {} };
    }
    const { host = '127.0.0.1', sendsFrom = host } = this.#settings;
    const sockets = await Promise.all([datagrams(sendsFrom), datagrams(sendsFrom)]);
    const [rtp, rtcp] = sockets;
    rtcp.on('message', () => void (this.reports += 1));
    const [mine, reports] = sockets.map((one) => (one.address() as AddressInfo).port);
    const transport = `RTP/AVP;unicast;client_port=${ports[1]}-${ports[2]};server_port=${mine}-${reports}`;
    const to = socket.remoteAddress ?? '';
    const send = (packet: Buffer, isReport: boolean): void =>
      isReport ? rtcp.send(packet, Number(ports[2]), to) : rtp.send(packet, Number(ports[1]), to);
    return { transport, send, release: () => sockets.forEach((one) => one.close()) };
  }

  #play(id: string): void {
    const session = this.#sessions.get(id);
    if (!session || session.playing) return;
    const { stream, send } = session;
    const stop = stream.live?.((packet) => send(packet, false));
    session.playing = stop ? { paused: false, stop } : new Playing(stream, send, this.#paused);
    const { sound } = session;
    if (sound && stream.sound) {
      sound.playing = new Sounding(stream.sound, sound.send, this.#paused);
    }
  }

  #write(socket: Socket, bytes: Buffer): void {
    if (this.#settings.write) this.#settings.write(socket, bytes);
    else socket.write(bytes);
  }

  #expire(): void {
    const limit = (this.#settings.sessionTimeout ?? 60) * 1000;
    for (const { id, lastAsked } of this.#sessions.values()) {
      if (performance.now() - lastAsked > limit) this.#end(id);
    }
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    session.playing?.stop();
    session.release();
    session.sound?.playing?.stop();
    session.sound?.release();
  }
}

const methods = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN';

async function datagrams(host: string): Promise<Datagrams> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  socket.on('error', () => {}); // A client whose port is closed answers with ICMP.
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket;
}
