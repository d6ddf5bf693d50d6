/** What the controls are given, which are loaded when somebody steers. */
import type { Steering } from '../../../server/contract/steering.ts';
import type { Intents } from './intents.ts';

export interface ControlsProps {
  zone: string;
  steering: Steering;
  intents: Intents;
  /** The picture, which fills the same box. */
  video: HTMLVideoElement | undefined;
  /** The picture is that of now. */
  live: boolean;
  /** What belongs to the picture, and where keys mean the camera. */
  host: HTMLElement | null;
  /** Shows the picture large, where it is too small for the pad. */
  onenlarge: (() => void) | undefined;
  onleave: () => void;
  /** Says something where the eyes are. */
  onnotice: (words: string) => void;
}
