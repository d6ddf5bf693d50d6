/** One stream is pulled from one address: connected to, set up, watched, and ended. */
import { codecs } from '../rtp/codecs.ts';
import type { Timeline } from '../rtp/timeline.ts';
import { VideoReceiver } from '../rtp/video-receiver.ts';
import type { StreamFacts } from '../video/picture.ts';
import type { SourceEvents } from '../video/source.ts';
import { Authentication, type Login } from './authentication.ts';
import { openConnection, type Connection } from './connection.ts';
import type { Destination } from './dial.ts';
import { reportInterval } from './deadlines.ts';
import type { Asked } from './message.ts';
import type { RtspSettings } from './rtsp-source.ts';
import { MediaWay } from './media-way.ts';
import { chooseVideo, type ChosenVideo } from './sdp.ts';
import { Redirected, RtspSession } from './session.ts';
import { SoundTrack, type SoundPast } from './sound-track.ts';
import { stallOf } from './stall.ts';
import { channels } from './transport.ts';
import { SourceTrouble } from './trouble.ts';
import { trustOf } from './trust.ts';

export interface PullSettings extends RtspSettings {
  readonly login: Login | undefined;
  readonly timeline: Timeline;
  readonly soundPast: SoundPast;
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
  #way: MediaWay | undefined;
  #sound: SoundTrack | undefined;
  #facts: StreamFacts | undefined;
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
      const hadPictures = this.#video?.lastPicture !== undefined;
      this.#video = undefined;
      // Whoever watches no more says nothing of the camera.
      if (this.#sound && !signal.aborted) {
        this.#settings.soundPast.ended(this.#sound.asked, hadPictures);
      }
      await Promise.all([this.#session?.end(), this.#sound?.close()]);
      this.#connection?.close();
      this.#way?.close();
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
    const description = await session.describe();
    const video = chooseVideo(description, accepts);
    this.#receive(video);
    const way = {
      connection: this.#connection,
      address: this.#address,
      networks: this.#settings.networks,
    };
    this.#way = new MediaWay({
      ...{ ...way, channel: channels.video },
      taker: {
        rtp: (data, cameAt) => this.#video?.rtp(data, cameAt),
        rtcp: (data, cameAt) => this.#video?.rtcp(data, cameAt),
      },
      fault: (error) => this.#fail(error),
    });
    if (this.#settings.sound) {
      const { sound, soundPast, events } = this.#settings;
      this.#sound = new SoundTrack(description, sound, soundPast, {
        sound: (piece) => events.sound?.(piece),
        changed: () => this.#tell(),
      });
    }
    const { transport } = this.#settings;
    await this.#way.setUp(session, video, transport === 'tcp' ? ['tcp', 'udp'] : ['udp', 'tcp']);
    if (this.#way.kind === 'udp') this.#report();
    await this.#sound?.setUp(session, this.#way.kind ?? transport, way);
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

  #receive({ format }: ChosenVideo): void {
    const open = codecs[format.encoding];
    if (!open) throw new SourceTrouble('unsupported-codec', format.encoding);
    const { events, timeline } = this.#settings;
    this.#video = new VideoReceiver(format, open, timeline, {
      facts: (facts) => {
        this.#facts = facts;
        this.#tell();
      },
      picture: (picture) => events.picture(picture),
      torn: () => events.torn?.(),
      awaitsKey: () => events.awaitsKey?.(),
      unusable: (what) => this.#fail(new SourceTrouble('unsupported-codec', what)),
      goodbye: () => this.#fail(new SourceTrouble('closed', 'the camera has ended the stream')),
    });
  }

  #tell(): void {
    if (!this.#facts || !this.#video) return;
    const [signs, sound] = [this.#session?.signs, this.#sound?.facts];
    this.#settings.events.facts({ ...this.#facts, signs, ...(sound && { sound }) });
  }

  #interleaved(channel: number, data: Buffer): void {
    this.#way?.interleaved(channel, data);
    this.#sound?.interleaved(channel, data);
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
    this.#sound?.look(now);
    const stall = stallOf(video, this.#playedAt, now, this.#way?.port);
    if (stall) this.#fail(stall);
    else if (now - this.#reportedAt >= reportInterval) this.#report();
  }

  #report(): void {
    const now = performance.now();
    const video = this.#video;
    if (!video) return;
    this.#reportedAt = now;
    this.#way?.report(video.reception.report(now));
    this.#sound?.report(now);
  }
}
