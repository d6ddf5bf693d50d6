/** Films one zone. */
import type { Device } from 'mediasoup-client';
import type { Request } from '../../../server/contract/events.ts';
import type { SpatialLayer } from '../../../server/contract/layers.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import { ZoneId, type ZoneSummary } from '../../../server/contract/zone.ts';
import { Meter } from '../figures/meter.svelte.ts';
import { stillOf } from '../privacy/still.ts';
import { demonstrationDevice } from '../demonstration/address.ts';
import { texts } from '../text/texts.ts';
import { Camera } from './camera.svelte.ts';
import type { CaptureChoice } from './capture.ts';
import { faultOf, type Fault } from './faults.ts';
import { observeDevices } from './observe-devices.ts';
import { Publisher } from './publisher.ts';
import { chosenCodec } from './remembered.ts';
import { reading, Session } from './session.svelte.ts';
import { Sound } from './sound.svelte.ts';
import { statusOf } from './status.ts';
import { actualCapture } from './whole-picture.ts';

/** With one of these another camera has the place: this one is a spare. */
const sparing = ['zone-occupied', 'session-replaced'];

export class CameraSession extends Session<Publisher> {
  readonly role = 'camera';
  zone = $state('');
  summary = $state.raw<ZoneSummary>();
  /** The picture as it is sent. */
  stream = $state.raw<MediaStream>();
  /** The picture without masks; for drawing them on this page only, and never sent. */
  unmasked = $state.raw<MediaStream>();
  /** The privacy masks in force. */
  masks = $state.raw<Masks>([]);
  /** The highest layer that the server asks for; null for none, undefined for all. */
  wanted = $state<SpatialLayer | null>();
  readonly asleep = $derived(this.wanted === null);
  readonly meter = new Meter();
  readonly sound = new Sound(() => this.media);
  readonly #camera = new Camera({
    opened: (video) => (this.unmasked = new MediaStream([video.camera])),
    failed: (error) => this.failed(error),
    ended: () => this.fail(faultOf('no-device', '')),
  });
  protected worked = $state(false);
  #hasMedia = $state(false);
  #masksTold = 0;
  readonly status = $derived(
    statusOf({
      role: this.role,
      active: this.active,
      failed: this.fault !== undefined,
      socketUp: this.connection.up,
      returning: this.returning || this.worked,
      joined: this.joined,
      hasMedia: this.#hasMedia,
      transportUp: this.transportUp,
      frames: this.meter.frames,
      silent: false, // What it sends itself is in its frames.
      asleep: this.asleep,
    }),
  );

  /** Starts; called again after a fault, it begins afresh. */
  async start(zone: string): Promise<void> {
    this.reset();
    this.zone = zone.trim().toUpperCase();
    this.#camera.recall(this.zone);
    // Its own zone is all that it looks for; an identifier that is none is refused by `claim`.
    const { data: pattern } = ZoneId.safeParse(this.zone);
    void this.connection.list.show(pattern ? { pattern, count: 1 } : { count: 0 });
    await this.begin();
  }

  /** The device, size and frame rate that are chosen. */
  get choice(): CaptureChoice {
    return this.#camera.choice;
  }

  /** A drawn picture is filmed, or would be. */
  get demonstrates(): boolean {
    return this.choice.deviceId === demonstrationDevice;
  }

  /** Films with another device, size or frame rate. */
  change(choice: Partial<CaptureChoice>): void {
    this.#camera.choose(choice);
    if (!this.active) return;
    if (this.#camera.video) this.#camera.open(this.zone, this.masks);
    if (this.waiting.fault) this.waiting.sooner();
    else void this.join();
  }

  protected override listen(signal: AbortSignal): void {
    super.listen(signal);
    this.connection.signaling.hear(
      {
        'zone:changed': ({ zone }) => {
          if (zone.id === this.zone) this.summary = zone;
        },
        'zones:changed': () => this.#lookForPlace(),
        'zones:withdrawn': ({ zones }) => {
          if (zones.includes(this.zone)) this.fail(faultOf('forbidden', ''));
        },
        'layers:wanted': ({ highest }) => this.#sendUpTo(highest),
        'masks:changed': ({ zone, masks }) => this.#changeMasks(zone, masks),
        'still:wanted': ({ zone }) => void this.#giveStill(zone),
      },
      signal,
    );
    observeDevices(() => this.#devicesChanged(), signal);
  }

  protected override prepare(): void {
    if (!this.#camera.video) this.#camera.open(this.zone, this.masks);
  }

  protected override async ready(): Promise<void> {
    await this.#camera.video?.catch(() => {});
  }

  protected open(device: Device): Publisher {
    const { signaling, page } = this.connection;
    return new Publisher(
      signaling,
      device,
      chosenCodec() ?? page.codec,
      () => this.mediaChanged(),
      () => this.renew(),
    );
  }

  protected async enter(publisher: Publisher): Promise<boolean> {
    const demonstration = this.demonstrates;
    const label = demonstration ? texts.demonstration.label : navigator.platform || 'camera';
    const told = this.#masksTold;
    const claimed = publisher.claim(this.zone, { label, demonstration }).then(({ zone, masks }) => {
      // What was told while the answer was on its way is never older than the answer.
      if (told === this.#masksTold) this.masks = masks;
      return zone;
    });
    const [zone] = await Promise.all([claimed, this.#camera.video]);
    if (!(await this.#sendVideo(publisher))) return false;
    void this.sound.send(); // Not waited for: the picture does not depend on it.
    this.summary = zone;
    return true;
  }

  /** Sends the camera's picture with the masks in force; false when it is not wanted any more. */
  async #sendVideo(publisher: Publisher): Promise<boolean> {
    const video = await this.#camera.video;
    let sent: MediaStreamTrack | undefined;
    while (publisher === this.media && video) {
      this.#camera.demandRightView(this.zone, this.masks, video);
      const track = video.trackWith(this.masks);
      if (track === sent) return true;
      this.stream = new MediaStream([track]);
      await publisher.sendVideo(track, actualCapture(video.camera.getSettings(), this.choice));
      sent = track; // Masks may have come meanwhile, and another track with them.
      void this.#camera.remember(this.zone, video);
    }
    return false;
  }

  protected override mediaChanged(): void {
    super.mediaChanged();
    this.#hasMedia = this.media?.hasMedia ?? false;
    if (!this.#hasMedia) this.meter.restart();
  }

  protected async read(publisher: Publisher): Promise<void> {
    const rows = await publisher.stats();
    if (rows.length === 0 || publisher !== this.media) return;
    this.meter.read(rows);
    if (this.meter.frames === 'flowing') this.worked = true;
    if (this.meter.timing.camera) this.latencies.tell(this.meter.timing.camera);
  }

  protected get pace(): number {
    return this.meter.frames === 'none' ? reading.soon : reading.usual;
  }

  protected release(fault?: Fault): void {
    this.sound.close();
    this.wanted = undefined;
    // A spare keeps its camera open: it is seen to work, and there at once when it is needed.
    if (!fault || !sparing.includes(fault.code)) {
      this.#camera.close();
      this.stream = undefined;
      this.unmasked = undefined;
    }
    this.stream ??= this.unmasked;
  }

  protected forget(): void {
    this.summary = undefined;
    this.masks = [];
    this.worked = false;
    this.meter.clear();
  }

  #changeMasks(zone: string, masks: Masks): void {
    if (!this.media || zone !== this.zone) return;
    this.#masksTold += 1;
    this.masks = masks;
    this.#camera.video
      ?.then((video) => video.trackWith(masks))
      .catch((error: unknown) => this.failed(error));
    void this.join(); // which confirms them
  }

  /** Asleep or not: the camera's picture is there, and masks are burnt into it before it is sent. */
  async #giveStill(zone: string): Promise<void> {
    const told = this.#masksTold;
    const answer = await this.#takeStill(zone).catch(() => ({
      missing: texts.session.still.noPicture,
    }));
    const sure = told === this.#masksTold;
    await this.connection.signaling
      .request('still', {
        zone,
        ...(sure ? answer : { missing: texts.session.still.masksChanged }),
      })
      // The server asks again when somebody wants to know.
      .catch(() => {});
  }

  async #takeStill(zone: string): Promise<Omit<Request<'still'>, 'zone'>> {
    const { still: words } = texts.session;
    const video = this.joined && zone === this.zone ? await this.#camera.video : undefined;
    if (!video || !this.media) return { missing: words.notReady };
    this.#camera.demandRightView(this.zone, this.masks, video);
    const picture = await stillOf(video.trackWith(this.masks));
    return picture ? { still: { picture, age: 0 } } : { missing: words.noPicture };
  }

  #sendUpTo(highest: SpatialLayer | null): void {
    if (!this.media) return;
    if ((highest === null) !== this.asleep) this.meter.restart();
    this.wanted = highest;
    this.media.sendUpTo(highest).catch((error: unknown) => this.failed(error));
  }

  /** The camera that had the place may be gone. */
  #lookForPlace(): void {
    if (this.waiting.fault?.code !== 'zone-occupied') return;
    const zone = this.connection.list.find(this.zone);
    if (!zone || zone.camera === 'idle' || zone.camera === 'stalled') this.waiting.sooner();
  }

  #devicesChanged(): void {
    if (this.waiting.fault && this.waiting.fault.code !== 'zone-occupied') this.waiting.sooner();
    else this.#camera.look();
    if (this.sound.fault) void this.sound.send();
  }
}
