/** Turning a camera by ONVIF's PTZ service (PTZ Service Specification 23.06), in the generic spaces. */
import type { Position } from '../../server/contract/privacy.ts';
import type { Abilities } from '../../server/contract/steering.ts';
import { mostPresets } from '../../server/contract/steering.ts';
import type {
  Look,
  PlacedPreset,
  RealMove,
  Steerable,
  SteerableFacts,
} from '../steering/steerable.ts';
import type { OnvifDevice } from './device.ts';
import { areaIn, centreIn, type Turn } from './picture-moves.ts';
import { spacesOf, type Spaces } from './ptz-spaces.ts';
import { namespaces } from './services.ts';
import { OnvifTrouble, onvifTroubleOf } from './trouble.ts';
import { all, escapeXml, find, numberAt, numberOf, textAt, type XmlElement } from './xml.ts';

/** How long the camera may take, ms: whoever stops it waits for nothing longer. */
const within = { stop: 1500, move: 2000, look: 2000, facts: 5000 };

const types = 'http://www.onvif.org/ver10/schema';
const noCentre = 'The camera does not tell what its picture covers, so it cannot be centred.';

interface Node {
  readonly spaces: Spaces;
  readonly abilities: Abilities;
}

export class OnvifPtz implements Steerable {
  readonly #device: OnvifDevice;
  readonly #profileOf: () => Promise<string | undefined>;
  #profile = '';
  #node: Node | undefined;
  /** Where it stood last, as far as it tells. */
  #position: Position | undefined;

  /** @param profileOf the token of the media profile by which it is turned; undefined where none can be */
  constructor(device: OnvifDevice, profileOf: () => Promise<string | undefined>) {
    this.#device = device;
    this.#profileOf = profileOf;
  }

  async facts(): Promise<SteerableFacts | undefined> {
    try {
      if (!(await this.#device.has('ptz'))) return undefined;
      const profile = await this.#profileOf();
      if (profile === undefined) return undefined;
      this.#profile = profile;
      this.#node = nodeOf(await this.#call('GetNodes', '', within.facts, false));
    } catch (error) {
      if (onvifTroubleOf(error).code === 'not-supported') return undefined;
      throw inWords(error);
    }
    if (!this.#node) return undefined;
    return { abilities: this.#node.abilities, presets: await this.presets() };
  }

  async presets(): Promise<readonly PlacedPreset[]> {
    if (!this.#node || this.#node.abilities.presets === 0) return [];
    const answer = await this.#ask('GetPresets', '', within.facts);
    const known = new Map<string, PlacedPreset>();
    for (const element of all(answer, 'Preset')) {
      const token = element.attributes.get('token') ?? '';
      if (token === '' || token.length > 64 || known.size >= mostPresets) continue;
      const name = textAt(element, 'Name')?.slice(0, 64) ?? '';
      const position = this.#positionIn(find(element, 'PTZPosition'));
      known.set(token, { token, name, ...(position && { position }) });
    }
    return [...known.values()];
  }

  async move(move: RealMove, hold: number): Promise<void> {
    const node = this.#demandNode();
    switch (move.kind) {
      case 'continuous': {
        const velocity = this.#vector('Velocity', move, node.spaces.velocity);
        const timeout = `<Timeout>PT${Math.max(1, Math.round(hold / 1000))}S</Timeout>`;
        return void (await this.#ask('ContinuousMove', velocity + timeout, within.move));
      }
      case 'relative':
        if (!node.spaces.translation.panTilt && !node.spaces.translation.zoom) {
          return refuse('The camera cannot be turned by steps of its range.');
        }
        return this.#turn({ ...move, ofPicture: false });
      case 'centre':
        return this.#turn(centreIn(move, node.spaces, this.#position) ?? refuse(noCentre));
      case 'area':
        return this.#turn(areaIn(move, node.spaces, this.#position) ?? refuse(noCentre));
      case 'absolute': {
        const position = this.#vector('Position', move, node.spaces.position);
        return void (await this.#ask('AbsoluteMove', position, within.move));
      }
      case 'preset': {
        const token = `<PresetToken>${escapeXml(move.preset)}</PresetToken>`;
        return void (await this.#ask('GotoPreset', token, within.move));
      }
      case 'home':
        return void (await this.#ask('GotoHomePosition', '', within.move));
    }
  }

  async stop(): Promise<void> {
    const all = '<PanTilt>true</PanTilt><Zoom>true</Zoom>';
    await this.#ask('Stop', all, within.stop);
  }

  async look(): Promise<Look> {
    let answer: XmlElement;
    try {
      answer = await this.#call('GetStatus', '', within.look);
    } catch (error) {
      const { code } = onvifTroubleOf(error);
      // It is there, and does not tell.
      if (code === 'not-supported' || code === 'refused') return {};
      throw inWords(error);
    }
    const status = find(answer, 'PTZStatus');
    const position = this.#positionIn(find(status, 'Position'));
    this.#position = position;
    const moving = movingIn(find(status, 'MoveStatus'));
    return { ...(moving === undefined ? {} : { moving }), ...(position && { position }) };
  }

  async savePreset(name: string, token?: string): Promise<void> {
    const named = `<PresetName>${escapeXml(name)}</PresetName>`;
    const place = token === undefined ? '' : `<PresetToken>${escapeXml(token)}</PresetToken>`;
    await this.#ask('SetPreset', named + place, within.move);
  }

  async removePreset(token: string): Promise<void> {
    const named = `<PresetToken>${escapeXml(token)}</PresetToken>`;
    await this.#ask('RemovePreset', named, within.move);
  }

  /** By so much, in its own ranges. */
  async #turn(turn: Turn): Promise<void> {
    const { translation, fov } = this.#demandNode().spaces;
    const panTilt = turn.ofPicture ? fov : translation.panTilt;
    const way = { panTilt, zoom: translation.zoom };
    const space = turn.ofPicture ? ` space="${escapeXml(fov?.uri ?? '')}"` : '';
    await this.#ask('RelativeMove', this.#vector('Translation', turn, way, space), within.move);
  }

  #vector(
    name: string,
    { pan, tilt, zoom }: Position,
    { panTilt, zoom: along }: Spaces['velocity'],
    space = '',
  ): string {
    const turned = panTilt
      ? `<PanTilt xmlns="${types}" x="${panTilt.x.of(pan)}" y="${panTilt.y.of(tilt)}"${space}/>`
      : '';
    const zoomed = along ? `<Zoom xmlns="${types}" x="${along.of(zoom)}"/>` : '';
    return `<${name}>${turned}${zoomed}</${name}>`;
  }

  /** Undefined where it does not tell, or in units of which nothing is known. */
  #positionIn(element: XmlElement | undefined): Position | undefined {
    const { panTilt, zoom } = this.#node?.spaces.position ?? {};
    const read = (part: string, axis: string): number | undefined =>
      numberOf(find(element, part)?.attributes.get(axis));
    const [pan, tilt] = [read('PanTilt', 'x'), read('PanTilt', 'y')];
    const zoomed = read('Zoom', 'x');
    if ((pan === undefined || tilt === undefined) && zoomed === undefined) return undefined;
    return {
      pan: pan === undefined ? 0 : (panTilt?.x.from(pan) ?? pan),
      tilt: tilt === undefined ? 0 : (panTilt?.y.from(tilt) ?? tilt),
      zoom: zoomed === undefined ? 0 : (zoom?.from(zoomed) ?? zoomed),
    };
  }

  #demandNode(): Node {
    return this.#node ?? refuse('The camera has not said yet how it can be turned.');
  }

  /** @throws Error in words for people */
  async #ask(operation: string, about: string, time: number): Promise<XmlElement> {
    try {
      return await this.#call(operation, about, time);
    } catch (error) {
      throw inWords(error);
    }
  }

  /** @throws OnvifTrouble */
  #call(operation: string, about: string, time: number, ofProfile = true): Promise<XmlElement> {
    const profile = ofProfile ? `<ProfileToken>${escapeXml(this.#profile)}</ProfileToken>` : '';
    const body = `<${operation} xmlns="${namespaces.ptz}">${profile}${about}</${operation}>`;
    return this.#device.call('ptz', body, { within: time });
  }
}

/** What the first of its nodes can: a camera has one for each thing that it turns. */
function nodeOf(answer: XmlElement): Node | undefined {
  const node = find(answer, 'PTZNode');
  if (!node) return undefined;
  const spaces = spacesOf(find(node, 'SupportedPTZSpaces'));
  const { velocity, translation, position, fov } = spaces;
  const has = ({ panTilt, zoom }: Spaces['velocity']): boolean => Boolean(panTilt ?? zoom);
  const abilities: Abilities = {
    continuous: has(velocity),
    relative: has(translation) || fov !== undefined,
    absolute: has(position),
    zoom: Boolean(velocity.zoom ?? translation.zoom ?? position.zoom),
    home: textAt(node, 'HomeSupported') === 'true',
    presets: Math.min(100_000, Math.max(0, numberAt(node, 'MaximumNumberOfPresets') ?? 0)),
  };
  const { continuous, relative, absolute, home, presets } = abilities;
  const isTurned = continuous || relative || absolute || home || presets > 0;
  return isTurned ? { spaces, abilities } : undefined;
}

/** Undefined where it does not tell, or does not know. */
function movingIn(status: XmlElement | undefined): boolean | undefined {
  const said = [textAt(status, 'PanTilt'), textAt(status, 'Zoom')].map((text) =>
    text?.toUpperCase(),
  );
  if (said.includes('MOVING')) return true;
  return said.includes('IDLE') ? false : undefined;
}

function inWords(error: unknown): Error {
  const { code, message } = onvifTroubleOf(error);
  switch (code) {
    case 'unreachable':
      return new Error('The camera does not answer.');
    case 'wrong-password':
    case 'forbidden':
      return new Error('The camera refuses its user this.');
    default:
      return new Error(`The camera refuses this: ${message}.`.slice(0, 300));
  }
}

function refuse(why: string): never {
  throw new OnvifTrouble('refused', why);
}
