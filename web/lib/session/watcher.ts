/** The operator's media: one receive transport, and whatever the watched zones send over it. */
import type { Device, types } from 'mediasoup-client';
import { RefusedError } from '../../../server/contract/errors.ts';
import type { ServerMessage, ServerToClientEvents } from '../../../server/contract/events.ts';
import type { ProducerRefusal } from '../../../server/contract/producer-refusal.ts';
import type { ConsumerParameters, RtpCapabilities } from '../../../server/contract/media.ts';
import type { Tile } from '../../../server/contract/tile.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import type { Row } from '../figures/reduce.ts';
import { texts } from '../text/texts.ts';
import { JitterBufferTarget, hold } from './jitter-buffer-target.ts';
import { LastPictures } from './last-pictures.ts';
import { MediaTransport, transportOptions } from './media-transport.ts';
import { inNewFrame } from './new-frame.ts';
import { Reception } from './reception.ts';
import { Refusals } from './refusals.ts';
import type { Signaling } from './signaling.ts';

const formerStays = 5000; // ms

interface Held {
  readonly zone: string;
  readonly consumer: types.Consumer;
  readonly target: JitterBufferTarget;
}

export interface Watched {
  readonly zones: ZoneSummary[];
  readonly forbidden: string[];
}

export class Watcher {
  readonly #signaling: Signaling;
  readonly #device: Device;
  readonly #isWall: boolean;
  readonly #onChange: () => void;
  readonly #onDead: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #held = new Map<string, Held>();
  /** By consumer id: what is being taken up, for as long as the server has it. */
  readonly #awaited = new Set<string>();
  readonly #reception = new Reception();
  readonly #refusals = new Refusals();
  readonly #lastPictures = new LastPictures();
  #tiles: Tile[] = [];
  /** Zones whose pictures are smaller than they could be, as the server is nearly full. */
  #lowered = new Set<string>();
  /** The connection takes up nothing more. */
  #broken = false;
  #media: MediaTransport | undefined;
  /** The connection before, open until this one brings a picture: tracks of a closed one are black. */
  #former: MediaTransport | undefined;
  #formerEnds: ReturnType<typeof setTimeout> | undefined;
  #intent = 0;

  /**
   * @param isWall whether the page is a wall
   * @param onChange tracks or the connection changed
   * @param onDead the connection is lost for good: watch again
   * @param onFault a track that came by itself cannot be received
   */
  constructor(
    signaling: Signaling,
    device: Device,
    isWall: boolean,
    onChange: () => void,
    onDead: () => void,
    onFault: (error: unknown) => void,
  ) {
    this.#signaling = signaling;
    this.#device = device;
    this.#isWall = isWall;
    this.#onChange = onChange;
    this.#onDead = onDead;
    this.#onFault = onFault;
    this.#listen('on');
  }

  get transportUp(): boolean {
    return this.#media?.up ?? false;
  }

  /**
   * What the zone sends now, one track of a kind at most; empty while it has no camera. While the server
   * replaces a track there are two, and the older one is it until it is taken away.
   */
  tracks(zone: string): MediaStreamTrack[] {
    const tracks = [...this.#held.values()].flatMap((held) =>
      held.zone === zone ? held.consumer.track : [],
    );
    return tracks.filter(({ kind }, at) => tracks.findIndex((one) => one.kind === kind) === at);
  }

  /** Why the zone's picture cannot be had, although there is a camera. */
  refusal(zone: string): ProducerRefusal | undefined {
    return this.#refusals.ofPicture(zone);
  }

  isLowered(zone: string): boolean {
    return this.#lowered.has(zone);
  }

  /**
   * Watches these zones and no others, over the transport there is.
   * @returns their state, and which of them one may not watch; undefined when a later call overtook this
   */
  async watch(tiles: Tile[]): Promise<Watched | undefined> {
    const intent = ++this.#intent;
    this.#tiles = tiles;
    const answer = await this.#signaling.request('watch', {
      tiles: this.#refusals.applied(tiles),
      rtpCapabilities: this.#device.rtpCapabilities as RtpCapabilities,
      wall: this.#isWall,
      ...(this.#media && !this.#media.gone && !this.#broken
        ? { transportId: this.#media.transport.id }
        : {}),
    });
    if (intent !== this.#intent) return undefined;
    if (answer.transport) this.#replaceLink(answer.transport);
    this.#lowered = new Set(answer.lowered);
    this.#refusals.forgetTold();
    this.#refusals.told(answer.refused);
    const wanted = new Set(answer.consumers.map(({ id }) => id));
    const whole = await this.#add(answer.consumers);
    if (intent !== this.#intent) return undefined;
    if (!whole) return this.watch(this.#tiles);
    this.#remove([...this.#held.keys()].filter((id) => !wanted.has(id)));
    return { zones: answer.zones, forbidden: answer.forbidden };
  }

  /** Forgets what came from these zones, after the right to watch them was withdrawn. */
  forget(zones: string[]): void {
    for (const zone of zones) this.#lastPictures.end(zone);
    this.#remove([...this.#held].flatMap(([id, { zone }]) => (zones.includes(zone) ? id : [])));
  }

  /** Shows watched zones in other sizes, or not at all. */
  async view(tiles: Tile[]): Promise<void> {
    this.#tiles = this.#tiles.map((tile) => tiles.find(({ zone }) => zone === tile.zone) ?? tile);
    const { unwatched } = await this.#signaling.request('view', {
      tiles: this.#refusals.applied(tiles),
    });
    if (unwatched.length > 0) throw new RefusedError('not-joined', texts.session.watchAgain);
  }

  /** Says again how these zones are shown, as what can be used has changed. */
  async #viewAgain(zones: string[]): Promise<void> {
    const tiles = this.#tiles.filter(({ zone }) => zones.includes(zone));
    if (tiles.length > 0) await this.view(tiles);
  }

  restartIce(): void {
    this.#media?.restart();
  }

  /** Forgets the transport, as after the server lost it. */
  drop(): void {
    this.#intent += 1;
    this.#refusals.forgetTold();
    this.#lastPictures.endAll();
    this.#remove([...this.#held.keys()]);
    this.#media?.close();
    this.#media = undefined;
    this.#broken = false;
    this.#closeFormer();
  }

  /** Drops everything and hears no more server messages. */
  close(): void {
    this.#listen('off');
    this.drop();
  }

  /** One look at the whole connection, parted by zone; each part has the connection's rows too. */
  async stats(): Promise<Map<string, Row[]>> {
    const report = await this.#media?.transport.getStats();
    const rows = report ? ([...report.values()] as Row[]) : [];
    const connection = rows.filter(({ type }) => type !== 'inbound-rtp');
    const parts = new Map<string, Row[]>();
    for (const { zone, consumer, target } of this.#held.values()) {
      const own = rows.filter(
        ({ type, trackIdentifier }) =>
          type === 'inbound-rtp' && trackIdentifier === consumer.track.id,
      );
      hold(consumer.rtpReceiver, target, own[0], connection);
      parts.set(zone, [...(parts.get(zone) ?? connection), ...own]);
    }
    return parts;
  }

  #listen(how: 'on' | 'off'): void {
    const { socket } = this.#signaling;
    socket[how]('producer:live', this.#live);
    socket[how]('producer:gone', this.#gone);
    socket[how]('producer:refused', this.#heardRefused);
    socket[how]('tiles:lowered', this.#heardLowered);
  }

  readonly #live: ServerToClientEvents['producer:live'] = ({ consumers }) => {
    void (async () => {
      for (const { producerId } of consumers) this.#refusals.given(producerId);
      if (!(await this.#add(consumers))) await this.watch(this.#tiles);
    })().catch((error: unknown) => this.#onFault(error));
  };

  readonly #gone = ({ zone, consumerIds, blank }: ServerMessage<'producer:gone'>): void => {
    if (blank) this.#lastPictures.end(zone);
    if (this.#refusals.gone(zone, consumerIds)) {
      this.#viewAgain([zone]).catch((error: unknown) => this.#onFault(error));
    }
    for (const id of consumerIds) {
      const held = this.#held.get(id);
      if (held?.consumer.kind !== 'video') continue;
      this.#held.delete(id);
      const follows = this.tracks(zone).some(({ kind, muted }) => kind === 'video' && !muted);
      if (follows || blank) held.consumer.close();
      else this.#lastPictures.keep(zone, held.consumer);
    }
    this.#remove(consumerIds);
  };

  readonly #heardRefused = ({ refused }: ServerMessage<'producer:refused'>): void => {
    this.#refusals.told(refused);
    this.#onChange();
  };

  readonly #heardLowered = ({ zones }: ServerMessage<'tiles:lowered'>): void => {
    this.#lowered = new Set(zones);
    this.#onChange();
  };

  #replaceLink(parameters: Parameters<typeof transportOptions>[0]): void {
    this.#closeFormer();
    this.#former = this.#media;
    this.#former?.abandon();
    const former = this.#former;
    if (former) this.#formerEnds = setTimeout(() => this.#closeFormer(), formerStays);
    this.#held.clear();
    this.#broken = false;
    const make = () => this.#device.createRecvTransport(transportOptions(parameters));
    const transport = former?.gone ? inNewFrame(make) : make();
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#signaling
        .request('transport:connect', { transportId: transport.id, dtlsParameters })
        .then(() => done(), failed);
    });
    this.#media = new MediaTransport(transport, this.#signaling, this.#onChange, this.#onDead);
  }

  /**
   * Takes up those that are new, and asks for those that wait in one message.
   * @returns whether the connection takes up more; if not, everything is to be watched again
   */
  async #add(list: ConsumerParameters[]): Promise<boolean> {
    const media = this.#media;
    if (!media) return true;
    const fresh = list.filter(
      ({ id, producerId }) => !this.#held.has(id) && !this.#refusals.knows(producerId),
    );
    for (const { id } of fresh) this.#awaited.add(id);
    const { made: all, refused, broken } = await this.#reception.take(media.transport, fresh);
    const gone = fresh.filter(({ id }) => !this.#awaited.delete(id)).map(({ id }) => id);
    const made = all.filter(({ consumer }) => media === this.#media && !gone.includes(consumer.id));
    for (const one of all) if (!made.includes(one)) one.consumer.close();
    if (media !== this.#media) return true;
    this.#broken = broken;
    for (const { parameters, refusal } of refused) this.#refusals.found(parameters.id, refusal);
    if (broken) return false;
    for (const { parameters, consumer } of made) {
      this.#held.set(consumer.id, {
        zone: parameters.zone,
        consumer,
        target: new JitterBufferTarget(),
      });
      consumer.track.addEventListener('unmute', () => {
        this.#onChange();
        this.#closeFormer();
        if (consumer.kind === 'video') this.#lastPictures.end(parameters.zone);
      });
    }
    this.#onChange();
    const waiting = made.filter(({ parameters }) => parameters.paused);
    await this.#resume(waiting.map(({ parameters }) => parameters.id));
    if (refused.length > 0) await this.#viewAgain(refused.map(({ refusal }) => refusal.zone));
    return true;
  }

  async #resume(consumerIds: string[]): Promise<void> {
    if (consumerIds.length === 0) return;
    try {
      await this.#signaling.request('consumer:resume', { consumerIds });
    } catch (error) {
      // All of them ended while the message was on its way, which is told otherwise.
      if (!(error instanceof RefusedError && error.code === 'not-found')) throw error;
    }
  }

  #closeFormer(): void {
    clearTimeout(this.#formerEnds);
    this.#former?.close();
    this.#former = undefined;
  }

  #remove(ids: string[]): void {
    for (const id of ids) {
      this.#awaited.delete(id);
      this.#held.get(id)?.consumer.close();
      this.#held.delete(id);
    }
    this.#onChange();
  }
}
