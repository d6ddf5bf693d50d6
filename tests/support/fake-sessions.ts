/** Signalling without a server: tabs whose sockets are in memory, over the SFU in memory. */
import { pino } from 'pino';
import type { Caller, Gate } from '../../server/access/caller.ts';
import type { NewWork } from '../../server/capacity/capacity.ts';
import { loadSettings } from '../../server/config.ts';
import type { CameraEvent } from '../../server/contract/camera-event.ts';
import type { AuditEntry } from '../../server/contract/audit.ts';
import type {
  Acknowledgement,
  ClientEventName,
  ServerMessage,
  Request,
  Response,
  ServerEventName,
} from '../../server/contract/events.ts';
import type { Principal } from '../../server/contract/access.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import type { View } from '../../server/contract/view.ts';
import type { NodeId } from '../../server/contract/node.ts';
import { anyone } from '../../server/contract/policy.ts';
import { Excess } from '../../server/limits/excess.ts';
import { Metrics } from '../../server/metrics.ts';
import { screensHere } from '../../server/screens/all-screens.ts';
import { Screens } from '../../server/screens/screens.ts';
import { Sessions } from '../../server/signaling/sessions.ts';
import type { SessionSocket } from '../../server/signaling/socket.ts';
import type { Ownership } from '../../server/zones/ownership.ts';
import type { Zones } from '../../server/zones/zones.ts';
import { dtlsParameters, rtpCapabilities } from './client.ts';
import { FakePlane } from './fake-media.ts';
import { fakeZones } from './fake-zone.ts';

const log = pino({ level: 'silent' });
let tabs = 0;

export class FakeSignaling {
  readonly media = new FakePlane();
  readonly zones: Zones = fakeZones();
  readonly records: AuditEntry[] = [];
  readonly events: (CameraEvent & { zone: string })[] = [];
  readonly sessions: Sessions;
  /** Those that everybody sees. */
  views: View[] = [];
  /** What was asked for, of each worker the share of viewers with smaller tiles, and why no more is let in. */
  readonly capacity = {
    asked: [] as NewWork[],
    share: 0,
    refusal: undefined as Error | undefined,
    admit(work: NewWork): () => void {
      if (this.refusal) throw this.refusal;
      this.asked.push(work);
      return () => {};
    },
    loweredShare(): number {
      return this.share;
    },
  };
  /** Zones that this node holds for cameras, once for each camera. */
  held = 0;
  readonly #ownership: Ownership = {
    take: async () => {
      this.held += 1;
      let release = (): void => {
        this.held -= 1;
        release = () => {};
      };
      return { release: () => release() };
    },
  };
  /** Who each caller is now, by id; undefined where its sign-in has ended. */
  readonly callers = new Map<string, Caller | undefined>();

  constructor(
    settings: Record<string, string> = {},
    elsewhere: () => NodeId | undefined = () => undefined,
  ) {
    const gate: Gate = {
      open: true,
      lookAgain: async () => {},
      identify: async () => undefined,
      renew: async (caller) => {
        const { id } = caller.principal;
        return this.callers.has(id) ? this.callers.get(id) : caller;
      },
    };
    const audit = {
      record: async (entry: AuditEntry): Promise<void> => void this.records.push(entry),
      recordEnd: (entry: AuditEntry): void => void this.records.push(entry),
    };
    const own = new Screens();
    const views = { find: async (_: Principal, id: string) => this.#view(id) };
    const metrics = new Metrics();
    this.sessions = new Sessions(loadSettings(settings), {
      ...{ zones: this.zones, media: this.media, gate, audit, log, metrics },
      happenings: { onChange: () => {}, newestFor: () => [], visible: () => undefined },
      zoneEvents: { took: (zone, event) => void this.events.push({ zone, ...event }) },
      screens: { own, all: screensHere(own), views },
      ownership: this.#ownership,
      elsewhere,
      capacity: this.capacity,
      lookAround: async () => {},
      excess: new Excess(log, () => {}),
    });
  }

  #view(id: string): View {
    const view = this.views.find((one) => one.id === id);
    if (view) return view;
    throw new RefusedError('not-found', 'There is no such view any more.');
  }

  /** A tab with a socket. */
  tab(caller: Caller = { principal: anyone, via: { kind: 'open' } }): FakeTab {
    return new FakeTab(this.sessions, caller);
  }

  close(): void {
    this.sessions.close();
  }
}

export class FakeTab {
  readonly #secret = `tab-${(tabs += 1)}`;
  readonly #sessions: Sessions;
  readonly #caller: Caller;
  readonly #notices: { event: ServerEventName; notice: unknown }[] = [];
  /** How it answers what the server asks. */
  asked: (event: string, request: unknown) => Promise<unknown> = async () => ({ ok: true });
  #socket: FakeSocket;

  constructor(sessions: Sessions, caller: Caller) {
    this.#sessions = sessions;
    this.#caller = caller;
    this.#socket = this.#open();
  }

  /** Waits for the answer. */
  ask<E extends ClientEventName>(event: E, request: Request<E>): Promise<Acknowledgement<E>> {
    return this.#socket.say(event, request) as Promise<Acknowledgement<E>>;
  }

  /** Waits for an answer that is not a refusal. */
  async request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>> {
    const answer = await this.ask(event, request);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code}: ${answer.error.message}`);
    return answer;
  }

  heard<E extends ServerEventName>(event: E): ServerMessage<E>[] {
    return this.#notices
      .filter((one) => one.event === event)
      .map(({ notice }) => notice as ServerMessage<E>);
  }

  /** Claims the zone and sends a picture of three layers into it. */
  async film(zone: string, { masks = true, capture = {} } = {}): Promise<string> {
    const { transport } = await this.request('claim', { zone, label: 'gate', masks });
    const { producerId } = await this.request('publish', {
      transportId: transport?.id ?? '',
      dtlsParameters: dtls,
      kind: 'video',
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
        encodings: ['a', 'b', 'c'].map((rid) => ({ rid })),
      },
      capture: { width: 1280, height: 720, frameRate: 30, ...capture },
    });
    return producerId;
  }

  /** Watches the zone in a tile of this width, over a connection that is up. */
  async watch(zone: string, width: number): Promise<Response<'watch'>> {
    const answer = await this.request('watch', {
      tiles: [tileOf(zone, width)],
      rtpCapabilities: able,
    });
    const { transport } = answer;
    if (transport) {
      await this.request('transport:connect', { transportId: transport.id, dtlsParameters: dtls });
    }
    return answer;
  }

  view(zone: string, width: number): Promise<Response<'view'>> {
    return this.request('view', { tiles: [tileOf(zone, width)] });
  }

  /** Its socket is cut, and nothing else. */
  cut(): void {
    this.#socket.end();
  }

  comeBack(): void {
    this.#socket = this.#open();
  }

  #open(): FakeSocket {
    const socket = new FakeSocket(
      (event, notice) => this.#notices.push({ event, notice }),
      (event, request) => this.asked(event, request),
    );
    const visitor = { caller: this.#caller, address: '192.0.2.1', via: undefined };
    this.#sessions.opened(socket, { secret: this.#secret, ...visitor });
    return socket;
  }
}

type Listener = (event: string, ...args: unknown[]) => void;

class FakeSocket implements SessionSocket {
  readonly id = `socket-${(tabs += 1)}`;
  connected = true;
  readonly #heard: (event: ServerEventName, notice: unknown) => void;
  readonly #asked: (event: string, request: unknown) => Promise<unknown>;
  #said: Listener = () => {};
  #gone: (reason: string) => void = () => {};

  constructor(
    heard: (event: ServerEventName, notice: unknown) => void,
    asked: (event: string, request: unknown) => Promise<unknown>,
  ) {
    this.#heard = heard;
    this.#asked = asked;
  }

  emit<E extends ServerEventName>(event: E, notice: ServerMessage<E>): void {
    if (this.connected) this.#heard(event, structuredClone(notice));
  }

  on(_event: 'disconnect', listener: (reason: string) => void): void {
    this.#gone = listener;
  }

  onAny(listener: Listener): void {
    this.#said = listener;
  }

  ask(event: string, request: unknown): Promise<unknown> {
    return this.#asked(event, structuredClone(request));
  }

  say(event: string, payload: unknown): Promise<unknown> {
    return new Promise((resolve) => this.#said(event, payload, resolve));
  }

  end(): void {
    if (!this.connected) return;
    this.connected = false;
    this.#gone('transport close');
  }

  sever(): void {
    this.end();
  }
}

const able = rtpCapabilities as Request<'watch'>['rtpCapabilities'];
const dtls = dtlsParameters as Request<'transport:connect'>['dtlsParameters'];

export const tileOf = (zone: string, width: number) => ({
  ...{ zone, width, height: Math.round((width * 9) / 16) },
  ...{ visible: width > 0, focused: false },
});
