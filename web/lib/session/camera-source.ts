/** The picture that a camera page captures: always one camera at most. */
import { SendableVideo } from '../privacy/sendable-video.ts';
import { openCamera, type CaptureChoice, type FormerDevice } from './capture.ts';

export interface CameraSourceEvents {
  opened(video: SendableVideo): void;
  failed(error: unknown): void;
  /** The device went away while it filmed. */
  ended(): void;
}

export class CameraSource {
  readonly #events: CameraSourceEvents;
  #video: Promise<SendableVideo> | undefined;

  constructor(events: CameraSourceEvents) {
    this.#events = events;
  }

  /** The camera's picture, once it is there; undefined while no camera is opened. */
  get video(): Promise<SendableVideo> | undefined {
    return this.#video;
  }

  /** Opens the camera, after the one before is let go: many devices cannot be opened twice. */
  open(choice: CaptureChoice, former: FormerDevice): void {
    const before = (this.#video ?? Promise.resolve(undefined)).catch(() => undefined);
    const opening = before.then(async (video) => {
      video?.close();
      const camera = await openCamera(choice, former);
      return new SendableVideo(camera, (error) => this.#events.failed(error));
    });
    this.#video = opening;
    opening.then(
      (video) => {
        if (opening !== this.#video) return video.close();
        video.camera.addEventListener('ended', () => opening === this.#video && this.#lost());
        this.#events.opened(video);
      },
      (error: unknown) => {
        if (opening !== this.#video) return;
        this.#video = undefined;
        this.#events.failed(error);
      },
    );
  }

  /** Looks whether the camera is still there: not every browser tells at once. */
  async look(): Promise<void> {
    const opened = this.#video;
    const video = await opened?.catch(() => undefined);
    if (video?.camera.readyState === 'ended' && opened === this.#video) this.#lost();
  }

  close(): void {
    // A track that never came has nothing to stop; its reason was shown when it failed.
    this.#video?.then((video) => video.close()).catch(() => {});
    this.#video = undefined;
  }

  #lost(): void {
    this.close();
    this.#events.ended();
  }
}
