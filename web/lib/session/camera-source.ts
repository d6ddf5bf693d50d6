/** The tracks that a camera page captures: always one camera at most, and the microphone when asked for. */
import { openCamera, openMicrophone, type CaptureChoice } from './capture.ts';

export interface CameraSourceEvents {
  opened(track: MediaStreamTrack): void;
  failed(error: unknown): void;
  /** The device went away while it filmed. */
  ended(): void;
}

export class CameraSource {
  readonly #events: CameraSourceEvents;
  #video: Promise<MediaStreamTrack> | undefined;
  #audio: MediaStreamTrack | undefined;

  constructor(events: CameraSourceEvents) {
    this.#events = events;
  }

  /** The camera's track, once it is there; undefined while no camera is opened. */
  get video(): Promise<MediaStreamTrack> | undefined {
    return this.#video;
  }

  /** Opens the camera, after the former one is let go: many devices cannot be opened twice. */
  open(choice: CaptureChoice): void {
    const opening = (this.#video ?? Promise.resolve(undefined)).then((former) => {
      former?.stop();
      return openCamera(choice);
    });
    this.#video = opening;
    opening.then(
      (track) => {
        if (opening !== this.#video) return track.stop();
        track.addEventListener('ended', () => this.#events.ended());
        this.#events.opened(track);
      },
      (error: unknown) => this.#events.failed(error),
    );
  }

  /** @throws CaptureError */
  async microphone(): Promise<MediaStreamTrack> {
    this.#audio ??= await openMicrophone();
    return this.#audio;
  }

  closeMicrophone(): void {
    this.#audio?.stop();
    this.#audio = undefined;
  }

  close(): void {
    // A track that never came has nothing to stop; its reason was shown when it failed.
    this.#video?.then((track) => track.stop()).catch(() => {});
    this.#video = undefined;
    this.closeMicrophone();
  }
}
