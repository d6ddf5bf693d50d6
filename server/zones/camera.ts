/**
 * What a zone needs of its camera. A browser's tab is one (`signaling/tab-camera.ts`); anything else that films needs
 * no socket and no browser, only this.
 */
import type { ErrorCode } from '../contract/errors.ts';
import type { SpatialLayer } from '../contract/layers.ts';
import type { Masks, PresetMasks } from '../contract/privacy.ts';
import type { ZoneSummary } from '../contract/zone.ts';
import type { Hiding } from './masking.ts';

/** Bytes that have come so far: of media, and of anything at all, which ICE's checks are too. */
export interface Received {
  readonly media: number;
  readonly any: number;
}

/** One window of a device that was enrolled. */
export interface DeviceWindow {
  /** The same for all windows of the device. */
  readonly device: string;
  /** Higher for those that were opened later. */
  readonly order: number;
}

/** Why a camera has lost its place. */
export interface Ending {
  readonly code: ErrorCode;
  /** For the person at the camera. */
  readonly message: string;
  /** What it sent where less was allowed, bit/s. */
  readonly excess?: { readonly sent: number; readonly most: number };
}

export interface Camera extends Hiding {
  /** Set where it is at another node, and only its picture comes from there. */
  readonly isElsewhere?: true;
  /** Set where it shows a drawn picture, and no place: its zone is not expected to be filmed again. */
  readonly isDemonstration?: boolean;
  /** What people see as its name. */
  readonly label: string;
  /** What it is called in the log. */
  readonly peer: string;
  /** Whether it can be told anything now; its media may go on when it cannot. */
  readonly reachable: boolean;
  readonly window: DeviceWindow | undefined;
  /** Most that it may send wherever it is, bit/s; undefined where nothing is said of it. */
  readonly maxBitrate: number | undefined;
  /** Whether it sends all that it has before it is asked for anything; otherwise it begins asleep. */
  readonly sendsUnasked: boolean;
  /** Set where it goes on sending all that it has, whatever it is asked for. */
  readonly cannotSleep?: true;
  /** What has come from it; undefined while it has no connection. */
  received(): Promise<Received | undefined>;
  /** Asks for the layers up to this one, and none above; null for nothing at all. */
  sendUpTo(highest: SpatialLayer | null): void;
  /** @param bitRate bit/s, all layers and sound together */
  sendAtMost(bitRate: number): void;
  /** Tells the masks that are to be in every frame from now on. */
  burnIn(masks: Masks, presetMasks: PresetMasks): void;
  /** Asks for a key picture of a layer by another way than its media; absent, or in vain, where it can be asked by none. */
  askForKey?(layer: SpatialLayer): void;
  /** Asks for a still of what it films now, without waking it; absent where it makes none. */
  askForStill?(): void;
  /** Tells what is new of the zone. */
  tell(zone: ZoneSummary): void;
  /** Told that it films the zone no longer. @param ending undefined where there is nothing to tell a person */
  ended(ending: Ending | undefined): void;
}
