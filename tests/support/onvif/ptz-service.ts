/** A device's motor, and the PTZ service by which it is turned (PTZ Service Specification 23.06). */
import { all, at, escapeXml, textAt, type XmlElement } from './xml.ts';
import type { DeviceService } from './device.ts';
import { Fault } from './fault.ts';

export interface Place {
  readonly pan: number;
  readonly tilt: number;
  readonly zoom: number;
}

export interface PtzSettings {
  /** By token. */
  readonly presets?: Readonly<Record<string, { name: string; place: Place }>>;
  readonly mostPresets?: number;
  /** What it does not tell, or does not have. */
  readonly lacks?: readonly ('moving' | 'position' | 'preset-places' | 'fov' | 'relative')[];
  /** The ranges of its pan and tilt, in place of the generic ones. */
  readonly range?: { readonly least: number; readonly most: number };
}

/** By so much of its range it turns in a second at full speed, and on its way to a place. */
const speed = 1;

/** Turns in real time. */
export class Motor {
  #place: Place = { pan: 0, tilt: 0, zoom: 0 };
  #velocity: Place | undefined;
  #target: Place | undefined;
  /** ms of `performance.now()` */
  #since = performance.now();
  #ends = Infinity;

  /** Where it is now. */
  get place(): Place {
    this.#go();
    return this.#place;
  }

  get moves(): boolean {
    this.#go();
    return this.#velocity !== undefined || this.#target !== undefined;
  }

  /** @param time after which it stops by itself, ms */
  turn(velocity: Place, time: number): void {
    this.stop();
    const goes = velocity.pan !== 0 || velocity.tilt !== 0 || velocity.zoom !== 0;
    if (goes) [this.#velocity, this.#ends] = [velocity, performance.now() + time];
  }

  goTo(target: Place): void {
    this.stop();
    this.#target = target;
  }

  stop(): void {
    this.#go();
    this.#velocity = undefined;
    this.#target = undefined;
    this.#ends = Infinity;
  }

  #go(): void {
    const now = performance.now();
    const until = Math.min(now, this.#ends);
    const far = (speed * Math.max(0, until - this.#since)) / 1000;
    this.#since = now;
    const [velocity, target] = [this.#velocity, this.#target];
    const each = (move: (axis: keyof Place) => number): Place => ({
      ...{ pan: move('pan'), tilt: move('tilt'), zoom: move('zoom') },
    });
    const inside = (value: number, axis: keyof Place): number =>
      Math.min(1, Math.max(axis === 'zoom' ? 0 : -1, value));
    if (velocity) {
      this.#place = each((axis) => inside(this.#place[axis] + velocity[axis] * far, axis));
      if (now >= this.#ends) this.#velocity = undefined;
    }
    if (!target) return;
    this.#place = each((axis) => {
      const left = inside(target[axis], axis) - this.#place[axis];
      return this.#place[axis] + Math.sign(left) * Math.min(Math.abs(left), far);
    });
    const isThere = (Object.keys(target) as (keyof Place)[]).every(
      (axis) => Math.abs(inside(target[axis], axis) - this.#place[axis]) < 1e-9,
    );
    if (isThere) this.#target = undefined;
  }
}

const generic = 'http://www.onvif.org/ver10/tptz';

export class PtzService implements DeviceService {
  readonly path = '/onvif/ptz';
  readonly namespace = 'http://www.onvif.org/ver20/ptz/wsdl';
  readonly motor = new Motor();
  readonly presets: Map<string, { name: string; place: Place }>;
  readonly #settings: PtzSettings;
  #made = 0;

  constructor(settings: PtzSettings = {}) {
    this.#settings = settings;
    this.presets = new Map(Object.entries(settings.presets ?? {}));
  }

  readonly operations: DeviceService['operations'] = {
    GetNodes: () => this.#node,
    GetStatus: () => {
      const { place, moves } = this.motor;
      const state = moves ? 'MOVING' : 'IDLE';
      const moving = `<tt:MoveStatus><tt:PanTilt>${state}</tt:PanTilt><tt:Zoom>${state}</tt:Zoom></tt:MoveStatus>`;
      return (
        `<r:PTZStatus>${this.#lacks('position') ? '' : this.#vector('tt:Position', place)}` +
        `${this.#lacks('moving') ? '' : moving}<tt:UtcTime>2026-11-27T00:00:00Z</tt:UtcTime></r:PTZStatus>`
      );
    },
    GetPresets: () =>
      [...this.presets]
        .map(([token, { name, place }]) => {
          const where = this.#lacks('preset-places') ? '' : this.#vector('tt:PTZPosition', place);
          return `<r:Preset token="${escapeXml(token)}"><tt:Name>${escapeXml(name)}</tt:Name>${where}</r:Preset>`;
        })
        .join(''),
    ContinuousMove: (asked) => {
      const [, seconds = '10'] = /^PT([\d.]+)S$/.exec(textAt(asked, 'Timeout') ?? '') ?? [];
      this.motor.turn(this.#read(at(asked, 'Velocity')), Number(seconds) * 1000);
      return '';
    },
    RelativeMove: (asked) => {
      const by = at(asked, 'Translation');
      const isOfPicture = at(by, 'PanTilt')?.attributes.get('space')?.endsWith('Fov') ?? false;
      const isKnown = isOfPicture ? !this.#lacks('fov') : !this.#lacks('relative');
      if (!isKnown) throw new Fault('Sender', 'SpaceNotSupported', 'no such space');
      const { pan, tilt, zoom } = this.#read(by);
      const { place } = this.motor;
      // Its picture is a tenth of its range.
      const scale = isOfPicture ? 0.1 : 1;
      const to = { pan: place.pan + pan * scale, tilt: place.tilt + tilt * scale };
      this.motor.goTo({ ...to, zoom: place.zoom + zoom });
      return '';
    },
    AbsoluteMove: (asked) => {
      const { pan, tilt, zoom } = this.#read(at(asked, 'Position'));
      const { least = -1, most = 1 } = this.#settings.range ?? {};
      const from = (value: number): number => (2 * (value - least)) / (most - least) - 1;
      this.motor.goTo({ pan: from(pan), tilt: from(tilt), zoom });
      return '';
    },
    GotoPreset: (asked) => {
      this.motor.goTo(this.#preset(asked).place);
      return '';
    },
    GotoHomePosition: () => {
      this.motor.goTo({ pan: 0, tilt: 0, zoom: 0 });
      return '';
    },
    Stop: () => {
      this.motor.stop();
      return '';
    },
    SetPreset: (asked) => {
      const token = textAt(asked, 'PresetToken') ?? `p${(this.#made += 1)}`;
      const name = textAt(asked, 'PresetName') ?? token;
      if (!this.presets.has(token) && this.presets.size >= this.#most) {
        throw new Fault('Receiver', 'TooManyPresets', 'no room for one more');
      }
      this.presets.set(token, { name, place: this.motor.place });
      return `<r:PresetToken>${escapeXml(token)}</r:PresetToken>`;
    },
    RemovePreset: (asked) => {
      this.#preset(asked);
      this.presets.delete(textAt(asked, 'PresetToken') ?? '');
      return '';
    },
  };

  get #most(): number {
    return this.#settings.mostPresets ?? 8;
  }

  #lacks(what: NonNullable<PtzSettings['lacks']>[number]): boolean {
    return this.#settings.lacks?.includes(what) ?? false;
  }

  #preset(asked: XmlElement): { name: string; place: Place } {
    const preset = this.presets.get(textAt(asked, 'PresetToken') ?? '');
    if (!preset) throw new Fault('Sender', 'NoToken', 'no such preset');
    return preset;
  }

  get #node(): string {
    const { least = -1, most = 1 } = this.#settings.range ?? {};
    const range = (name: string, from: number, to: number): string =>
      `<tt:${name}><tt:Min>${from}</tt:Min><tt:Max>${to}</tt:Max></tt:${name}>`;
    const plane = (name: string, uri: string, from = -1, to = 1): string =>
      `<tt:${name}><tt:URI>${generic}/PanTiltSpaces/${uri}</tt:URI>${range('XRange', from, to)}${range('YRange', from, to)}</tt:${name}>`;
    const line = (name: string, uri: string, from: number): string =>
      `<tt:${name}><tt:URI>${generic}/ZoomSpaces/${uri}</tt:URI>${range('XRange', from, 1)}</tt:${name}>`;
    const relative = 'RelativePanTiltTranslationSpace';
    return (
      '<r:PTZNode token="node"><tt:Name>dome</tt:Name><tt:SupportedPTZSpaces>' +
      plane('AbsolutePanTiltPositionSpace', 'PositionGenericSpace', least, most) +
      line('AbsoluteZoomPositionSpace', 'PositionGenericSpace', 0) +
      (this.#lacks('relative') ? '' : plane(relative, 'TranslationGenericSpace')) +
      (this.#lacks('fov') ? '' : plane(relative, 'TranslationSpaceFov')) +
      line('RelativeZoomTranslationSpace', 'TranslationGenericSpace', -1) +
      plane('ContinuousPanTiltVelocitySpace', 'VelocityGenericSpace') +
      line('ContinuousZoomVelocitySpace', 'VelocityGenericSpace', -1) +
      `</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>${this.#most}</tt:MaximumNumberOfPresets>` +
      '<tt:HomeSupported>true</tt:HomeSupported></r:PTZNode>'
    );
  }

  /** Of the camera's own range. */
  get #scale(): (value: number) => number {
    const { least = -1, most = 1 } = this.#settings.range ?? {};
    return (value) => least + ((value + 1) / 2) * (most - least);
  }

  #vector(name: string, { pan, tilt, zoom }: Place): string {
    const turned = `<tt:PanTilt x="${this.#scale(pan)}" y="${this.#scale(tilt)}"/>`;
    return `<${name}>${turned}<tt:Zoom x="${zoom}"/></${name}>`;
  }

  #read(vector: XmlElement | undefined): Place {
    const axis = (part: string, name: string): number => {
      const found = all(vector, part)[0]?.attributes.get(name);
      const value = found === undefined ? 0 : Number(found);
      if (!Number.isFinite(value)) throw new Fault('Sender', 'InvalidArgVal', 'no number');
      return value;
    };
    return { pan: axis('PanTilt', 'x'), tilt: axis('PanTilt', 'y'), zoom: axis('Zoom', 'x') };
  }
}
