/** Light peers without signalling: a camera and a viewer of a zone's own, by real ICE, DTLS and SRTP to an SFU. */
import type { SpatialLayer } from '../../../server/contract/layers.ts';
import type { CameraConnection, Consumer, ViewerConnection } from '../../../server/media/plane.ts';
import type { Sfu } from '../../../server/media/sfu.ts';
import type { Camera, Received } from '../../../server/zones/camera.ts';
import { layerFor, type Wanted } from '../../../server/zones/layer-choice.ts';
import type { Producer } from '../../../server/zones/producer.ts';
import type { Viewer } from '../../../server/zones/viewer.ts';
import type { Zone } from '../../../server/zones/zone.ts';
import type { Clip } from './clip.ts';
import { LightLink } from './light-link.ts';
import { captureTime, ClipPlayer } from './player.ts';
import { clipCapture, clipParameters } from './publisher.ts';
import { ReceivedStream } from './received.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { keyFrameRequests } from '../../../gateway/upload/rtcp.ts';
import {
  findExtension,
  parseRtp,
  pictureLossIndication,
  readNtp,
  receiverReport,
  wallClock,
} from './rtp.ts';
import { rtpCapabilities } from './watcher.ts';

export class DirectCamera implements Camera {
  label = 'clip';
  readonly peer = 'camera';
  readonly canMask = true;
  readonly window = undefined;
  readonly maxBitrate = undefined;
  readonly sendsUnasked = true;
  reachable = true;
  /** Key frames that were asked for: the SSRC of the layer, for each. */
  readonly requests: number[] = [];
  /** What it was asked to send, one after another. */
  readonly asked: (SpatialLayer | null)[] = [];
  readonly #zone: Zone;
  readonly #clip: Clip;
  readonly #player: ClipPlayer;
  readonly #connection: CameraConnection;
  readonly #link: LightLink;
  #producer: Producer | undefined;

  static async film(sfu: Sfu, zone: Zone, clip: Clip): Promise<DirectCamera> {
    const connection = await sfu.openForCamera(zone.id, 10_000_000, []);
    const camera = new DirectCamera(zone, clip, connection);
    zone.claim(camera);
    zone.connecting(camera, 10_000_000);
    await connection.connect(camera.#link.dtlsParameters);
    await camera.#link.connected();
    zone.connected(camera);
    await camera.publish();
    return camera;
  }

  private constructor(zone: Zone, clip: Clip, connection: CameraConnection) {
    this.#zone = zone;
    this.#clip = clip;
    this.#connection = connection;
    this.#link = new LightLink(connection.parametersFor(undefined), 'send');
    this.#player = new ClipPlayer(clip, (packet) => this.#link.send(packet));
    this.#link.onPacket((packet) => this.#take(packet));
  }

  get layers() {
    return this.#player.layers;
  }

  /** Which layers it sends. */
  get active(): boolean[] {
    return this.layers.map(({ active }) => active);
  }

  async publish(): Promise<void> {
    const parameters = clipParameters(this.#player, this.#clip);
    const { capture } = clipCapture(this.#player);
    this.#producer = await this.#connection.produce('video', parameters, capture);
    this.#zone.publish(this, this.#producer, this.#clip.frameRate);
    this.#player.start();
  }

  unpublish(): void {
    this.#player.stop();
    if (this.#producer) this.#zone.unpublish(this, this.#producer.id);
  }

  /** Sends no more frames, while everything else goes on: a camera that hangs. */
  pause(): void {
    this.#player.stop();
  }

  /** Goes on after a pause, with a key frame. */
  resume(): void {
    this.#player.start();
  }

  close(): void {
    this.#player.stop();
    this.#zone.end(this);
  }

  async received(): Promise<Received | undefined> {
    return this.#connection.closed ? undefined : this.#connection.received();
  }

  sendUpTo(highest: SpatialLayer | null): void {
    this.asked.push(highest);
    this.#player.setActiveLayers(this.layers.map((_, layer) => layer <= (highest ?? -1)));
  }

  sendAtMost(): void {}
  burnIn(): void {}
  tell(): void {}

  ended(): void {
    this.#link.close();
    this.#connection.close();
  }

  #take(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const asked = keyFrameRequests(packet);
    if (asked.length === 0) return;
    this.requests.push(...asked);
    this.#player.requestKeyFrame();
  }
}

export class DirectViewer implements Viewer {
  wants: Wanted;
  /** What comes now; undefined while there is nothing to come. */
  stream: ReceivedStream | undefined;
  /** Told the ms from the sender's clock to here, of each packet. */
  onDelay: ((delay: number) => void) | undefined;
  readonly offered: string[] = [];
  readonly retracted: string[] = [];
  readonly #zone: Zone;
  readonly #connection: ViewerConnection;
  readonly #link: LightLink;
  readonly #reports: NodeJS.Timeout;
  #consumer: Consumer | undefined;

  /** @param wants the layer that it is to get */
  static async watch(sfu: Sfu, zone: Zone, layer: SpatialLayer): Promise<DirectViewer> {
    const connection = await sfu.openForViewer([zone.id], []);
    const viewer = new DirectViewer(zone, connection, { layer });
    zone.join(viewer);
    await connection.connect(viewer.#link.dtlsParameters);
    await viewer.#link.connected();
    for (const producer of zone.feed) viewer.offer(producer);
    return viewer;
  }

  private constructor(zone: Zone, connection: ViewerConnection, wants: Wanted) {
    this.#zone = zone;
    this.#connection = connection;
    this.wants = wants;
    this.#link = new LightLink(connection.parametersFor(undefined), 'receive');
    this.#link.onPacket((packet) => this.#take(packet));
    this.#reports = setInterval(() => {
      const block = this.stream?.report();
      if (block) this.#link.send(receiverReport([block]));
    }, 1000);
    connection.onConnected = () => zone.refreshDemand();
  }

  receives(): boolean {
    return this.#connection.connected;
  }

  needs(): SpatialLayer | null {
    return this.#consumer?.needs ?? null;
  }

  offer(producer: Producer): void {
    this.offered.push(producer.id);
    void this.#consume(producer);
  }

  retract(producerId: string): void {
    this.retracted.push(producerId);
    if (this.#consumer?.parameters.producerId !== producerId) return;
    this.#consumer.close();
    this.#consumer = undefined;
    this.stream = undefined;
  }

  tell(): void {}

  /** @param layer null for nothing */
  async show(layer: SpatialLayer | null): Promise<void> {
    this.wants = layer === null ? { width: 0, height: 0, visible: false } : { layer };
    await this.#consumer?.show({ layer, focused: false });
    this.#zone.refreshDemand();
  }

  requestKeyFrame(): void {
    if (this.stream) this.#link.send(pictureLossIndication(this.stream.ssrc));
  }

  close(): void {
    clearInterval(this.#reports);
    this.#zone.leave(this);
    this.#link.close();
    this.#connection.close();
  }

  async #consume(producer: Producer): Promise<void> {
    const view = { layer: layerFor(this.wants, producer.layers), focused: false };
    const shown = { zone: this.#zone.id, view };
    const consumer = await this.#connection.consume(producer, rtpCapabilities, shown);
    this.#consumer = consumer;
    consumer.onNeeds = () => this.#zone.refreshDemand();
    const ssrc = consumer.parameters.rtpParameters.encodings[0]?.ssrc ?? 0;
    this.stream = new ReceivedStream(ssrc);
    await consumer.ready();
    this.#zone.refreshDemand();
  }

  #take(packet: Buffer): void {
    if (isRtcp(packet)) return;
    const rtp = parseRtp(packet);
    if (!rtp || rtp.ssrc !== this.stream?.ssrc) return;
    this.stream.take(rtp, packet);
    const at = this.onDelay && findExtension(packet, captureTime.id);
    if (at !== undefined) this.onDelay?.(wallClock() - readNtp(packet, at));
  }
}
