/** The camera that a zone is filmed with: chosen by hand, or the one of before. */
import type { Masks } from '../../../server/contract/privacy.ts';
import type { SendableVideo } from '../privacy/sendable-video.ts';
import { CameraSource, type CameraSourceEvents } from './camera-source.ts';
import { cameraDevices, CaptureError, type CaptureChoice } from './capture.ts';
import { filmedBefore, rememberFilmed } from './filmed.ts';

export class Camera {
  choice = $state<CaptureChoice>({ deviceId: '', width: 1280, height: 720, frameRate: 30 });
  readonly #source: CameraSource;
  #chosenByHand = false;

  constructor(events: CameraSourceEvents) {
    this.#source = new CameraSource(events);
  }

  /** The picture, once it is there; undefined while no camera is opened. */
  get video(): Promise<SendableVideo> | undefined {
    return this.#source.video;
  }

  /** Another device, size or rate, from the next opening on. */
  choose(choice: Partial<CaptureChoice>): void {
    this.choice = { ...this.choice, ...choice };
    this.#chosenByHand = true;
  }

  /** Takes what the zone was filmed with before, unless someone has chosen since the page was loaded. */
  recall(zone: string): void {
    if (!this.#chosenByHand) this.choice = filmedBefore(zone)?.choice ?? this.choice;
  }

  /** Where no device was chosen, that of before; once there are masks, no other one. */
  open(zone: string, masks: Masks): void {
    const deviceId = filmedBefore(zone)?.device ?? '';
    // What someone chose is kept at once, not only when it is sent: the page may be reloaded before that.
    if (this.#chosenByHand) rememberFilmed(zone, this.choice, this.choice.deviceId || deviceId);
    this.#source.open(this.choice, { deviceId, required: masks.length > 0 });
  }

  /** @throws CaptureError `other-device` when the zone's masks were drawn for another camera's view */
  demandRightView(zone: string, masks: Masks, { device }: SendableVideo): void {
    const before = filmedBefore(zone)?.device ?? '';
    if (masks.length === 0 || this.choice.deviceId || !before || before === device) return;
    throw new CaptureError('other-device');
  }

  /** Keeps over a reload what the zone is filmed with now. */
  async remember(zone: string, { device }: SendableVideo): Promise<void> {
    const { choice } = this;
    const devices = await cameraDevices();
    // A picture that is no device's has an id that means nothing after a reload.
    const listed = devices.some(({ deviceId }) => deviceId === device);
    rememberFilmed(zone, choice, listed ? device : '');
  }

  /** Looks whether the camera is still there. */
  look(): void {
    void this.#source.look();
  }

  close(): void {
    this.#source.close();
  }
}
