/** The operator's media: one receive transport, and whatever the watched zones send over it. */
import type { Device, types } from 'mediasoup-client';
import type { Notice, ServerToClientEvents } from '../../../server/contract/events.ts';
import type { ConsumerParameters, RtpCapabilities } from '../../../server/contract/media.ts';
import type { Tile } from '../../../server/contract/tile.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import type { Row } from '../figures/reduce.ts';
import { Link, transportOptions } from './link.ts';
import { inNewFrame } from './new-frame.ts';
import type { Signaling } from './signaling.ts';

const formerStays = 5000; // ms

interface Held {
  readonly zone: string;
  readonly consumer: types.Consumer;
}

export interface Watched {
  readonly zones: ZoneSummary[];
  readonly forbidden: string[];
}

export class Watcher {
  readonly #signaling: Signaling;
  readonly #device: Device;
  readonly #onChange: () => void;
  readonly #onDead: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #held = new Map<string, Held>();
  #link: Link | undefined;
  /** The connection before, open until this one brings a picture: tracks of a closed one are black. */
  #former: Link | undefined;
  #intent = 0;

  /**
   * @param onChange tracks or the connection changed
   * @param onDead the connection is lost for good: watch again
   * @param onFault a track that came by itself cannot be received
   */
  constructor(
    signaling: Signaling,
    device: Device,
    onChange: () => void,
    onDead: () => void,
    onFault: (error: unknown) => void,
  ) {
    this.#signaling = signaling;
    this.#device = device;
    this.#onChange = onChange;
    this.#onDead = onDead;
    this.#onFault = onFault;
    this.#listen('on');
  }

  get transportUp(): boolean {
    return this.#link?.up ?? false;
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

  /**
   * Watches these zones and no others, over the transport there is.
   * @returns their state, and which of them one may not watch; undefined when a later call overtook this
   */
  async watch(tiles: Tile[]): Promise<Watched | undefined> {
    const intent = ++this.#intent;
    const answer = await this.#signaling.request('watch', {
      tiles,
      rtpCapabilities: this.#device.rtpCapabilities as RtpCapabilities,
      ...(this.#link && !this.#link.gone ? { transportId: this.#link.transport.id } : {}),
    });
    if (intent !== this.#intent) return undefined;
    if (answer.transport) this.#replaceLink(answer.transport);
    const wanted = new Set(answer.consumers.map(({ id }) => id));
    await this.#add(answer.consumers);
    if (intent !== this.#intent) return undefined;
    this.#remove([...this.#held.keys()].filter((id) => !wanted.has(id)));
    return { zones: answer.zones, forbidden: answer.forbidden };
  }

  /** Forgets what came from these zones, after the right to watch them was withdrawn. */
  forget(zones: string[]): void {
    this.#remove([...this.#held].flatMap(([id, { zone }]) => (zones.includes(zone) ? id : [])));
  }

  /** Shows watched zones in other sizes, or not at all. */
  async view(tiles: Tile[]): Promise<void> {
    await this.#signaling.request('view', { tiles });
  }

  restartIce(): void {
    this.#link?.restart();
  }

  /** Forgets the transport, as after the server lost it. */
  drop(): void {
    this.#intent += 1;
    this.#remove([...this.#held.keys()]);
    this.#link?.close();
    this.#link = undefined;
    this.#closeFormer(this.#former);
  }

  /** Drops everything and hears no more notices. */
  close(): void {
    this.#listen('off');
    this.drop();
  }

  /** One look at the whole connection, parted by zone; each part has the connection's rows too. */
  async stats(): Promise<Map<string, Row[]>> {
    const report = await this.#link?.transport.getStats();
    const rows = report ? ([...report.values()] as Row[]) : [];
    const connection = rows.filter(({ type }) => type !== 'inbound-rtp');
    const parts = new Map<string, Row[]>();
    for (const { zone, consumer } of this.#held.values()) {
      const own = rows.filter(
        ({ type, trackIdentifier }) =>
          type === 'inbound-rtp' && trackIdentifier === consumer.track.id,
      );
      parts.set(zone, [...(parts.get(zone) ?? connection), ...own]);
    }
    return parts;
  }

  #listen(how: 'on' | 'off'): void {
    const { socket } = this.#signaling;
    socket[how]('producer:live', this.#live);
    socket[how]('producer:gone', this.#gone);
  }

  readonly #live: ServerToClientEvents['producer:live'] = ({ consumers }) => {
    this.#add(consumers).catch((error: unknown) => this.#onFault(error));
  };

  readonly #gone = ({ consumerIds }: Notice<'producer:gone'>): void => this.#remove(consumerIds);

  #replaceLink(parameters: Parameters<typeof transportOptions>[0]): void {
    this.#former?.close();
    this.#former = this.#link;
    this.#former?.abandon();
    const former = this.#former;
    setTimeout(() => this.#closeFormer(former), formerStays);
    this.#held.clear();
    const make = () => this.#device.createRecvTransport(transportOptions(parameters));
    const transport = former?.gone ? inNewFrame(make) : make();
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#signaling
        .request('transport:connect', { transportId: transport.id, dtlsParameters })
        .then(() => done(), failed);
    });
    this.#link = new Link(transport, this.#signaling, this.#onChange, this.#onDead);
  }

  /** Takes all of them in one negotiation, and asks for those that wait in one message. */
  async #add(list: ConsumerParameters[]): Promise<void> {
    const link = this.#link;
    if (!link) return;
    const fresh = list.filter(({ id }) => !this.#held.has(id));
    const made = await Promise.all(
      fresh.map((parameters) => link.transport.consume(consumerOptions(parameters))),
    );
    if (link !== this.#link) return made.forEach((consumer) => consumer.close());
    for (const [index, consumer] of made.entries()) {
      this.#held.set(consumer.id, { zone: fresh[index]?.zone ?? '', consumer });
      consumer.track.addEventListener('unmute', () => {
        this.#onChange();
        this.#closeFormer(this.#former);
      });
    }
    this.#onChange();
    const consumerIds = fresh.filter(({ paused }) => paused).map(({ id }) => id);
    if (consumerIds.length > 0) await this.#signaling.request('consumer:resume', { consumerIds });
  }

  #closeFormer(former: Link | undefined): void {
    former?.close();
    if (this.#former === former) this.#former = undefined;
  }

  #remove(ids: string[]): void {
    for (const id of ids) {
      this.#held.get(id)?.consumer.close();
      this.#held.delete(id);
    }
    this.#onChange();
  }
}

function consumerOptions({ id, producerId, kind, rtpParameters }: ConsumerParameters) {
  return { id, producerId, kind, rtpParameters } as unknown as types.ConsumerOptions;
}
