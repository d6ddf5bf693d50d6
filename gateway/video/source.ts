/**
 * What a camera's life needs of where pictures come from: a stream of its own (`rtsp/`), or one that is encoded
 * again (`transcoder/`).
 */
import type { Trouble } from '../../server/contract/gateway.ts';
import type { Sound } from '../sound/sound.ts';
import type { Picture, StreamFacts } from './picture.ts';

export interface SourceEvents {
  /** The stream is there, or its pictures have become others: told before the first of them. */
  facts(facts: StreamFacts): void;
  picture(picture: Picture): void;
  /** A piece of its sound, as it can be sent; where it was asked for. */
  sound?(sound: Sound): void;
  /** Pictures are missing; the next that comes is a key picture. */
  torn?(): void;
  /** A picture has come that is of no use before the next key picture; told of each. */
  awaitsKey?(): void;
  /** What encodes its pictures has failed, and is started again. */
  restarted?(): void;
  /** Once, and nothing after it. Not told of an end that was asked for. */
  ended(trouble: Trouble): void;
}

/** One attempt to get a stream: it is opened, gives pictures, and ends. */
export interface Source {
  /** Closes the session with the camera in its own way, so that the camera forgets it; done when that is done or in vain. */
  stop(): Promise<void>;
}

/** Begins at once. */
export type OpenSource = (events: SourceEvents) => Source;
