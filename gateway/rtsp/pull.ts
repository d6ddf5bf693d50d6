/** One stream is pulled from one address: connected to, set up, watched, and ended. */
import { codecs } from '../rtp/codecs.ts';
import type { Timeline } from '../rtp/timeline.ts';
import { VideoReceiver } from '../rtp/video-receiver.ts';
import type { SourceEvents } from '../video/source.ts';
import { Authentication, type Login } from './authentication.ts';
import { openConnection, type Connection, type Destination } from './connection.ts';
import { reportInterval } from './deadlines.ts';
import type { Asked } from './message.ts';
import type { RtspSettings } from './rtsp-source.ts';
import { chooseVideo, type ChosenVideo } from './sdp.ts';
import { Senders } from './senders.ts';
import { Redirected, RtspSession } from './session.ts';
import { stallOf } from './stall.ts';
import type { Way } from './transport.ts';
import { SourceTrouble } from './trouble.ts';
import { trustOf } from './trust.ts';
import { openPorts, type PortPair } from './udp.ts';

export interface PullSettings extends RtspSettings {
  readonly login: Login | undefined;
  readonly timeline: Timeline;
  readonly events: SourceEvents;
  /** The address is the one of the settings; not one that a camera has sent us to. */
  readonly isOwnHost: boolean;
}

const usualPorts = { 'rtsp:': 554, 'rtsps:': 322 } as const;
/** A name may have more addresses than make sense to try. */
const mostAddresses = 3;
/** Between looks at whether pictures come, ms. */
const lookInterval = 250;

export class Pull {
  readonly #settings: PullSettings;
  readonly #url: URL;
  readonly #authentication: Authentication;
  #connection: Connection | undefined;
  #session: RtspSession | undefined;
  #ports: PortPair | undefined;
  #way: Way | undefined;
  #reportsTo: { readonly address: string; readonly port: number } | undefined;
  /** Where the camera was found. */
  #address = '';
  #video: VideoReceiver | undefined;
  #playedAt = Infinity;
  #reportedAt = 0;
  #lookedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #fail: (trouble: unknown) => void = () => {};

  constructor(settings: PullSettings) {
    this.#settings = settings;
    this.#url = new URL(settings.url);
    this.#url.username = '';
    this.#url.password = '';
    this.#authentication = new Authentication(settings.login, settings.isOwnHost);
  }

  /**
   * Pulls until it is aborted; the session is ended when it returns or throws.
   * @throws SourceTrouble, Redirected
   */
  async run(signal: AbortSignal): Promise<void> {
    let abort = (): void => {};
    try {
      const over = new Promise<void>((resolve, reject) => {
        abort = resolve;
        this.#fail = reject;
        signal.addEventListener('abort', abort);
      });
      if (signal.aborted) abort();
      await Promise.race([over, this.#begin(signal).then(() => over)]);
    } finally {
      signal.removeEventListener('abort', abort);
      clearInterval(this.#timer);
      this.#video = undefined;
      if (this.#session) await this.#session.end();
      this.#connection?.close();
      this.#ports?.close();
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    this.#connection = await this.#connect(signal);
    if (signal.aborted) {
      this.#connection.close();
      return;
    }
    const url = this.#url.href;
    const session = new RtspSession(this.#connection, this.#authentication, url);
    this.#session = session;
    const { accepts = ['H264'] } = this.#settings;
    const video = chooseVideo(await session.describe(), accepts);
    this.#receive(video);
    this.#way = await this.#setUp(session, video);
    if (this.#way.kind === 'udp') this.#openWay(this.#way);
    // Before the answer, since pictures may overtake it.
    this.#playedAt = performance.now();
    await session.play();
    if (signal.aborted) return;
    this.#playedAt = performance.now();
    session.keepAlive((trouble) => this.#fail(trouble));
    this.#timer = setInterval(() => this.#look(), lookInterval);
  }

  async #connect(signal: AbortSignal): Promise<Connection> {
    const host = this.#url.hostname;
    const addresses = await this.#settings.networks.resolve(host);
    const isSecure = this.#url.protocol === 'rtsps:';
    const usual = isSecure ? usualPorts['rtsps:'] : usualPorts['rtsp:'];
    const port = Number(this.#url.port) || usual;
    let trouble: unknown;
    for (const address of addresses.slice(0, mostAddresses)) {
      const trust = isSecure ? trustOf(this.#settings.trust ?? {}) : undefined;
      const destination: Destination = { address, host, port, trust };
      try {
        const connection = await openConnection(
          destination,
          {
            media: (channel, data) => this.#interleaved(channel, data),
            asked: (asked) => this.#asked(asked),
            broken: (broken) => this.#fail(broken),
          },
          signal,
        );
        this.#address = address;
        return connection;
      } catch (error) {
        trouble ??= error;
        const isElsewhere = error instanceof SourceTrouble && error.code === 'unreachable';
        if (!isElsewhere || signal.aborted) throw error;
      }
    }
    throw trouble as Error;
  }

  /** By the way that is asked for, or by the other where the camera refuses that one. */
  async #setUp(session: RtspSession, video: ChosenVideo): Promise<Way> {
    const { transport } = this.#settings;
    for (const kind of transport === 'tcp' ? ['tcp', 'udp'] : ['udp', 'tcp']) {
      if (kind === 'udp') this.#ports ??= await openPorts(this.#connection?.localAddress ?? '');
      const port = kind === 'udp' ? this.#ports?.port : undefined;
      const way = await session.setUp(video, port);
      if (way && (way.kind === 'tcp' || this.#ports)) return way;
      if (way) throw new SourceTrouble('not-rtsp', 'it sends by UDP where TCP was asked for');
    }
    throw new SourceTrouble('not-rtsp', 'it sends neither by TCP nor by UDP');
  }

  #receive({ format }: ChosenVideo): void {
    const open = codecs[format.encoding];
    if (!open) throw new SourceTrouble('unsupported-codec', format.encoding);
    const { events, timeline } = this.#settings;
    this.#video = new VideoReceiver(format, open, timeline, {
      facts: (facts) => events.facts({ ...facts, signs: this.#session?.signs }),
      picture: (picture) => events.picture(picture),
      torn: () => events.torn?.(),
      awaitsKey: () => events.awaitsKey?.(),
      unusable: (what) => this.#fail(new SourceTrouble('unsupported-codec', what)),
      goodbye: () => this.#fail(new SourceTrouble('closed', 'the camera has ended the stream')),
    });
  }

  #interleaved(channel: number, data: Buffer): void {
    const way = this.#way;
    if (way && way.kind !== 'tcp') return;
    if (channel === (way?.media ?? 0)) this.#video?.rtp(data, performance.now());
    else if (channel === (way?.reports ?? 1)) this.#video?.rtcp(data, performance.now());
  }

  /** Takes what the camera sends, and opens a way through firewalls that let answers in. */
  #openWay(way: Way & { kind: 'udp' }): void {
    const { networks } = this.#settings;
    const senders = new Senders([this.#address, way.source ?? this.#address], networks);
    this.#ports?.media.on('message', (data, from) => {
      if (senders.takes(from.address))
        this.#guarded(() => this.#video?.rtp(data, performance.now()));
    });
    this.#ports?.reports.on('message', (data, from) => {
      if (!senders.takes(from.address)) return;
      this.#reportsTo = from;
      this.#guarded(() => this.#video?.rtcp(data, performance.now()));
    });
    const nothing = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const to =
      way.source !== undefined && networks.reaches(way.source) ? way.source : this.#address;
    if (way.media) this.#ports?.media.send(nothing, way.media, to);
    this.#report();
  }

  /** What goes wrong with what came ends this pull, and nothing else. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #asked(asked: Asked): void {
    switch (asked.method) {
      case 'REDIRECT':
        this.#connection?.reply(asked, '200 OK');
        this.#fail(new Redirected(asked.headers.get('Location')));
        return;
      case 'TEARDOWN':
        this.#connection?.reply(asked, '200 OK');
        this.#fail(new SourceTrouble('closed', 'the camera has ended the session'));
        return;
      case 'OPTIONS':
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
      case 'ANNOUNCE':
        this.#connection?.reply(asked, '200 OK');
        return;
      default:
        this.#connection?.reply(asked, '501 Not Implemented');
    }
  }

  #look(): void {
    const now = performance.now();
    const video = this.#video;
    // Where this process itself was held up, what has come in the meantime is read first.
    const isLate = now - this.#lookedAt > 3 * lookInterval;
    this.#lookedAt = now;
    if (!video || isLate) return;
    const port = this.#way?.kind === 'udp' ? this.#ports?.port : undefined;
    const stall = stallOf(video, this.#playedAt, now, port);
    if (stall) this.#fail(stall);
    else if (now - this.#reportedAt >= reportInterval) this.#report();
  }

  #report(): void {
    const now = performance.now();
    const [way, video] = [this.#way, this.#video];
    if (!way || !video) return;
    this.#reportedAt = now;
    const report = video.reception.report(now);
    if (way.kind === 'tcp') {
      this.#connection?.send(way.reports, report);
      return;
    }
    // Where its own come from, once some have: a camera behind NAT knows other ports than those it is reached by.
    const { address = this.#address, port = way.reports } = this.#reportsTo ?? {};
    if (port) this.#ports?.reports.send(report, port, address);
  }
}
