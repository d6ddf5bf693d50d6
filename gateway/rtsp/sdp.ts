/** What a camera says of its streams (SDP, RFC 8866; its use in RTSP, RFC 2326 appendix C). */
import type { StreamFormat } from '../rtp/depacketizer.ts';
import { SourceTrouble } from './trouble.ts';

export interface MediaDescription {
  /** `RTP/AVP`, or another profile. */
  readonly protocol: string;
  readonly formats: readonly StreamFormat[];
  /** Where it is set up; relative or absolute. */
  readonly control: string | undefined;
  /** frames/s, as it says */
  readonly frameRate: number | undefined;
}

export interface Description {
  /** What the camera calls the session. */
  readonly name: string | undefined;
  /** Where all streams are played at once. */
  readonly control: string | undefined;
  readonly videos: readonly MediaDescription[];
  /** What can be heard of it; not what it would play itself (ONVIF's back channel). */
  readonly sounds: readonly MediaDescription[];
}

const mostLines = 2000;
const mostFormats = 32;
/** RFC 3551 §6 */
const fixedTypes: Readonly<Record<number, string>> = {
  ...{ 0: 'PCMU', 3: 'GSM', 4: 'G723', 8: 'PCMA', 9: 'G722', 10: 'L16', 11: 'L16' },
  ...{ 14: 'MPA', 15: 'G728', 18: 'G729', 26: 'JPEG', 31: 'H261', 32: 'MPV', 34: 'H263' },
};
/** Of what says none, Hz (RFC 3551 §6). */
const usualRates = { video: 90_000, audio: 8000 };
type Kind = keyof typeof usualRates;

interface Section {
  readonly media: string | undefined;
  readonly attributes: [name: string, value: string][];
}

/** Reads what it understands, and leaves the rest. */
export function parseDescription(text: string): Description {
  const sections: Section[] = [{ media: undefined, attributes: [] }];
  for (const line of text.split(/\r\n|\n|\r/, mostLines)) {
    if (line.startsWith('m=')) sections.push({ media: line.slice(2), attributes: [] });
    if (!line.startsWith('a=')) continue;
    const colon = line.indexOf(':');
    const [name, value] =
      colon < 0 ? [line.slice(2), ''] : [line.slice(2, colon), line.slice(colon + 1).trim()];
    sections.at(-1)?.attributes.push([name.trim().toLowerCase(), value]);
  }
  const [session, ...media] = sections;
  return {
    name: /^s=[ \t]*(\S.*?)\s*$/m.exec(text)?.[1],
    control: session && attribute(session, 'control'),
    videos: media.flatMap((section) => mediaOf(section, 'video') ?? []),
    sounds: media.flatMap((section) =>
      attribute(section, 'sendonly') === undefined ? (mediaOf(section, 'audio') ?? []) : [],
    ),
  };
}

function attribute({ attributes }: Section, name: string): string | undefined {
  return attributes.find(([own]) => own === name)?.[1];
}

function mediaOf(section: Section, wanted: Kind): MediaDescription | undefined {
  const [kind, , protocol = '', ...types] = (section.media ?? '').trim().split(/\s+/);
  if (kind !== wanted) return undefined;
  const payloadTypes = types.map(Number).filter((type) => type >= 0 && type < 128);
  const frameRate = Number(attribute(section, 'framerate'));
  return {
    protocol: protocol.toUpperCase(),
    formats: payloadTypes.slice(0, mostFormats).map((type) => formatOf(section, type, wanted)),
    control: attribute(section, 'control'),
    frameRate: frameRate > 0 && frameRate < 1000 ? frameRate : undefined,
  };
}

function formatOf(section: Section, payloadType: number, kind: Kind): StreamFormat {
  const of = (name: string): string | undefined =>
    section.attributes.find(
      ([own, value]) => own === name && parseInt(value, 10) === payloadType,
    )?.[1];
  const map = /^\d+\s+([^\s/]+)(?:\/(\d{1,9})(?:\/(\d{1,2}))?)?/.exec(of('rtpmap') ?? '');
  const parameters = new Map<string, string>();
  for (const part of (of('fmtp') ?? '').replace(/^\d+\s*/, '').split(';')) {
    const [name = '', ...value] = part.trim().split('=');
    if (name !== '') parameters.set(name.toLowerCase(), value.join('=').trim());
  }
  const [, width, height] = /^\d+\s+(\d{1,5})-(\d{1,5})$/.exec(of('framesize') ?? '') ?? [];
  return {
    size: width && height ? { width: Number(width), height: Number(height) } : undefined,
    encoding: (map?.[1] ?? fixedTypes[payloadType] ?? `payload type ${payloadType}`).toUpperCase(),
    payloadType,
    clockRate: Number(map?.[2] ?? 0) || usualRates[kind],
    channels: Number(map?.[3] ?? 0) || 1,
    parameters,
  };
}

export interface ChosenVideo extends MediaDescription {
  readonly format: StreamFormat;
}

/**
 * The first stream that can be taken.
 * @param accepted names of encodings
 * @throws SourceTrouble that names what there is instead
 */
export function chooseVideo({ videos }: Description, accepted: readonly string[]): ChosenVideo {
  if (videos.length === 0) throw new SourceTrouble('wrong-path', 'it has no video there');
  for (const video of videos) {
    const format = video.formats.find(({ encoding }) => accepted.includes(encoding));
    if (!format || /SAVP/.test(video.protocol)) continue;
    if (format.encoding === 'H264' && format.parameters.get('packetization-mode') === '2') continue;
    return { ...video, format };
  }
  const offered = videos.flatMap(({ formats, protocol }) =>
    formats.map(({ encoding, parameters }) => {
      const mode = parameters.get('packetization-mode') === '2' ? ', interleaved units' : '';
      return `${encoding}${mode}${/SAVP/.test(protocol) ? ', encrypted' : ''}`;
    }),
  );
  throw new SourceTrouble('unsupported-codec', [...new Set(offered)].join(' and '));
}
