/**
 * A camera may speak for itself alone. Whatever address it names (of a service, a stream, a subscription, a picture), the
 * host that is set is the one that is asked; else a camera could have the gateway ask anything in the site's network.
 */
import { OnvifTrouble } from './trouble.ts';

/** Ports that a camera may name on its own host beside the one that is set; others below 1024 are other services. */
const usual = { 'http:': 80, 'https:': 443, 'rtsp:': 554, 'rtsps:': 322 } as const;
type Scheme = keyof typeof usual;
const firstFree = 1024;
const longest = 1000;

export interface OwnAddress {
  readonly url: string;
  /** The host that the camera named, where it is another one. */
  readonly other?: string;
}

/**
 * @param own the device's URL as it is set
 * @param said by the camera
 * @param schemes what is expected
 * @throws OnvifTrouble `not-onvif` where it is no address of this camera
 */
export function ownAddress(own: URL, said: string, schemes: readonly Scheme[]): OwnAddress {
  const text = said.trim();
  if (text.length > longest || !URL.canParse(text)) refuse('no address');
  const named = new URL(text);
  const scheme = schemes.find((one) => one === named.protocol);
  if (!scheme) refuse(`an address by ${named.protocol.slice(0, 20)}`);
  const isOther = named.hostname !== own.hostname;
  const isWeb = scheme === 'http:' || scheme === 'https:';
  // Behind another address its ports are other ones, too; and what is set by TLS is not asked in plain text.
  const asSet = isWeb && (isOther || scheme !== own.protocol);
  const protocol = asSet ? (own.protocol as Scheme) : scheme;
  const port = asSet ? portOf(own) : portOf(named);
  const isAllowed =
    port === portOf(own) || port >= firstFree || Object.values<number>(usual).includes(port);
  if (!isAllowed) refuse(`port ${port}`);
  const place = port === usual[protocol] ? own.hostname : `${own.hostname}:${port}`;
  const url = `${protocol}//${place}${named.pathname}${named.search}`;
  return isOther ? { url, other: named.hostname.slice(0, 100) } : { url };
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? usual[protocol as Scheme] : Number(port);
}

function refuse(what: string): never {
  throw new OnvifTrouble('not-onvif', `it names ${what} as its own`);
}
