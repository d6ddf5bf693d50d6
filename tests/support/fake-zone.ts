/** Cameras and viewers without a browser, a socket or media: what a zone tells them is kept. */
import type { CaptureSize, SpatialLayer } from '../../server/contract/layers.ts';
import type { MediaKind } from '../../server/contract/media.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { ZoneSummary } from '../../server/contract/zone.ts';
import type { Camera, DeviceWindow, Ending, Received } from '../../server/zones/camera.ts';
import type { LayerStack, Wanted } from '../../server/zones/layer-choice.ts';
import { KeyWishes } from '../../server/zones/key-wishes.ts';
import { LayerLimit } from '../../server/zones/layer-limit.ts';
import type { Producer } from '../../server/zones/producer.ts';
import type { Viewer } from '../../server/zones/viewer.ts';
import { Zones } from '../../server/zones/zones.ts';

export const noNotice = {
  ...{ purpose: '', controller: '', retention: '', legal_basis: '', contact: '' },
};

/** Zones with the times of the default configuration. */
export function fakeZones(listed: string[] = []): Zones {
  const times = { stalledAfter: 2000, claimTimeout: 60_000, warmUp: 10_000, linger: 2000 };
  return new Zones({ times, usualBitRate: 8_000_000 }, noNotice, listed);
}

let made = 0;

export class FakeProducer implements Producer {
  readonly id = `producer-${(made += 1)}`;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  readonly limit: LayerLimit;
  /** As of one that takes no requests by its media. */
  readonly keyWishes: KeyWishes;
  closed = false;

  /** @param sizes of its layers, the smallest first */
  constructor(kind: MediaKind, sizes: readonly CaptureSize[]) {
    this.kind = kind;
    this.layers = { count: sizes.length, sizes };
    this.limit = new LayerLimit(sizes.length - 1);
    this.keyWishes = new KeyWishes(sizes.length - 1);
  }

  close(): void {
    this.closed = true;
  }
}

export const size = (width: number, height: number): CaptureSize => ({ width, height });

/** The picture of a camera of 1280×720. */
export function fakeVideo(...sizes: CaptureSize[]): FakeProducer {
  const usual = [size(320, 180), size(640, 360), size(1280, 720)];
  return new FakeProducer('video', sizes.length > 0 ? sizes : usual);
}

export class FakeCamera implements Camera {
  label = 'gate';
  readonly peer = 'camera';
  canMask = true;
  reachable = true;
  window: DeviceWindow | undefined;
  maxBitrate: number | undefined;
  sendsUnasked = true;
  /** Bytes that have come from it; undefined without a connection. */
  bytes: Received | undefined = { media: 0, any: 0 };
  /** What it was told. */
  readonly wanted: (SpatialLayer | null)[] = [];
  readonly limits: number[] = [];
  readonly keys: SpatialLayer[] = [];
  readonly masks: Masks[] = [];
  readonly states: string[] = [];
  readonly endings: (Ending | undefined)[] = [];

  async received(): Promise<Received | undefined> {
    return this.bytes;
  }

  /** Some media comes from it. @param bytes of RTP */
  send(bytes = 1000): void {
    const { media, any } = this.bytes ?? { media: 0, any: 0 };
    this.bytes = { media: media + bytes, any: any + bytes };
  }

  /** Shows that it lives, as by ICE's checks, and sends no media. */
  breathe(): void {
    const { media, any } = this.bytes ?? { media: 0, any: 0 };
    this.bytes = { media, any: any + 100 };
  }

  sendUpTo(highest: SpatialLayer | null): void {
    this.wanted.push(highest);
  }

  sendAtMost(bitRate: number): void {
    this.limits.push(bitRate);
  }

  askForKey(layer: SpatialLayer): void {
    this.keys.push(layer);
  }

  burnIn(masks: Masks): void {
    this.masks.push(masks);
  }

  tell({ camera }: ZoneSummary): void {
    this.states.push(camera);
  }

  ended(ending: Ending | undefined): void {
    this.endings.push(ending);
  }
}

export class FakeViewer implements Viewer {
  wants: Wanted;
  /** Whether its connection is up. */
  up = true;
  /** The layer that still comes to it. */
  needed: SpatialLayer | null = null;
  readonly offered: string[] = [];
  readonly retracted: string[] = [];
  readonly told: ZoneSummary[] = [];

  constructor(wants: Wanted = { ...size(320, 180), visible: true }) {
    this.wants = wants;
  }

  receives(): boolean {
    return this.up;
  }

  needs(): SpatialLayer | null {
    return this.needed;
  }

  offer({ id }: Producer): void {
    this.offered.push(id);
  }

  /** Of those, which may not be shown any longer. */
  readonly blanked: string[] = [];

  retract(producerId: string, blank: boolean): void {
    this.retracted.push(producerId);
    if (blank) this.blanked.push(producerId);
  }

  tell(zone: ZoneSummary): void {
    this.told.push(zone);
  }
}
