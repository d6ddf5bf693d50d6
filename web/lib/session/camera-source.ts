/** The tracks that a camera page captures: always one camera at most, and the microphone when asked for. */
import { SendableVideo } from '../privacy/sendable-video.ts';
import { openCamera, openMicrophone, type CaptureChoice } from './capture.ts';

export interface CameraSourceEvents {
  opened(video: SendableVideo): void;
  failed(error: unknown): void;
  /** The device went away while it filmed. */
  ended(): void;
}

export class CameraSource {
  readonly #events: CameraSourceEvents;
  #video: Promise<SendableVideo> | undefined;
  #audio: MediaStreamTrack | undefined;

  constructor(events: CameraSourceEvents) {
    this.#events = events;
  }

  /** The camera's picture, once it is there; undefined while no camera is opened. */
  get video(): Promise<SendableVideo> | undefined {
    return this.#video;
  }

  /** Opens the camera, after the former one is let go: many devices cannot be opened twice. */
  open(choice: CaptureChoice): void {
    const opening = (this.#video ?? Promise.resolve(undefined)).then(async (former) => {
      former?.close();
      return new SendableVideo(await openCamera(choice), (error) => this.#events.failed(error));
    });
    this.#video = opening;
    opening.then(
      (video) => {
        if (opening !== this.#video) return video.close();
        video.camera.addEventListener('ended', () => this.#events.ended());
        this.#events.opened(video);
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
    this.#video?.then((video) => video.close()).catch(() => {});
    this.#video = undefined;
    this.closeMicrophone();
  }
}
