/** How a profile's encoder works, set at the camera: what is not to change is said as it was read. */
import type { EncoderChange } from '../../server/contract/onvif.ts';
import type { OnvifDevice } from './device.ts';
import { profilesOf, type VideoProfile } from './media.ts';
import { namespaces } from './services.ts';
import { OnvifTrouble } from './trouble.ts';
import { escapeXml, find, textAt, type XmlElement } from './xml.ts';

const schema = 'http://www.onvif.org/ver10/schema';

/** @throws OnvifTrouble */
export async function setEncoder(
  device: OnvifDevice,
  token: string,
  change: EncoderChange,
): Promise<void> {
  const profile = (await profilesOf(device)).find((one) => one.token === token);
  const configuration = profile && (await configurationOf(device, profile));
  if (!profile || !configuration) {
    throw new OnvifTrouble('not-supported', 'it has no such profile with an encoder');
  }
  const { service } = profile;
  const body = written(changed(configuration, service, change), 'Configuration');
  const persistent = service === 'media' ? '<ForcePersistence>true</ForcePersistence>' : '';
  await device.call(
    service,
    `<SetVideoEncoderConfiguration xmlns="${namespaces[service]}" xmlns:tt="${schema}">${body}${persistent}</SetVideoEncoderConfiguration>`,
  );
}

async function configurationOf(
  device: OnvifDevice,
  { service, encoder }: VideoProfile,
): Promise<XmlElement | undefined> {
  if (!encoder) return undefined;
  const answer = await device.call(
    service,
    `<GetVideoEncoderConfigurations xmlns="${namespaces[service]}"/>`,
  );
  return answer.children.find(({ attributes }) => attributes.get('token') === encoder.token);
}

/** @throws OnvifTrouble where it has nothing that could be set */
function changed(
  configuration: XmlElement,
  service: VideoProfile['service'],
  change: EncoderChange,
): XmlElement {
  const values = new Map<string, string>();
  const note = (name: string, value: number | string | undefined): void => {
    if (value !== undefined) values.set(name, String(value));
  };
  note('GovLength', change.keyInterval);
  const isH264 = textAt(configuration, 'Encoding')?.toUpperCase() === 'H264';
  if (change.h264Profile !== undefined && !isH264)
    throw new OnvifTrouble('not-supported', 'its codec is not H264');
  if (service === 'media2') {
    note('Profile', change.h264Profile);
    return { ...configuration, attributes: new Map([...configuration.attributes, ...values]) };
  }
  note('H264Profile', change.h264Profile);
  const codec = find(configuration, 'H264') ?? find(configuration, 'MPEG4');
  if (!codec) throw new OnvifTrouble('not-supported', 'its codec has no key pictures');
  const inner = codec.children.map((child) => ({
    ...child,
    text: values.get(child.name) ?? child.text,
  }));
  const children = configuration.children.map((child) =>
    child === codec ? { ...codec, children: inner } : child,
  );
  return { ...configuration, children };
}

/** Extensions are of makers' own namespaces, and left as they are by saying nothing of them. */
function written(element: XmlElement, name = `tt:${element.name}`): string {
  const attributes = [...element.attributes]
    .filter(([key]) => !key.startsWith('xmlns') && key !== 'tt')
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const children = element.children.filter((child) => child.name !== 'Extension');
  const inner = children.map((child) => written(child)).join('') || escapeXml(element.text);
  return `<${name}${attributes.join('')}>${inner}</${name}>`;
}
