/** How media is to come, and how the camera says that it will (RFC 2326 §12.39). */
import { isIP } from 'node:net';

export type Way =
  | { readonly kind: 'tcp'; readonly media: number; readonly reports: number }
  | {
      readonly kind: 'udp';
      /** Where the camera takes reports; undefined where it does not say. */
      readonly media: number | undefined;
      readonly reports: number | undefined;
      /** Where it sends from, if not from where it answers. */
      readonly source: string | undefined;
    };

/** The first of the two channels of each medium, on the connection. */
export const channels = { video: 0, sound: 2 };

export function transportFor(clientPort: number | undefined, channel: number): string {
  return clientPort === undefined
    ? `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`
    : `RTP/AVP;unicast;client_port=${clientPort}-${clientPort + 1}`;
}

/** @param said the camera's answer; what is missing in it is as it was asked for */
export function parseTransport(
  said: string | undefined,
  asked: 'tcp' | 'udp',
  channel: number = channels.video,
): Way {
  const [first = ''] = (said ?? '').split(',');
  const [protocol = '', ...parts] = first.split(';').map((part) => part.trim());
  const field = (name: string): string | undefined =>
    parts.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const interleaved = pair(field('interleaved'), 255);
  const isTcp = /\/TCP$/i.test(protocol) || interleaved !== undefined;
  if (isTcp || (protocol === '' && asked === 'tcp')) {
    const [media = channel, reports = media + 1] = interleaved ?? [];
    return { kind: 'tcp', media, reports };
  }
  const [media, reports = media === undefined ? undefined : media + 1] =
    pair(field('server_port'), 65_535) ?? [];
  const source = field('source')?.replace(/^\[|\]$/g, '');
  const isAddress = source !== undefined && isIP(source) !== 0;
  return { kind: 'udp', media, reports, source: isAddress ? source : undefined };
}

function pair(text: string | undefined, most: number): [number, number?] | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '');
  if (!found) return undefined;
  const [first, second] = [Number(found[1]), found[2] === undefined ? undefined : Number(found[2])];
  return first > most || (second ?? 0) > most ? undefined : [first, second];
}
