/** What a camera's life needs of the server: one zone's place, and a way to send pictures there. */
import type { CameraEvent } from '../../server/contract/camera-event.ts';
import type { GatewayName, Still, Trouble } from '../../server/contract/gateway.ts';
import type { RequestFault } from '../../server/contract/errors.ts';
import type { CaptureSize, SpatialLayer } from '../../server/contract/layers.ts';
import type { Masks, PresetMasks } from '../../server/contract/privacy.ts';
import type {
  CameraRequest,
  CameraRequestName,
  CameraSteering,
  Done,
} from '../../server/contract/steering.ts';
import type { ZoneSummary } from '../../server/contract/zone.ts';
import type { Sound, SoundCodec } from '../sound/sound.ts';
import type { Picture } from '../video/picture.ts';

export interface UploadEvents {
  /** The server wants the layers up to this one; null for none: nobody watches, or there is no place in the zone. */
  wanted(highest: SpatialLayer | null): void;
  /** A viewer cannot go on without a key picture of this layer; at most one a second for each. */
  keyWanted(layer: SpatialLayer): void;
  /**
   * What comes next has to have these masks burnt in, and those of the preset at which the camera stands.
   * @returns done when that is so from the next `send` on; rejected where it cannot be, which ends the upload
   */
  masks(masks: Masks, presetMasks?: PresetMasks): Promise<void>;
  /** A still is asked for. @returns undefined where there is no picture yet; never older than one that was given before */
  still(): Promise<Still | undefined>;
  /** The uplink is too narrow for more than these layers; null for none, and the highest again when it is not. */
  fits(highest: SpatialLayer | null): void;
  /** Pictures find no way to the server, which is tried again by itself; undefined once they do. */
  way(missing: Trouble | undefined): void;
  /** The server takes no sound of this camera, in its words; undefined when it does. */
  noSound?(why: string | undefined): void;
  /** The zone changed: its camera's state, its viewers. */
  zone(zone: ZoneSummary): void;
  /** The camera is to be turned, or its presets changed; always answered in a while. */
  steer?(request: CameraRequest<CameraRequestName>): Promise<Done>;
  /** Nobody can steer it any more: the server is away, or it has no place there. */
  unheld?(): void;
  /** The place is lost, or was not given; the upload goes on trying by itself where that is of use (`again`). */
  refused(fault: RequestFault, again: boolean): void;
}

/** What is sent in one layer. */
export interface UploadLayer extends CaptureSize {
  /** frames/s; undefined where it is not known. */
  readonly frameRate?: number | undefined;
}

/** What has gone out of an upload so far. */
export interface UploadFigures {
  readonly packets: number;
  readonly bytes: number;
  /** Packets that the server said had not come, before they were sent again. */
  readonly lost: number;
}

/** One zone's upload; it claims, publishes, comes back after whatever breaks, and never ends by itself. */
export interface Upload {
  readonly figures?: UploadFigures;
  /**
   * What is sent from now on, the smallest layer first; published anew only where it changes.
   * @param fixedKeys its key pictures come when the camera makes them: none can be asked for
   * @param sound undefined for none
   */
  publish(layers: readonly UploadLayer[], fixedKeys?: boolean, sound?: SoundCodec): void;
  /** Sends a picture now, or drops it where nobody can get it. */
  send(layer: SpatialLayer, picture: Picture): void;
  /** How the camera can be steered, and where it stands; null where it cannot be. */
  steering?(steering: CameraSteering | null): void;
  /** The same of a piece of sound. */
  sendSound?(sound: Sound): void;
  /** Tells what the camera has noticed. @throws RefusedError where the server does not take it now */
  tell?(event: CameraEvent): Promise<void>;
  /** Gives the zone back. */
  close(): void;
}

export interface UploadSettings {
  /** The camera's name at this gateway; the same one is the same session for the server. */
  readonly name: GatewayName;
  readonly zone: string;
  readonly label: string;
  /** Whether masks can be burnt into what is sent. */
  readonly canMask: boolean;
  /** Whether what is sent can be covered while the camera moves, and it is known where that stands. */
  readonly canCover?: boolean | undefined;
}

export type OpenUpload = (settings: UploadSettings, events: UploadEvents) => Upload;
