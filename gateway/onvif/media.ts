/** What a camera offers to be seen: profiles, addresses of streams and stills, by media 2 where it has it, else media 1. */
import type { OnvifDevice } from './device.ts';
import { namespaces } from './services.ts';
import { isOfService, OnvifTrouble } from './trouble.ts';
import { all, escapeXml, find, numberAt, numberOf, textAt, type XmlElement } from './xml.ts';

export type MediaService = 'media' | 'media2';

/** What is used of a device here. */
export type MediaDevice = Pick<OnvifDevice, 'call' | 'has' | 'own'>;

/** How a profile's video is encoded. */
export interface EncoderFacts {
  readonly token: string;
  /** `H264`, `H265`, `JPEG` … */
  readonly codec: string;
  readonly profile?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Most pictures a second. */
  readonly frameRate?: number | undefined;
  /** Most bit/s. */
  readonly bitRate?: number | undefined;
  /** From one key picture to the next, pictures. */
  readonly keyInterval?: number | undefined;
}

export interface VideoProfile {
  readonly token: string;
  /** Not a name of one profile alone: some cameras give two the same. */
  readonly name: string;
  /** The service that knows the token. */
  readonly service: MediaService;
  /** What it films with; two of one source are the same picture. */
  readonly source?: string | undefined;
  readonly encoder?: EncoderFacts | undefined;
  /** Whether it can be moved by this profile. */
  readonly hasPtz: boolean;
}

/** More are left out. */
export const mostProfiles = 64;

/** @returns those with video, each token once. @throws OnvifTrouble */
export async function profilesOf(device: MediaDevice): Promise<VideoProfile[]> {
  if (await device.has('media2')) {
    try {
      const found = await profilesBy(device, 'media2');
      if (found.length > 0 || !(await device.has('media'))) return found;
    } catch (error) {
      if (!isOfService(error) || !(await device.has('media'))) throw error;
    }
  }
  return profilesBy(device, 'media');
}

async function profilesBy(device: MediaDevice, service: MediaService): Promise<VideoProfile[]> {
  const kinds = service === 'media2' ? '<Type>All</Type>' : '';
  const answer = await device.call(
    service,
    `<GetProfiles xmlns="${namespaces[service]}">${kinds}</GetProfiles>`,
  );
  const byToken = new Map<string, VideoProfile>();
  for (const element of all(answer, 'Profiles').slice(0, mostProfiles)) {
    const profile = service === 'media2' ? profileOf2(element) : profileOf1(element);
    if (profile && !byToken.has(profile.token)) byToken.set(profile.token, profile);
  }
  return [...byToken.values()];
}

/**
 * Where a profile's stream is pulled from: the camera's own address, without name and password.
 * @throws OnvifTrouble
 */
export async function streamOf(
  device: MediaDevice,
  { token, service }: Pick<VideoProfile, 'token' | 'service'>,
): Promise<string> {
  const profile = `<ProfileToken>${escapeXml(token)}</ProfileToken>`;
  const body =
    service === 'media2'
      ? `<GetStreamUri xmlns="${namespaces.media2}"><Protocol>RTSP</Protocol>${profile}</GetStreamUri>`
      : `<GetStreamUri xmlns="${namespaces.media}"><StreamSetup>` +
        '<Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream>' +
        '<Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>RTSP</Protocol></Transport>' +
        `</StreamSetup>${profile}</GetStreamUri>`;
  const answer = await device.call(service, body);
  return device.own(uriIn(answer), ['rtsp:', 'rtsps:']).url;
}

function uriIn(answer: XmlElement): string {
  const said = textAt(answer, 'Uri') ?? textAt(answer, 'MediaUri', 'Uri');
  if (said === undefined) throw new OnvifTrouble('not-onvif', 'it names no address');
  return said;
}

function profileOf1(element: XmlElement): VideoProfile | undefined {
  const token = element.attributes.get('token');
  const source = find(element, 'VideoSourceConfiguration');
  const encoder = find(element, 'VideoEncoderConfiguration');
  if (!token || !(source ?? encoder)) return undefined;
  return {
    ...{ token, name: textAt(element, 'Name')?.slice(0, 64) ?? token, service: 'media' },
    source: textAt(source, 'SourceToken'),
    encoder: encoder && encoderOf1(encoder),
    hasPtz: find(element, 'PTZConfiguration') !== undefined,
  };
}

function profileOf2(element: XmlElement): VideoProfile | undefined {
  const token = element.attributes.get('token');
  const source = find(element, 'Configurations', 'VideoSource');
  const encoder = find(element, 'Configurations', 'VideoEncoder');
  if (!token || !(source ?? encoder)) return undefined;
  return {
    ...{ token, name: textAt(element, 'Name')?.slice(0, 64) ?? token, service: 'media2' },
    source: textAt(source, 'SourceToken'),
    encoder: encoder && encoderOf2(encoder),
    hasPtz: find(element, 'Configurations', 'PTZ') !== undefined,
  };
}

/** bit in what is said as kbit */
const kilo = 1000;

function sizeAndRates(element: XmlElement): Omit<EncoderFacts, 'token'> {
  const rate = numberAt(element, 'RateControl', 'BitrateLimit');
  return {
    codec: (textAt(element, 'Encoding') ?? '').toUpperCase().slice(0, 32),
    width: numberAt(element, 'Resolution', 'Width'),
    height: numberAt(element, 'Resolution', 'Height'),
    frameRate: numberAt(element, 'RateControl', 'FrameRateLimit'),
    bitRate: rate === undefined ? undefined : rate * kilo,
  };
}

export function encoderOf1(element: XmlElement): EncoderFacts {
  const kind = find(element, 'H264') ?? find(element, 'MPEG4');
  return {
    token: element.attributes.get('token') ?? '',
    ...sizeAndRates(element),
    profile: (textAt(kind, 'H264Profile') ?? textAt(kind, 'Mpeg4Profile'))?.slice(0, 32),
    keyInterval: numberAt(kind, 'GovLength'),
  };
}

export function encoderOf2(element: XmlElement): EncoderFacts {
  return {
    token: element.attributes.get('token') ?? '',
    ...sizeAndRates(element),
    profile: element.attributes.get('Profile')?.slice(0, 32),
    keyInterval: numberOf(element.attributes.get('GovLength')),
  };
}
