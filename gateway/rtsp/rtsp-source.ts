/** Pictures of a camera that speaks RTSP. */
import type { z } from 'zod';
import type { RtspTransport } from '../../server/contract/gateway.ts';
import { codecs } from '../rtp/codecs.ts';
import { Timeline } from '../rtp/timeline.ts';
import type { OpenSource, Source, SourceEvents } from '../video/source.ts';
import type { Login } from './authentication.ts';
import type { Networks } from './networks.ts';
import { Pull, type PullSettings } from './pull.ts';
import { Redirected } from './session.ts';
import { SoundPast, type SoundSettings } from './sound-track.ts';
import { SourceTrouble, troubleOf } from './trouble.ts';
import type { TrustSettings } from './trust.ts';

export interface RtspSettings {
  /** `rtsp://` or `rtsps://`, without name and password. */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly transport: z.infer<typeof RtspTransport>;
  /** Which addresses may be reached. */
  readonly networks: Networks;
  readonly trust?: TrustSettings | undefined;
  /** Encodings that are taken, by their names in RTP; H264 alone unless said. */
  readonly accepts?: readonly (keyof typeof codecs)[] | undefined;
  /** Its sound is looked at, and taken where it is wanted. */
  readonly sound?: SoundSettings | undefined;
}

const mostRedirects = 3;

/** @returns opens a session each time; times of pictures, and of sound, rise over all of them */
export function rtspSource(settings: RtspSettings): OpenSource {
  const past = { timeline: new Timeline(), soundPast: new SoundPast() };
  return (events) => new RtspSource(settings, past, events);
}

type Past = Pick<PullSettings, 'timeline' | 'soundPast'>;

class RtspSource implements Source {
  readonly #settings: RtspSettings;
  readonly #past: Past;
  readonly #events: SourceEvents;
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;

  constructor(settings: RtspSettings, past: Past, events: SourceEvents) {
    this.#settings = settings;
    this.#past = past;
    this.#events = events;
    this.#done = this.#run();
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return this.#done;
  }

  async #run(): Promise<void> {
    const { user, password = '' } = this.#settings;
    try {
      await this.#follow(user === undefined ? undefined : { user, password });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#events.ended(troubleOf(error, [password]));
    }
  }

  async #follow(login: Login | undefined): Promise<void> {
    let url = this.#settings.url;
    for (let redirects = 0; ; redirects += 1) {
      const pull = new Pull({
        ...this.#settings,
        ...this.#past,
        ...{ url, login, events: this.#events },
        isOwnHost: hostOf(url) === hostOf(this.#settings.url),
      });
      try {
        await pull.run(this.#abort.signal);
        return;
      } catch (error) {
        if (!(error instanceof Redirected)) throw error;
        if (redirects >= mostRedirects)
          throw new SourceTrouble('not-rtsp', 'it redirects for ever');
        url = redirected(url, error.location);
      }
    }
  }
}

function hostOf(url: string): string {
  return new URL(url).hostname.toLowerCase();
}

/** @throws SourceTrouble where it leads nowhere, or out of what is encrypted */
function redirected(from: string, location: string | undefined): string {
  if (location === undefined || !URL.canParse(location, from)) {
    throw new SourceTrouble('not-rtsp', 'it redirects to nowhere');
  }
  const to = new URL(location, from);
  to.username = '';
  to.password = '';
  if (!/^rtsps?:$/.test(to.protocol)) {
    throw new SourceTrouble('not-rtsp', `it redirects to ${to.protocol.slice(0, 20)}`);
  }
  if (from.startsWith('rtsps:') && to.protocol !== 'rtsps:') {
    throw new SourceTrouble('certificate', 'it redirects to a connection that is not encrypted');
  }
  return to.href;
}
