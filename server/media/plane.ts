/**
 * What signalling needs of the SFU: connections for cameras and viewers, and what goes over them. mediasoup is behind
 * it (`sfu.ts`), and in tests a plane in memory.
 *
 * Between nodes: `pipesAt` gives both ends of a pipe, for one track each. What the ends have to tell each other goes
 * over a channel, which the cluster lays, one for each zone and edge. Above them are `cluster/pipes/pipe-viewer.ts`, as
 * which an edge is a viewer of the owner's zone, and `cluster/pipes/pipe-camera.ts`, as which the owner is the camera of
 * the edge's zone.
 */
import type { CameraRtpParameters } from '../contract/camera-media.ts';
import type { SpatialLayer, StatedCapture } from '../contract/layers.ts';
import type {
  ConsumerParameters,
  DtlsParameters,
  IceParameters,
  IceServer,
  MediaKind,
  RtpCapabilities,
  TransportParameters,
} from '../contract/media.ts';
import type { PipedTrack, PipeEnd } from '../contract/pipe.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Received } from '../zones/camera.ts';
import type { Producer } from '../zones/producer.ts';

export interface MediaPlane {
  /** Whether it can send a viewer what has the numbers of that one's own offer. */
  readonly usesOfferedNumbers: boolean;
  /** Whether it tells packets of a camera by their payload type, where they say nothing else (RFC 9143 §9.2). */
  readonly tellsByPayloadType: boolean;
  /** @param most that the camera is asked to send, bit/s */
  openForCamera(zone: ZoneId, most: number, iceServers: IceServer[]): Promise<CameraConnection>;
  openForViewer(zones: ZoneId[], iceServers: IceServer[]): Promise<ViewerConnection>;
  /** On which media worker, by number, such a connection would be now; undefined while none runs. */
  landingOfCamera(zone: ZoneId): number | undefined;
  landingOfViewer(zones: ZoneId[]): number | undefined;
  /** Whose packets come by a connection between workers: the producer that the camera made. */
  producerOf(connectionId: string): string | undefined;
  /** Told that nobody is in a zone any more. */
  forget(zone: ZoneId): void;
  /** Pipes to and from other nodes, that are listened for there. */
  pipesAt(listening: PipeListening): PipePlane;
}

/** What a media worker has to do. */
export interface WorkerLoad {
  /** Its number. */
  readonly index: number;
  /** Processor time so far, ms, and when that was read; ms of `performance.now()`. */
  readonly cpu: number;
  readonly at: number;
  readonly consumers: number;
}

/** Packets of one connection that could not be handled, and why the last of them could not. */
export interface Dropped {
  readonly packets: number;
  readonly transportId: string;
  readonly reason: string;
}

/** What a media worker keeps for newcomers of cameras that make no key pictures when asked, and how many were sent it. */
export interface Kept {
  readonly bytes: number;
  readonly replays: number;
}

/** Whose packet a media worker had in hand when it ended. */
export interface InHand {
  readonly transportId: string;
  /** The packet's first bytes, hex. */
  readonly packet: string;
}

/** One client's media connection. */
export interface MediaConnection {
  readonly id: string;
  readonly closed: boolean;
  /** Whether its DTLS is up. */
  readonly connected: boolean;
  /** Told once when DTLS is up. */
  onConnected: () => void;
  /** Told when the connection ended otherwise than by `close()`. */
  onLost: (reason: 'worker-died' | 'dtls-closed') => void;
  /** Told when nothing of the client's ICE has been heard for 30 s (RFC 7675), and when it is heard again. */
  onHeard: (isHeard: boolean) => void;
  /** @param listener told once, however it ends */
  whenClosed(listener: () => void): void;
  /** @param via the address of this machine that the client came by, where that is known */
  parametersFor(via: string | undefined): TransportParameters;
  /** Starts DTLS towards the client's certificate; asking again changes nothing. */
  connect(dtlsParameters: DtlsParameters): Promise<void>;
  restartIce(): Promise<IceParameters>;
  /** Bytes of media sent so far. */
  sent(): Promise<number>;
  close(): void;
}

export interface CameraConnection extends MediaConnection {
  /** @throws RefusedError `unsupported-media` when the parameters cannot be used */
  produce(
    kind: MediaKind,
    rtpParameters: CameraRtpParameters,
    capture?: StatedCapture,
  ): Promise<Producer>;
  /** @param bitRate most that the camera is asked to send, bit/s */
  limitIncoming(bitRate: number): Promise<void>;
  received(): Promise<Received>;
}

export interface ViewerConnection extends MediaConnection {
  /** The media worker that it is on, by number. */
  readonly workerNumber: number;
  /**
   * Sends a producer's media to this client.
   * @param replaces a consumer of the same producer that goes on until this one flows, as its layer is
   *   only just waking
   * @param shown.numbers of the client's offer, where it made one
   * @throws RefusedError `unsupported-media` when the client cannot decode it, or `unavailable`
   */
  consume(
    producer: Producer,
    rtpCapabilities: RtpCapabilities,
    shown: { zone: ZoneId; view: View; replaces?: Consumer; numbers?: OfferedNumbers },
  ): Promise<Consumer>;
}

/** What a client's offer of SDP calls what all routers call otherwise. */
export interface OfferedNumbers {
  /** Payload types, by the router's: of codecs and of their retransmissions. */
  readonly payloadTypes: ReadonlyMap<number, number>;
  /** Ids of header extensions, by the router's; others are left out of what is sent. */
  readonly extensions: ReadonlyMap<number, number>;
  /** A payload type that the offer does not use: of packets that only try the link. */
  readonly probe: number;
  /** What packets say of where they belong (RFC 9143); at most 8 characters. */
  readonly mid?: string;
}

/** What of a track is to be sent. */
export interface View {
  /** Null: nothing. */
  readonly layer: SpatialLayer | null;
  readonly focused: boolean;
}

/** A track on its way to one viewer. */
export interface Consumer {
  readonly parameters: ConsumerParameters;
  readonly closed: boolean;
  /** What of the track is to be sent. */
  readonly view: View;
  /**
   * The highest layer that must go on coming, wanted or not: it is sent until another begins, or the timestamps
   * of others are told by it. Null for none, and for a track without layers.
   */
  readonly needs: SpatialLayer | null;
  /** What this one takes the place of, until `supersede`. */
  readonly replaced: Consumer | undefined;
  /** Told when it may need another layer than before. */
  onNeeds: () => void;
  /** Told when nothing can come of it any more, although its producer goes on. */
  onBroken: (error: unknown) => void;
  /** The client can decode: begin with a key frame. Saying it twice is harmless. */
  ready(): Promise<void>;
  /** Sends another layer, or nothing, and at another priority. */
  show(view: View): Promise<void>;
  /** Resolves when frames are on their way, or this consumer has ended. */
  flows(): Promise<void>;
  /** Ends what this one replaces. */
  supersede(): void;
  /** Ends this one; what it was to replace goes on. */
  giveBack(): void;
  close(): void;
}

/** Where pipes between nodes are listened for. */
export interface PipeListening {
  /** An IP address of this machine. */
  readonly address: string;
  /** The IP address by which other nodes reach it, where that is another one. */
  readonly announced: string | undefined;
  /** UDP; one for each track of each pipe. 0 and 0 for any. */
  readonly ports: { readonly first: number; readonly last: number };
}

/** Carries tracks between nodes: encrypted, with lost packets sent again. */
export interface PipePlane {
  /** The owner's end. Nothing flows before it is connected and told what to carry. */
  open(producer: Producer): Promise<PipeOut>;
  /**
   * The edge's end: makes a producer of the track, which local viewers consume as any other.
   * @param far the owner's end
   * @throws RefusedError `unsupported-media` or `unavailable`
   */
  take(zone: ZoneId, track: PipedTrack, far: PipeEnd): Promise<PipeIn>;
}

/** A track on its way to one other node. */
export interface PipeOut {
  readonly track: PipedTrack;
  readonly end: PipeEnd;
  readonly closed: boolean;
  /** Whether the other end is known. */
  readonly connected: boolean;
  connect(far: PipeEnd): Promise<void>;
  /**
   * Sends the layers up to this one, each from a key frame on; null for nothing.
   * @param afresh begins anew with them: nothing from before is sent again
   */
  carry(highest: SpatialLayer | null, afresh?: boolean): Promise<void>;
  /** Asks the camera for a key frame of what is carried, within the limit that all viewers of it share. */
  requestKeyFrame(): Promise<void>;
  /** Bytes of media sent so far, and packets sent again. */
  sent(): Promise<{ readonly bytes: number; readonly again: number }>;
  /** Bytes that have come from the other end so far: reports and requests. */
  heard(): Promise<number>;
  /** @param listener told once, however it ends: with its producer, its worker, or by `close()` */
  whenClosed(listener: () => void): void;
  close(): void;
}

/** A track that comes from another node. */
export interface PipeIn {
  readonly end: PipeEnd;
  readonly producer: Producer;
  readonly closed: boolean;
  /** Told of each key frame that comes. */
  onKeyFrame: (layer: SpatialLayer) => void;
  /** Told whenever a viewer here can use what comes: a key frame that comes earlier would be lost on it. */
  onOpened: () => void;
  /** Told when it ended otherwise than by `close()`: with its worker. */
  onLost: () => void;
  /** Whether packets of a layer come. */
  comes(layer: SpatialLayer): boolean;
  /** What has come so far. */
  arrivals(): Promise<Arrivals>;
  /** Bytes sent to the other end so far: reports and requests. */
  said(): Promise<number>;
  /** Told the highest layer that comes: viewers here are led to it, whatever their tiles could show. */
  limitTo(highest: SpatialLayer): void;
  close(): void;
}

/** What has come of a track over a pipe so far. */
export interface Arrivals {
  /** Of each stream: of one for each layer, the smallest first, or of the one that has them all. */
  readonly streams: readonly StreamArrivals[];
  /** What a packet takes to the other end and back, as measured last, ms; undefined before that. */
  readonly roundTrip: number | undefined;
}

/** Counts that only grow. */
export interface StreamArrivals {
  /** Of media, without what came twice. */
  readonly bytes: number;
  readonly packets: number;
  /** Packets that were asked for again, each time counted. */
  readonly askedAgain: number;
  /** Packets that have come again. */
  readonly cameAgain: number;
}

/**
 * Why a pipe ended that was not closed here. `silent`: the other end sends, and nothing comes. `unanswered`: nothing
 * comes, and the other end does not answer either. `large-lost`: what was lost is sent again and never comes, while other
 * packets do. `channel-closed`: the other end has closed it, or is gone.
 * `occupied`: another camera films the zone here.
 */
export type PipeLoss = 'silent' | 'unanswered' | 'large-lost' | 'channel-closed' | 'occupied';
