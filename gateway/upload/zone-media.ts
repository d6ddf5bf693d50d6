/** What one zone sends over one transport: its layers as streams, and what the server says of them. */
import { randomUUID } from 'node:crypto';
import type { Request } from '../../server/contract/events.ts';
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { TransportParameters } from '../../server/contract/media.ts';
import { rtcpPackets } from '../rtp/compound.ts';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { Picture } from '../video/picture.ts';
import type { Sound, SoundCodec } from '../sound/sound.ts';
import { LayerStream, payloadTypes, type Outgoing } from './layer-stream.ts';
import { MediaLink, type LinkOptions } from './media-link.ts';
import { keyFrameRequests, missingPackets, mostBitRate } from './rtcp.ts';
import { longestWait, type Turn } from './pacer.ts';
import type { Path, Repeater } from './path.ts';
import { PathCheck } from './path-check.ts';
import { bytesOnWay, isRtcp, transportNumber, writeTransportNumber } from './rtp.ts';
import { transportArrivals } from './transport-feedback.ts';
import { missingWay } from './relays.ts';
import { SoundStream, soundParameters } from './sound-stream.ts';
import { TransportLog } from './transport-log.ts';
import type { UploadLayer } from './upload.ts';

/** Between two reports of a stream that has just begun, and later, ms: the server goes over to none before three have come. */
const reportIntervals = { first: 250, later: 1000 };
/** Between two requests for a key picture that are passed on, ms. */
const keyInterval = 1000;
/** A way that is not found by then is told to be missing, and goes on being looked for, ms. */
const findTime = 5000;

export interface ZoneMediaEvents {
  keyWanted(layer: SpatialLayer): void;
  /** The server lets it send no more than this, bit/s. */
  most(bitRate: number): void;
  /** Nothing comes of it any more, while the server is there. */
  lost(): void;
  /** Whether there is a way to the server; told once, and again when one is found after all. */
  way(missing: Trouble | undefined): void;
  /** Whether the server answers at all. */
  answers(): Promise<boolean>;
  /** Neither media nor the server's answers come. */
  cutOff(): void;
}

export interface MediaOptions extends LinkOptions {
  /** Most bytes of a UDP datagram's payload. */
  readonly mtu: number;
  /** That all cameras of the site share. */
  readonly path: Path;
  /** Authorities that a TURN server's certificate may be of, in place of the usual ones, PEM. */
  readonly ca?: string | undefined;
}

export class ZoneMedia implements Repeater {
  /** The server's name of the transport. */
  readonly id: string;
  readonly link: MediaLink;
  /** Packets and bytes so far, and those that were asked for again. */
  readonly figures = { packets: 0, bytes: 0, lost: 0 };
  readonly #events: ZoneMediaEvents;
  readonly #mtu: number;
  readonly #path: Path;
  readonly #log = new TransportLog();
  readonly #askedAt = new Map<SpatialLayer, number>();
  readonly #check: PathCheck;
  /** By which players know that picture and sound are of one source, to be shown in step (RFC 3550 §6.5.1). */
  readonly #cname = randomUUID();
  #streams: LayerStream[] = [];
  #sound: SoundStream | undefined;
  /** What waits to be sent of an earlier one is not sent. */
  #generation = 0;
  #finding: NodeJS.Timeout;
  #isFound = false;
  readonly #reports: NodeJS.Timeout;
  readonly #helpNoMore: () => void;

  constructor(server: TransportParameters, events: ZoneMediaEvents, options: MediaOptions) {
    this.id = server.id;
    this.#events = events;
    this.#mtu = options.mtu;
    this.#path = options.path;
    this.link = new MediaLink(server, 'send', options);
    this.link.onPacket((packet) => this.#take(packet));
    const notFound = (): void => events.way(missingWay(server));
    this.#finding = setTimeout(notFound, findTime);
    this.link.onUp = () => {
      clearTimeout(this.#finding);
      this.#isFound = true;
      events.way(undefined);
    };
    this.link.onLost = () => {
      if (!this.#isFound) notFound();
      events.lost();
    };
    this.#check = new PathCheck(events);
    this.link.onDoubt = () => void this.#check.examine();
    this.#reports = setInterval(() => this.#report(), reportIntervals.first);
    this.#helpNoMore = this.#path.helpProbe(this);
  }

  /** Its network is gone: another one is to take its place. */
  get gone(): boolean {
    return this.#check.gone;
  }

  /** Begins to send so many layers anew. @returns what is to be published */
  begin(
    layers: readonly UploadLayer[],
    fixedKeys: boolean,
  ): Pick<Request<'publish'>, 'rtpParameters' | 'capture'> {
    this.#streams = layers.map(() => new LayerStream(this.#mtu));
    const top = layers.at(-1);
    const sizes = layers.map(({ width, height }) => ({ width, height }));
    const frameRate = top?.frameRate;
    return {
      rtpParameters: parametersOf(this.#streams, fixedKeys, this.#cname),
      ...(top
        ? {
            capture: {
              ...{ width: top.width, height: top.height, layers: sizes },
              ...(frameRate === undefined ? {} : { frameRate }),
            },
          }
        : {}),
    };
  }

  /** Begins to send sound anew. @returns what is to be published */
  beginSound(codec: SoundCodec): Request<'publish'>['rtpParameters'] {
    this.#sound = new SoundStream(codec, this.#mtu);
    return soundParameters(this.#sound, this.#cname);
  }

  /** Sends a piece of sound in its turn, which is that of sub streams, or leaves it out where it would come late. */
  sendSound(sound: Sound): void {
    const stream = this.#sound;
    if (!stream || this.#path.pacer.wait(0) > longestWait[0]) return;
    for (const packet of stream.packetsOf(sound)) {
      this.#pace(0, packet, () => {
        if (this.#sendOut(packet)) stream.wentOut(packet);
      });
    }
    this.#reportOf(stream, performance.now());
  }

  /** Sends a picture, unless those before it that it needs were not sent, or it would come late. */
  send(layer: SpatialLayer, picture: Picture): void {
    const stream = this.#streams[layer];
    if (!stream || (stream.needsKey && !picture.isKey)) return;
    const turn: Turn = layer > 0 ? 1 : 0;
    const { pacer } = this.#path;
    if (pacer.wait(turn) > longestWait[turn]) {
      stream.needsKey = true;
      this.#path.leftOut();
      return;
    }
    if (stream.needsKey) stream.begin();
    for (const outgoing of stream.packetsOf(picture))
      this.#pace(
        turn,
        outgoing.packet,
        () => this.#sendFirst(stream, outgoing),
        () => !stream.needsKey,
      );
    this.#reportOf(stream, performance.now());
  }

  /** A layer that rested is about to begin. @param sets its parameter sets, as they were last */
  announce(layer: SpatialLayer, sets: readonly Buffer[]): void {
    const stream = this.#streams[layer];
    if (!stream?.needsKey) return;
    const now = performance.now();
    for (const outgoing of stream.announcement(sets, now)) {
      if (this.#sendOut(outgoing.packet)) stream.wentOut(outgoing, now);
    }
    this.#reportOf(stream, now);
  }

  /** Nothing of this layer is sent for a while. */
  rest(layer: SpatialLayer): void {
    const stream = this.#streams[layer];
    if (stream && !stream.needsKey) stream.forget();
  }

  /** Nothing of what was handed over until now is sent any more, not even again. */
  forget(): void {
    this.#generation += 1;
    for (const stream of this.#streams) stream.forget();
  }

  close(): void {
    this.#generation += 1;
    clearInterval(this.#reports);
    clearTimeout(this.#finding);
    this.#check.close();
    this.#helpNoMore();
    this.link.close();
  }

  /** Sends a packet again that may well have come, to try what the way carries. @returns its bytes; 0 where there is none */
  repeat(): number {
    for (const stream of this.#streams) {
      const packet = stream.repeated();
      if (packet && this.#sendOut(packet)) return bytesOnWay(packet);
    }
    return 0;
  }

  /** @param isDue whether it is still to be sent when its turn has come */
  #pace(turn: Turn, packet: Buffer, send: () => void, isDue = (): boolean => true): void {
    const { pacer } = this.#path;
    const bytes = bytesOnWay(packet);
    const generation = this.#generation;
    if (pacer.mayGo(bytes)) send();
    else pacer.add(turn, bytes, send, () => generation === this.#generation && isDue());
  }

  #sendFirst(stream: LayerStream, outgoing: Outgoing): void {
    if (this.#sendOut(outgoing.packet)) stream.wentOut(outgoing, performance.now());
    else stream.needsKey = true;
  }

  #sendOut(packet: Buffer): boolean {
    writeTransportNumber(packet, this.#log.sent(bytesOnWay(packet), performance.now()));
    if (!this.link.send(packet)) return false;
    this.figures.packets += 1;
    this.figures.bytes += packet.length;
    return true;
  }

  #take(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const now = performance.now();
    this.#check.came(now);
    for (const ssrc of keyFrameRequests(packet)) this.#askForKey(ssrc, now);
    for (const one of rtcpPackets(packet)) {
      const missing = missingPackets(one);
      if (missing) this.#sendAgain(missing.ssrc, missing.sequences, now);
      const told = transportArrivals(one);
      if (told) this.#path.told(this.#log.fatesOf(told), now);
      const most = mostBitRate(one);
      if (most !== undefined) this.#events.most(most);
    }
  }

  #sendAgain(ssrc: number, sequences: number[], now: number): void {
    const layer = this.#streams.findIndex((one) => one.ssrc === ssrc);
    const stream = this.#streams[layer];
    const turn: Turn = layer > 0 ? 1 : 0;
    const { pacer, waited } = this.#path;
    this.figures.lost += sequences.length;
    for (const sequence of sequences) {
      const wait = waited + pacer.wait(turn);
      if (wait > longestWait[turn]) return;
      const packet = stream?.again(sequence, now, wait);
      if (packet) this.#pace(turn, packet, () => this.#sendOut(packet));
    }
  }

  #askForKey(ssrc: number, now: number): void {
    const layer = this.#streams.findIndex((stream) => stream.ssrc === ssrc);
    if (layer === -1 || now - (this.#askedAt.get(layer) ?? -Infinity) < keyInterval) return;
    this.#askedAt.set(layer, now);
    this.#events.keyWanted(layer);
  }

  #report(): void {
    const now = performance.now();
    // Of a layer that rests, too: without it the server does not go over from that one to another, where the last was lost.
    for (const stream of this.#streams) this.#reportOf(stream, now);
    if (this.#sound) this.#reportOf(this.#sound, now);
    this.#check.look(now, this.figures.packets);
  }

  #reportOf(stream: LayerStream | SoundStream, now: number): void {
    const interval = stream.isFresh ? reportIntervals.first : reportIntervals.later;
    if (now - stream.reportedAt < interval) return;
    const report = stream.report(now);
    if (report) this.link.send(report);
  }
}

/** The router knows no other profile, and browsers decode more than they say. */
const declared = {
  'packetization-mode': 1,
  'profile-level-id': '42e01f',
  'level-asymmetry-allowed': 1,
};

/** How a sender is asked for a key picture (RFC 4585 §6.3.1, RFC 5104 §4.3.1). */
const keyRequests = [
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];

/** @param fixedKeys it takes no requests for key pictures, by which the server knows to keep what came since the last */
function parametersOf(
  streams: readonly LayerStream[],
  fixedKeys: boolean,
  cname: string,
): Request<'publish'>['rtpParameters'] {
  return {
    mid: '0',
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: payloadTypes.h264,
        clockRate: 90_000,
        parameters: declared,
        rtcpFeedback: [
          { type: 'nack' },
          ...(fixedKeys ? [] : keyRequests),
          { type: 'transport-cc' },
        ],
      },
      {
        mimeType: 'video/rtx',
        payloadType: payloadTypes.retransmission,
        clockRate: 90_000,
        parameters: { apt: payloadTypes.h264 },
      },
    ],
    headerExtensions: [transportNumber],
    encodings: streams.map(({ ssrc, repairSsrc }) => ({ ssrc, rtx: { ssrc: repairSsrc } })),
    rtcp: { cname, reducedSize: true },
  };
}
