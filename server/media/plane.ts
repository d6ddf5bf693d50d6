/**
 * What signalling needs of the SFU: connections for cameras and viewers, and what goes over them. mediasoup is behind
 * it (`sfu.ts`), and in tests a plane in memory.
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
import type { ZoneId } from '../contract/zone.ts';
import type { Received } from '../zones/camera.ts';
import type { Producer } from '../zones/producer.ts';

export interface MediaPlane {
  /** @param most that the camera is asked to send, bit/s */
  openForCamera(zone: ZoneId, most: number, iceServers: IceServer[]): Promise<CameraConnection>;
  openForViewer(zones: ZoneId[], iceServers: IceServer[]): Promise<ViewerConnection>;
  /** Whose packets come by a connection between workers: the producer that the camera made. */
  producerOf(connectionId: string): string | undefined;
  /** Told that nobody is in a zone any more. */
  forget(zone: ZoneId): void;
}

/** Packets of one connection that could not be handled, and why the last of them could not. */
export interface Dropped {
  readonly packets: number;
  readonly transportId: string;
  readonly reason: string;
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
  /**
   * Sends a producer's media to this client.
   * @param replaces a consumer of the same producer that goes on until this one flows, as its layer is
   *   only just waking
   * @throws RefusedError `unsupported-media` when the client cannot decode it, or `unavailable`
   */
  consume(
    producer: Producer,
    rtpCapabilities: RtpCapabilities,
    shown: { zone: ZoneId; view: View; replaces?: Consumer },
  ): Promise<Consumer>;
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
