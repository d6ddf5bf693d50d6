/** A camera, and a place at the server for it, that do what a test says: for a camera's life alone, without sockets. */
import { pino } from 'pino';
import type { LifeParts } from '../../gateway/camera/life-parts.ts';
import { CameraLife } from '../../gateway/camera/life.ts';
import type { Known } from '../../gateway/camera/offer.ts';
import type { StreamName } from '../../gateway/camera/layers.ts';
import type { SoundCodec } from '../../gateway/sound/sound.ts';
import type { UploadEvents, UploadLayer, UploadSettings } from '../../gateway/upload/upload.ts';
import type { Picture, StreamFacts } from '../../gateway/video/picture.ts';
import type { SourceEvents } from '../../gateway/video/source.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import { SiteCamera, type Trouble, type TroubleCode } from '../../server/contract/gateway.ts';
import type { Masks } from '../../server/contract/privacy.ts';

export const mainFacts: StreamFacts = { width: 1280, height: 720, codec: 'H264', reorders: false };
export const subFacts: StreamFacts = { ...mainFacts, width: 320, height: 180 };

/** One session with the camera. */
export interface FakeSession {
  readonly stream: StreamName;
  readonly events: SourceEvents;
  readonly begunAt: number;
  stopped: boolean;
}

export class FakeCamera {
  readonly sessions: FakeSession[] = [];
  /** What each session meets at once; undefined for nothing yet. */
  answer: Partial<Record<StreamName, StreamFacts | TroubleCode>> = {};
  readonly published: (readonly UploadLayer[])[] = [];
  readonly sent: { layer: number; picture: Picture }[] = [];
  readonly masks: Partial<Record<StreamName, Masks>> = {};
  /** Until when its pictures are covered, as it was told last. */
  readonly covered: Partial<Record<StreamName, number>> = {};
  /** Whether they may be, as it was told with the masks. */
  coverable = false;
  readonly keysWanted: StreamName[] = [];
  /** As what sound was published each time, and time stamps of what was sent of it. */
  readonly sounds: (SoundCodec | undefined)[] = [];
  readonly heard: number[] = [];
  readonly soundWanted: Partial<Record<StreamName, boolean>> = {};
  canMask = true;
  readonly remembered: Known[] = [];
  readonly log: Record<string, unknown>[] = [];
  upload: { settings: UploadSettings; events: UploadEvents; closed: boolean } | undefined;
  /** Thrown by the next session that is opened. */
  throws: Error | undefined;
  readonly life: CameraLife;

  constructor(fields: Partial<SiteCamera> = {}, parts: Partial<LifeParts> = {}) {
    const camera = SiteCamera.parse({
      ...{ name: 'gate', zone: 'GATE-01', url: 'rtsp://10.0.0.9/main', sub: 'rtsp://10.0.0.9/sub' },
      ...fields,
    });
    const write = (line: string): void =>
      void this.log.push(JSON.parse(line) as Record<string, unknown>);
    this.life = new CameraLife(camera, 'file', {
      streamWay: (stream) => ({
        open: (events) => this.#open(stream, events),
        setMasks: (masks, how) => {
          if (masks.length > 0 && !this.canMask) {
            throw new RefusedError('masks-required', 'Masks cannot be burnt in here.');
          }
          this.masks[stream] = masks;
          this.coverable = how?.coverable ?? false;
        },
        cover: (until) => void (this.covered[stream] = until),
        wantKey: () => void this.keysWanted.push(stream),
        wantSound: (wanted) => (this.soundWanted[stream] = wanted),
      }),
      openUpload: (settings, events) => {
        const upload = { settings, events, closed: false };
        this.upload = upload;
        return {
          publish: (layers, _, sound) => {
            this.published.push(layers);
            this.sounds.push(sound);
          },
          sendSound: (sound) => void this.heard.push(sound.timestamp),
          send: (layer, picture) => void this.sent.push({ layer, picture }),
          close: () => void (upload.closed = true),
        };
      },
      canMask: true,
      known: undefined,
      remember: (known) => void this.remembered.push(known),
      changed: () => {},
      log: pino({ level: 'info' }, { write }),
      random: () => 0,
      ...parts,
    });
  }

  /** Streams with an open session. */
  get pulled(): StreamName[] {
    return this.sessions.flatMap(({ stream, stopped }) => (stopped ? [] : [stream]));
  }

  /** The session of a stream that was opened last. */
  last(stream: StreamName): FakeSession {
    const session = this.sessions.filter((each) => each.stream === stream).at(-1);
    if (!session) throw new Error(`nobody has opened ${stream}`);
    return session;
  }

  count(stream: StreamName): number {
    return this.sessions.filter((each) => each.stream === stream).length;
  }

  end(stream: StreamName, trouble: Trouble): void {
    const session = this.last(stream);
    session.stopped = true;
    session.events.ended(trouble);
  }

  #open(stream: StreamName, events: SourceEvents) {
    const { throws } = this;
    this.throws = undefined;
    if (throws) throw throws;
    const session = { stream, events, begunAt: performance.now(), stopped: false };
    this.sessions.push(session);
    const answer = this.answer[stream];
    queueMicrotask(() => {
      if (session.stopped || answer === undefined) return;
      if (typeof answer !== 'string') return events.facts(answer);
      session.stopped = true;
      events.ended({ code: answer });
    });
    return {
      stop: async () => {
        session.stopped = true;
      },
    };
  }
}

/** @param fields such as `isKey` */
export function picture(fields: Partial<Picture> = {}): Picture {
  return {
    ...{ units: [Buffer.alloc(1000)], isKey: true, timestamp: 90 * performance.now() },
    ...{ cameAt: performance.now(), ...fields },
  };
}
