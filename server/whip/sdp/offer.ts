/** An offer of WHIP or WHEP as plain data (RFC 9725 §4.2, RFC 9429): each of its media, and what all of them go over. */
import type { DtlsParameters } from '../../contract/media.ts';
import { malformed, readDescription, type Attributes, type MediaSection } from './description.ts';
import { checkCandidates, credentialsOf, type IceCredentials } from './ice.ts';

export const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;
export type Direction = (typeof directions)[number];

export interface OfferedCodec {
  readonly payloadType: number;
  /** As in `video/H264`. */
  readonly mimeType: string;
  readonly clockRate: number;
  readonly channels: number | undefined;
  /** Of a=fmtp; numbers where they look like it. */
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly rtcpFeedback: readonly { readonly type: string; readonly parameter?: string }[];
}

export interface OfferedExtension {
  readonly id: number;
  readonly uri: string;
  /** Of the offerer: in which packets it is to be (RFC 8285 §6). */
  readonly direction: Exclude<Direction, 'inactive'>;
}

/** One layer of simulcast (RFC 8851, RFC 8853). */
export interface OfferedLayer {
  readonly rid: string;
  readonly paused: boolean;
  /** By which of the offer's payload types; undefined for any. */
  readonly payloadTypes: readonly number[] | undefined;
  /** Such as `max-width`. */
  readonly restrictions: ReadonlyMap<string, number>;
}

/** One stream that is known by its number. */
export interface OfferedSource {
  readonly ssrc: number;
  readonly rtx: number | undefined;
}

export interface OfferedMedia {
  readonly kind: string;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly mid: string | undefined;
  /** The offerer does not use it (RFC 3264 §5.1). */
  readonly unused: boolean;
  readonly direction: Direction;
  readonly rtcpMux: boolean;
  /** It has no way without (RFC 8858). */
  readonly rtcpMuxOnly: boolean;
  readonly rtcpReducedSize: boolean;
  /** In the order of preference. */
  readonly codecs: readonly OfferedCodec[];
  readonly extensions: readonly OfferedExtension[];
  /** As `a=simulcast:send` lists them; of one layer where there is a=rid alone; else none. */
  readonly layers: readonly OfferedLayer[];
  /** The smallest first, where a group says so. */
  readonly sources: readonly OfferedSource[];
  readonly cname: string | undefined;
}

export interface Offer {
  readonly ice: IceCredentials;
  /** Of the client, with the role that it is to have. */
  readonly dtls: DtlsParameters & { readonly role: 'client' | 'server' };
  /** In the order of the offer, which the answer has to keep. */
  readonly media: readonly OfferedMedia[];
  /** Of the media that are to share one way. */
  readonly bundle: readonly string[];
}

/** Bytes of each kind of hash (RFC 8122 §5). */
const hashes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;
type Hash = keyof typeof hashes;
const mostLayers = 16;

/** @throws RefusedError `invalid-request` with what is wrong, in words */
export function readOffer(text: string): Offer {
  const { attributes, media } = readDescription(text);
  if (media.length === 0) throw malformed('it has no media');
  const sections = media.map((one) => readSection(one, attributes));
  distinct(
    sections.flatMap(({ mid }) => mid ?? []),
    'a=mid',
  );
  const first = media.find((_, at) => !sections[at]?.unused && isMedia(sections[at]));
  if (!first) throw malformed('it has neither audio nor video');
  checkCandidates([attributes, ...media.map((one) => one.attributes)]);
  const ice = credentialsOf(first.attributes, attributes, ...media.map((one) => one.attributes));
  if (!ice) throw malformed('it has no ICE (a=ice-ufrag and a=ice-pwd)');
  const groups = attributes.all('group').filter((group) => /^BUNDLE(\s|$)/.test(group));
  return {
    ice,
    dtls: dtlsOf(first.attributes, attributes),
    media: sections,
    bundle: (groups[0] ?? '').split(/\s+/).slice(1).filter(Boolean),
  };
}

export function isMedia(media: Pick<OfferedMedia, 'kind'> | undefined): boolean {
  return media?.kind === 'audio' || media?.kind === 'video';
}

/** Those that are in the packets that the offerer sends, or receives: of each name the first. */
export function extensionsFor(
  { extensions }: Pick<OfferedMedia, 'extensions'>,
  way: 'send' | 'recv',
): OfferedExtension[] {
  const uris = new Set<string>();
  return extensions.filter(
    ({ uri, direction }) => direction.includes(way) && !uris.has(uri) && uris.add(uri),
  );
}

/** Whether two of its media go over one way, as all that are taken have to. */
export function shareWay({ bundle }: Offer, one: OfferedMedia, other: OfferedMedia): boolean {
  const bundled = ({ mid }: OfferedMedia): boolean => mid !== undefined && bundle.includes(mid);
  return one === other || (bundled(one) && bundled(other));
}

function readSection(section: MediaSection, session: Attributes): OfferedMedia {
  const { kind, port, protocol, formats, attributes } = section;
  const mid = attributes.first('mid')?.trim();
  if (mid !== undefined && !/^[\w!#$%&'*+\-.^`{|}~]{1,64}$/.test(mid)) {
    throw malformed('one of its a=mid is none');
  }
  const isUsed = port !== 0 || attributes.has('bundle-only');
  const said = directions.find((one) => attributes.has(one) || session.has(one));
  const own = directions.find((one) => attributes.has(one));
  return {
    ...{ kind, protocol, formats, mid },
    unused: !isUsed,
    direction: own ?? said ?? 'sendrecv',
    rtcpMux: attributes.has('rtcp-mux'),
    rtcpMuxOnly: attributes.has('rtcp-mux-only'),
    rtcpReducedSize: attributes.has('rtcp-rsize'),
    ...(isMedia({ kind }) ? mediaOf(section, session) : nothing),
  };
}

const nothing = { codecs: [], extensions: [], layers: [], sources: [], cname: undefined };

function mediaOf(section: MediaSection, session: Attributes) {
  const { attributes } = section;
  return {
    codecs: codecsOf(section),
    // Said once for all, or of each (RFC 8285 §6).
    extensions: extensionsOf(attributes.has('extmap') ? attributes : session),
    layers: layersOf(attributes),
    ...sourcesOf(attributes),
  };
}

function codecsOf({ kind, formats, attributes }: MediaSection): OfferedCodec[] {
  const maps = byPayloadType(attributes.all('rtpmap'));
  const settings = byPayloadType(attributes.all('fmtp'));
  const feedback = attributes.all('rtcp-fb').map((line) => line.trim().split(/\s+/));
  const payloadTypes = [...new Set(formats)].filter((format) => /^\d{1,3}$/.test(format));
  return payloadTypes.flatMap((format) => {
    const payloadType = Number(format);
    const [, name, clockRate, channels] =
      /^([\w.-]{1,32})\/(\d{1,6})(?:\/(\d{1,2}))?$/.exec(maps.get(payloadType) ?? '') ?? [];
    // Payload types without a name are those of old telephones.
    if (name === undefined || payloadType > 127) return [];
    return {
      ...{ payloadType, mimeType: `${kind}/${name}`, clockRate: Number(clockRate) },
      channels: channels === undefined ? undefined : Number(channels),
      parameters: parametersOf(settings.get(payloadType) ?? ''),
      rtcpFeedback: feedback.flatMap(([of = '', type = '', parameter]) => {
        if (of !== '*' && Number(of) !== payloadType) return [];
        return parameter === undefined ? { type } : { type, parameter };
      }),
    };
  });
}

function byPayloadType(lines: readonly string[]): Map<number, string> {
  return new Map(
    lines.flatMap((line) => {
      const [, payloadType, rest = ''] = /^(\d{1,3})\s+(.*)$/.exec(line) ?? [];
      return payloadType === undefined ? [] : [[Number(payloadType), rest.trim()] as const];
    }),
  );
}

function parametersOf(text: string): Record<string, string | number> {
  const pairs = text.split(';').flatMap((pair) => {
    const [, name, value = ''] = /^\s*([\w-]{1,64})\s*=\s*(.{1,200}?)\s*$/.exec(pair) ?? [];
    if (name === undefined || name === '__proto__') return [];
    // As a number only what is written as one: 42001 may be a profile, and 0042 is none.
    const number = Number(value);
    return [[name.toLowerCase(), String(number) === value && !isHexName(name) ? number : value]];
  });
  return Object.fromEntries(pairs.slice(0, 32)) as Record<string, string | number>;
}

function isHexName(name: string): boolean {
  return name.toLowerCase() === 'profile-level-id';
}

function extensionsOf(attributes: Attributes): OfferedExtension[] {
  const all = attributes.all('extmap').flatMap((line) => {
    const [, id, direction, uri] =
      /^(\d{1,5})(?:\/(\w+))? (\S{1,255})(?: .*)?$/.exec(line.trim()) ?? [];
    const way = directions.find((one) => one === (direction ?? 'sendrecv'));
    if (uri === undefined || way === undefined || way === 'inactive') return [];
    return { id: Number(id), uri, direction: way };
  });
  distinct(
    all.map(({ id }) => String(id)),
    'a=extmap',
  );
  return all;
}

function layersOf(attributes: Attributes): OfferedLayer[] {
  const described = new Map(
    attributes.all('rid').flatMap((line) => {
      const [, rid, restrictions = ''] = /^([\w-]{1,16}) send(?: (.*))?$/.exec(line.trim()) ?? [];
      return rid === undefined ? [] : [[rid, restrictions] as const];
    }),
  );
  const simulcast = attributes.first('simulcast');
  const [, list = ''] = /(?:^|\s)send\s+(\S+)/.exec(simulcast ?? '') ?? [];
  if (simulcast !== undefined && list === '') return [];
  const named =
    list === ''
      ? [...described.keys()].slice(0, 1)
      : list.split(';').map((alternatives) => alternatives.split(',')[0] ?? '');
  if (named.length > mostLayers) throw malformed(`it has more than ${mostLayers} layers`);
  const layers = named.map((name) => {
    const rid = name.replace(/^~/, '');
    const restrictions = described.get(rid);
    if (restrictions === undefined) throw malformed('its a=simulcast names a layer without a=rid');
    return { rid, paused: rid !== name, ...restrictionsOf(restrictions) };
  });
  distinct(
    layers.map(({ rid }) => rid),
    'a=rid',
  );
  return layers;
}

function restrictionsOf(text: string): Pick<OfferedLayer, 'payloadTypes' | 'restrictions'> {
  const pairs = text.split(';').map((pair) => pair.trim().split('='));
  const payloadTypes = pairs
    .find(([name]) => name === 'pt')?.[1]
    ?.split(',')
    .map(Number);
  const numbers = pairs.flatMap(([name = '', value = '']) =>
    /^max-[\w-]{1,16}$/.test(name) && /^\d{1,9}$/.test(value)
      ? [[name, Number(value)] as const]
      : [],
  );
  return { payloadTypes, restrictions: new Map(numbers) };
}

function sourcesOf(attributes: Attributes): Pick<OfferedMedia, 'sources' | 'cname'> {
  const lines = attributes.all('ssrc').map((line) => /^(\d{1,10})(?: (.*))?$/.exec(line.trim()));
  const numbers = lines.flatMap((line) => ssrcOf(line?.[1]));
  const cname = lines.map((line) => /^cname:([\x21-\x7e]{1,128})$/.exec(line?.[2] ?? '')?.[1]);
  const groups = attributes.all('ssrc-group').map((line) => {
    const [semantics = '', ...members] = line.trim().split(/\s+/);
    return { semantics, members: members.flatMap((one) => ssrcOf(one)) };
  });
  const repairs = new Map(
    groups.flatMap(({ semantics, members: [of, by] }) =>
      semantics === 'FID' && of !== undefined && by !== undefined ? [[of, by] as const] : [],
    ),
  );
  const layers = groups.find(({ semantics }) => semantics === 'SIM')?.members.slice(0, mostLayers);
  const first = numbers.find((ssrc) => ![...repairs.values()].includes(ssrc));
  const media = layers ?? (first === undefined ? [] : [first]);
  return {
    sources: media.map((ssrc) => ({ ssrc, rtx: repairs.get(ssrc) })),
    cname: cname.find((name) => name !== undefined),
  };
}

function ssrcOf(text: string | undefined): number[] {
  const ssrc = Number(text);
  return Number.isInteger(ssrc) && ssrc > 0 && ssrc <= 0xffffffff ? [ssrc] : [];
}

function dtlsOf(...places: readonly Attributes[]): Offer['dtls'] {
  const said = places.map((place) => place.all('fingerprint')).find((all) => all.length > 0) ?? [];
  if (said.length === 0) throw malformed('it has no a=fingerprint');
  const fingerprints = said.slice(0, 8).flatMap((line) => {
    const [, name = '', value = ''] = /^(\S+)\s+(\S+)$/.exec(line.trim()) ?? [];
    const algorithm = name.toLowerCase();
    if (!isHash(algorithm)) return [];
    const pairs = value.split(':');
    const fits = pairs.every((pair) => /^[0-9a-f]{2}$/i.test(pair));
    if (!fits || pairs.length !== hashes[algorithm]) throw malformed('its a=fingerprint is none');
    return { algorithm, value: value.toUpperCase() };
  });
  if (fingerprints.length === 0) {
    throw malformed(`its a=fingerprint is of none of ${Object.keys(hashes).join(', ')}`);
  }
  const setup = places.map((place) => place.first('setup')).find((value) => value !== undefined);
  // Without it whoever offers is the one that begins (RFC 4145 §4).
  return { role: roleOf(setup?.trim() ?? 'active'), fingerprints };
}

/** Of the client: it begins where it may, since this server cannot reach one behind a firewall. */
function roleOf(setup: string): 'client' | 'server' {
  if (setup === 'actpass' || setup === 'active') return 'client';
  if (setup === 'passive') return 'server';
  throw malformed('its a=setup is none of actpass, active, passive');
}

function isHash(name: string): name is Hash {
  return Object.hasOwn(hashes, name);
}

function distinct(values: readonly string[], of: string): void {
  if (new Set(values).size < values.length) throw malformed(`two of its ${of} are the same`);
}
