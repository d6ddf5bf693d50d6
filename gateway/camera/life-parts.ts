/** What a camera's life is given. */
import type { Logger } from 'pino';
import type { Still } from '../../server/contract/gateway.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { MaskedHow } from '../transcoder/transcoding.ts';
import type { Steerable } from '../steering/steerable.ts';
import type { OpenUpload } from '../upload/upload.ts';
import type { Picture } from '../video/picture.ts';
import type { OpenSource } from '../video/source.ts';
import type { EventsSource } from './noticed.ts';
import type { KeyFrames } from './key-asking.ts';
import type { StreamName } from './layers.ts';
import type { Known } from './offer.ts';
import type { PasswordBudget } from './password-budget.ts';

/** Makes a JPEG of the last key picture that it was shown. */
export interface StillMaker {
  show(picture: Picture): void;
  /** @returns undefined where there is none yet */
  still(): Promise<Still | undefined>;
  /** The camera rests: whoever comes next is to find it made. */
  prepare?(): void;
  /** What it was shown before is not to be seen any more. */
  forget(): void;
}

/** A camera that has more than streams, in the parts that each is used for; absent where it has none of that. */
export interface CameraDevice {
  /** What turns it; absent where nothing does. */
  readonly steerable?: Steerable | undefined;
  readonly keyFrames?: KeyFrames | undefined;
  readonly events?: EventsSource | undefined;
  /** How far its clock is ahead, ms; undefined while that is not known. */
  readonly clockOffset?: () => number | undefined;
}

/** What a camera has said before of being turned, while it does not say it anew. */
export interface KnownTurning {
  /** Nothing turns it. */
  readonly isFixed: boolean;
  learn(isFixed: boolean): void;
}

/** Where one of a camera's streams comes from, with what is done to its pictures on the way. */
export interface StreamWay {
  readonly open: OpenSource;
  /**
   * From here on no picture comes without these masks, of a session that is open either.
   * @throws RefusedError `masks-required` when they cannot be burnt in; nothing comes then either
   */
  setMasks(masks: Masks, how?: MaskedHow): void;
  /** Nothing is to be seen of pictures that came before, ms of `performance.now()`; where `setMasks` said that it may be. */
  cover(until: number): void;
  /** A key picture is wanted, where one can be made. */
  wantKey(): void;
  /** Whether sessions that begin from now on ask for its sound; they do until this is said. */
  wantSound?(wanted: boolean): void;
}

export interface LifeParts {
  /** What else the camera answers to than its streams. */
  readonly device?: CameraDevice | undefined;
  readonly streamWay: (name: StreamName) => StreamWay;
  readonly openUpload: OpenUpload;
  readonly canMask: boolean;
  readonly stills?: StillMaker | undefined;
  /** Of all that signs in at the camera; the streams' own where nothing else does. */
  readonly budget?: PasswordBudget | undefined;
  readonly known: Known | undefined;
  readonly remember: (known: Known) => void;
  readonly turning?: KnownTurning | undefined;
  /** Its report has changed. */
  readonly changed: () => void;
  readonly log: Logger;
  readonly random?: (() => number) | undefined;
}
