/** Which of an offer's codecs this server has, by the rules of each (RFC 6184 §8.2.2 for H264). */
import { generateProfileLevelIdStringForAnswer, isSameProfile } from 'h264-profile-level-id';
import type { RtpCapabilities } from '../../contract/media.ts';
import type { AnsweredCodec } from './answer.ts';
import {
  extensionsFor,
  type OfferedCodec,
  type OfferedExtension,
  type OfferedMedia,
} from './offer.ts';

type Ability = RtpCapabilities['codecs'][number];

/** A codec that both sides have, and its retransmissions (RFC 4588) where the offer has them. */
export interface SharedCodec {
  readonly offered: OfferedCodec;
  readonly rtx: OfferedCodec | undefined;
  /** What the answer says of them, the retransmissions last. */
  readonly answered: readonly AnsweredCodec[];
}

/** All that both have, in the order of the offer. */
export function sharedCodecs(media: OfferedMedia, able: RtpCapabilities): SharedCodec[] {
  return media.codecs.flatMap((offered) => {
    if (isRetransmission(offered)) return [];
    const ability = able.codecs.find((one) => one.kind === media.kind && fits(offered, one));
    if (!ability) return [];
    const rtx = media.codecs.find(
      (one) => isRetransmission(one) && one.parameters.apt === offered.payloadType,
    );
    const answered = [answeredOf(offered, ability), ...(rtx ? [plain(rtx)] : [])];
    return { offered, rtx, answered };
  });
}

/**
 * The header extensions that both have of what the offerer sends, with its ids: those of the one-byte form
 * (RFC 8285 §4.2).
 */
export function sharedExtensions(media: OfferedMedia, able: RtpCapabilities): OfferedExtension[] {
  const known = new Set(
    able.headerExtensions.filter(({ kind }) => kind === media.kind).map(({ uri }) => uri),
  );
  return extensionsFor(media, 'send').filter(
    ({ id, uri }) => known.has(uri) && id >= 1 && id <= 14,
  );
}

export function isRetransmission({ mimeType }: Pick<OfferedCodec, 'mimeType'>): boolean {
  return /^video\/rtx$/i.test(mimeType);
}

function fits(offered: OfferedCodec, ability: Ability): boolean {
  const name = ability.mimeType.toLowerCase();
  if (offered.mimeType.toLowerCase() !== name || offered.clockRate !== ability.clockRate) {
    return false;
  }
  const { parameters } = offered;
  const own = ability.parameters ?? {};
  switch (name) {
    case 'video/h264':
      return (
        (parameters['packetization-mode'] ?? 0) === (own['packetization-mode'] ?? 0) &&
        isSameProfile(texts(parameters), texts(own))
      );
    case 'video/vp9':
      return (parameters['profile-id'] ?? 0) === (own['profile-id'] ?? 0);
    case 'video/av1':
      return (parameters.profile ?? 0) === (own.profile ?? 0);
    case 'audio/opus':
      return offered.channels === ability.channels;
    default:
      return true;
  }
}

function answeredOf(offered: OfferedCodec, ability: Ability): AnsweredCodec {
  const feedback = (ability.rtcpFeedback ?? []).map(
    ({ type, parameter }) => `${type} ${parameter ?? ''}`,
  );
  const rtcpFeedback = offered.rtcpFeedback.filter(({ type, parameter }) =>
    feedback.includes(`${type} ${parameter ?? ''}`),
  );
  return { ...offered, parameters: settingsOf(offered, ability), rtcpFeedback };
}

function settingsOf({ parameters, mimeType }: OfferedCodec, ability: Ability) {
  if (mimeType.toLowerCase() !== 'video/h264') return parameters;
  const own = ability.parameters ?? {};
  const level = generateProfileLevelIdStringForAnswer(texts(own), texts(parameters));
  return {
    'level-asymmetry-allowed': 1,
    'packetization-mode': own['packetization-mode'] ?? 0,
    ...(level === null ? {} : { 'profile-level-id': level }),
  };
}

function plain(codec: OfferedCodec): AnsweredCodec {
  return { ...codec, rtcpFeedback: [] };
}

function texts(parameters: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, `${value}`]));
}
