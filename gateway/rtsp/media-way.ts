/** How one medium comes of a session: on the connection itself, or by two UDP ports of its own; reports go back likewise. */
import type { Connection } from './connection.ts';
import type { Networks } from './networks.ts';
import type { MediaDescription } from './sdp.ts';
import { Senders } from './senders.ts';
import type { RtspSession } from './session.ts';
import type { Way } from './transport.ts';
import { SourceTrouble } from './trouble.ts';
import { openPorts, type PortPair } from './udp.ts';

/** What takes the packets. */
export interface MediaTaker {
  rtp(data: Buffer, cameAt: number): void;
  rtcp(data: Buffer, cameAt: number): void;
}

export interface WaySettings {
  readonly connection: Connection;
  /** Where the camera was found. */
  readonly address: string;
  readonly networks: Networks;
  readonly taker: MediaTaker;
  /** The first of the two that are asked for on the connection. */
  readonly channel: number;
  /** What came by UDP cannot be taken. */
  readonly fault: (error: unknown) => void;
}

export class MediaWay {
  readonly #settings: WaySettings;
  #way: Way | undefined;
  #ports: PortPair | undefined;
  #reportsTo: { readonly address: string; readonly port: number } | undefined;

  constructor(settings: WaySettings) {
    this.#settings = settings;
  }

  /** Undefined until it is set up. */
  get kind(): Way['kind'] | undefined {
    return this.#way?.kind;
  }

  /** Where UDP is to come to. */
  get port(): number | undefined {
    return this.#way?.kind === 'udp' ? this.#ports?.port : undefined;
  }

  /** By the first of these ways that the camera does not refuse. @throws SourceTrouble */
  async setUp(
    session: RtspSession,
    media: MediaDescription,
    kinds: readonly Way['kind'][],
  ): Promise<void> {
    const { connection, channel } = this.#settings;
    for (const kind of kinds) {
      if (kind === 'udp') this.#ports ??= await openPorts(connection.localAddress);
      const port = kind === 'udp' ? this.#ports?.port : undefined;
      const way = await session.setUp(media, port, channel);
      if (!way) continue;
      if (way.kind === 'udp' && !this.#ports) {
        throw new SourceTrouble('not-rtsp', 'it sends by UDP where TCP was asked for');
      }
      this.#way = way;
      if (way.kind === 'udp') this.#open(way);
      return;
    }
    throw new SourceTrouble('not-rtsp', 'it sends neither by TCP nor by UDP');
  }

  /** What came on the connection; packets may overtake the answer that says where they come. */
  interleaved(channel: number, data: Buffer): void {
    const { taker, channel: asked } = this.#settings;
    const way = this.#way;
    if (way && way.kind !== 'tcp') return;
    if (channel === (way?.media ?? asked)) taker.rtp(data, performance.now());
    else if (channel === (way?.reports ?? asked + 1)) taker.rtcp(data, performance.now());
  }

  /** Sends a report to the camera. */
  report(report: Buffer): void {
    const way = this.#way;
    if (!way) return;
    if (way.kind === 'tcp') {
      this.#settings.connection.send(way.reports, report);
      return;
    }
    // Where its own come from, once some have: a camera behind NAT knows other ports than those it is reached by.
    const { address = this.#settings.address, port = way.reports } = this.#reportsTo ?? {};
    if (port) this.#ports?.reports.send(report, port, address);
  }

  close(): void {
    this.#ports?.close();
  }

  /** Takes what the camera sends, and opens a way through firewalls that let answers in. */
  #open(way: Way & { kind: 'udp' }): void {
    const { networks, address, taker } = this.#settings;
    const senders = new Senders([address, way.source ?? address], networks);
    this.#ports?.media.on('message', (data, from) => {
      if (senders.takes(from.address)) this.#guarded(() => taker.rtp(data, performance.now()));
    });
    this.#ports?.reports.on('message', (data, from) => {
      if (!senders.takes(from.address)) return;
      this.#reportsTo = from;
      this.#guarded(() => taker.rtcp(data, performance.now()));
    });
    const nothing = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const to = way.source !== undefined && networks.reaches(way.source) ? way.source : address;
    if (way.media) this.#ports?.media.send(nothing, way.media, to);
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#settings.fault(error);
    }
  }
}
