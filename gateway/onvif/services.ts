/** Which services a camera has, and where: GetServices, and GetCapabilities of old ones. */
import { ownAddress } from './own-address.ts';
import { OnvifTrouble } from './trouble.ts';
import { all, find, textAt, type XmlElement } from './xml.ts';

export const namespaces = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  media2: 'http://www.onvif.org/ver20/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  events: 'http://www.onvif.org/ver10/events/wsdl',
  imaging: 'http://www.onvif.org/ver20/imaging/wsdl',
} as const;
export type ServiceName = keyof typeof namespaces;

export interface Services {
  readonly urls: ReadonlyMap<ServiceName, string>;
  /** Another host than its own that the camera named. */
  readonly other?: string | undefined;
}

export const askServices = `<GetServices xmlns="${namespaces.device}"><IncludeCapability>false</IncludeCapability></GetServices>`;
export const askCapabilities = `<GetCapabilities xmlns="${namespaces.device}"><Category>All</Category></GetCapabilities>`;

/** What cannot be an address of this camera is no service of it. */
export function servicesOf(own: URL, answer: XmlElement): Services {
  const said = all(answer, 'Service').map((service) => ({
    name: nameOf(textAt(service, 'Namespace')),
    address: textAt(service, 'XAddr'),
  }));
  return collected(own, said);
}

export function servicesOfCapabilities(own: URL, answer: XmlElement): Services {
  const of = find(answer, 'Capabilities');
  const said = (['Media', 'PTZ', 'Events', 'Imaging'] as const).map((name) => ({
    name: name.toLowerCase() as ServiceName,
    address: textAt(of, name, 'XAddr'),
  }));
  return collected(own, said);
}

function nameOf(namespace: string | undefined): ServiceName | undefined {
  return (Object.keys(namespaces) as ServiceName[]).find((name) => namespaces[name] === namespace);
}

function collected(
  own: URL,
  said: readonly { name: ServiceName | undefined; address: string | undefined }[],
): Services {
  const urls = new Map<ServiceName, string>();
  let other: string | undefined;
  for (const { name, address } of said) {
    if (!name || address === undefined || urls.has(name)) continue;
    try {
      const checked = ownAddress(own, address, ['http:', 'https:']);
      other ??= checked.other;
      urls.set(name, checked.url);
    } catch (error) {
      if (!(error instanceof OnvifTrouble)) throw error;
    }
  }
  urls.set('device', own.href);
  return { urls, other };
}
