/** What a camera may say of its media: what browsers and gateways say is taken, what none says is not. */
import { expect, test } from 'vitest';
import { CameraRtpParameters } from '../../server/contract/camera-media.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import type { MediaKind } from '../../server/contract/media.ts';
import { usableParameters } from '../../server/media/camera-media.ts';

const feedback = [
  { type: 'goog-remb', parameter: '' },
  { type: 'transport-cc', parameter: '' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'nack', parameter: '' },
  { type: 'nack', parameter: 'pli' },
];
const vp8 = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90000, rtcpFeedback: feedback };
const rtx = {
  mimeType: 'video/rtx',
  payloadType: 97,
  clockRate: 90000,
  parameters: { apt: 96 },
  rtcpFeedback: [],
};
const mid = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {} };
const rid = { uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 10 };
const simple = { mid: '0', codecs: [vp8], encodings: [{ ssrc: 1111 }] };
const h264 = {
  mimeType: 'video/H264',
  payloadType: 103,
  clockRate: 90000,
  parameters: {
    'level-asymmetry-allowed': 1,
    'packetization-mode': 1,
    'profile-level-id': '42e01f',
  },
};
const av1 = {
  mimeType: 'video/AV1',
  payloadType: 45,
  clockRate: 90000,
  parameters: { 'level-idx': 5, profile: 0, tier: 0 },
};

const usual: Record<string, [MediaKind, object]> = {
  'VP8 of Chromium in three layers': [
    'video',
    {
      mid: '0',
      codecs: [vp8, rtx],
      headerExtensions: [mid, rid],
      encodings: ['r0', 'r1', 'r2'].map((name, at) => ({
        ...{ active: true, rid: name, scaleResolutionDownBy: 4 / 2 ** at, dtx: false },
        ...{ scalabilityMode: 'L1T3', maxBitrate: 155_000 },
      })),
      rtcp: { cname: 'LvE8D1PZqdBdg4Yb', reducedSize: true, mux: true },
      msid: '- 5fbfc1a3-7a1a-4a30-b9f0-6e8d6b4b5f0e',
    },
  ],
  'H264 of Firefox': [
    'video',
    {
      mid: '1',
      codecs: [h264, { ...rtx, parameters: { apt: 103 } }],
      encodings: [{ ssrc: 3_900_000_001, rtx: { ssrc: 3_900_000_002 }, active: true }],
      rtcp: { cname: '{4bd2d04a-ad94-4d5b-b1bc-5c1a6a7c5f5e}' },
      msid: '{8f1f3fd2-5d2b-4c3c-9d63-6d8ff3f8b2de} {aa2a2b5e-1f5e-4d2d-8f63-0d8ff3f8b2de}',
    },
  ],
  'VP9 in spatial layers of one stream': [
    'video',
    {
      mid: '0',
      codecs: [{ ...vp8, mimeType: 'video/VP9', parameters: { 'profile-id': 0 } }, rtx],
      encodings: [{ ssrc: 5, rtx: { ssrc: 6 }, scalabilityMode: 'L3T3_KEY' }],
    },
  ],
  AV1: ['video', { mid: '0', codecs: [av1], encodings: [{ ssrc: 5, scalabilityMode: 'L1T3' }] }],
  sound: [
    'audio',
    {
      mid: '1',
      codecs: [
        {
          ...{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48000, channels: 2 },
          parameters: { minptime: 10, useinbandfec: 1, 'sprop-stereo': 1, usedtx: 1 },
          rtcpFeedback: [{ type: 'transport-cc', parameter: '' }],
        },
      ],
      encodings: [{ ssrc: 77, dtx: false }],
    },
  ],
  'one stream that is known by its mid': ['video', { mid: '0', codecs: [vp8], encodings: [{}] }],
};

test.each(Object.entries(usual))('%s is taken', (_name, [kind, parameters]) => {
  const usable = usableParameters(kind, CameraRtpParameters.parse(parameters));
  expect(usable.encodings).toHaveLength((parameters as { encodings: [] }).encodings.length);
});

test('what is not used is left out', () => {
  const usable = usableParameters(
    'video',
    CameraRtpParameters.parse({
      ...simple,
      codecs: [{ ...vp8, rtcpFeedback: [...feedback, { type: 'rrtr' }] }],
      headerExtensions: [mid, { uri: 'urn:3gpp:video-orientation', id: 9 }],
      encodings: [{ ssrc: 1111, rtx: { ssrc: 2222 }, codecPayloadType: 96 }],
    }),
  );
  expect(usable.headerExtensions).toEqual([{ uri: mid.uri, id: mid.id }]);
  expect(usable.encodings).toEqual([{ ssrc: 1111 }]);
  expect(usable.codecs[0]?.rtcpFeedback).toEqual(feedback);
});

test('a worker without the mends gets no extension that it copies at the length it came with, and AV1 then has no layers', () => {
  const dependencies =
    'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';
  const parameters = CameraRtpParameters.parse({
    ...{ mid: '0', codecs: [av1], headerExtensions: [mid, { uri: dependencies, id: 8 }] },
    encodings: [{ ssrc: 1111, scalabilityMode: 'L3T3' }],
  });
  const mended = usableParameters('video', parameters);
  expect(mended.headerExtensions).toHaveLength(2);
  expect(mended.encodings).toEqual([{ ssrc: 1111, scalabilityMode: 'L3T3' }]);
  const official = usableParameters('video', parameters, []);
  expect(official.headerExtensions).toEqual([{ uri: mid.uri, id: mid.id }]);
  expect(official.encodings).toEqual([{ ssrc: 1111 }]);
});

const malformed: Record<string, object> = {
  'no codec': { ...simple, codecs: [] },
  'a payload type of RTCP': { ...simple, codecs: [{ ...vp8, payloadType: 72 }] },
  'two codecs of one payload type': { ...simple, codecs: [vp8, { ...rtx, payloadType: 96 }] },
  'an extension id of the two-byte form': { ...simple, headerExtensions: [{ ...mid, id: 15 }] },
  'two extensions of one id': { ...simple, headerExtensions: [mid, { ...rid, id: mid.id }] },
  'one extension twice': { ...simple, headerExtensions: [mid, { ...mid, id: 5 }] },
  'four layers': { ...simple, encodings: [1, 2, 3, 4].map((ssrc) => ({ ssrc })) },
  'no layer': { ...simple, encodings: [] },
  'layers that cannot be told apart': { ...simple, encodings: [{ ssrc: 1 }, {}] },
  'one SSRC twice': { ...simple, encodings: [{ ssrc: 1, rtx: { ssrc: 1 } }] },
  'one RID twice': { ...simple, encodings: [{ rid: 'a' }, { rid: 'a' }] },
  'an SSRC of 0': { ...simple, encodings: [{ ssrc: 0 }] },
  'more layers than anyone has': {
    ...simple,
    encodings: [{ ssrc: 1, scalabilityMode: 'L99T99' }],
  },
  'a bit rate that does not fit': { ...simple, encodings: [{ ssrc: 1, maxBitrate: 2 ** 33 }] },
  'a long mid': { ...simple, mid: 'm'.repeat(17) },
  'a mid that is no token': { ...simple, mid: 'a b' },
  'a long cname': { ...simple, rtcp: { cname: 'c'.repeat(129) } },
  'a cname of other letters': { ...simple, rtcp: { cname: 'käme' } },
  'many settings of a codec': {
    ...simple,
    codecs: [
      { ...vp8, parameters: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [n, 1])) },
    ],
  },
  'a setting that is no integer': { ...simple, codecs: [{ ...vp8, parameters: { x: 1e300 } }] },
};

test.each(Object.entries(malformed))('%s is malformed', (_name, parameters) => {
  expect(CameraRtpParameters.safeParse(parameters).success).toBe(false);
});

const unusable: Record<string, [MediaKind, object]> = {
  'a codec that is not offered': [
    'video',
    { ...simple, codecs: [{ ...vp8, mimeType: 'video/H265' }] },
  ],
  'another clock': ['video', { ...simple, codecs: [{ ...vp8, clockRate: 48000 }] }],
  'sound as video': ['audio', simple],
  'two codecs': ['video', { ...simple, codecs: [vp8, h264] }],
  'retransmissions of another codec': [
    'video',
    { ...simple, codecs: [vp8, { ...rtx, parameters: { apt: 98 } }] },
  ],
  'retransmissions alone': ['video', { ...simple, codecs: [rtx] }],
  'error correction': [
    'video',
    { ...simple, codecs: [vp8, { ...rtx, mimeType: 'video/ulpfec', parameters: {} }] },
  ],
  'spatial layers of VP8 in one stream': [
    'video',
    { ...simple, encodings: [{ ssrc: 1, scalabilityMode: 'L3T3' }] },
  ],
  'streams of AV1': ['video', { ...simple, codecs: [av1], encodings: [{ ssrc: 1 }, { ssrc: 2 }] }],
};

test.each(Object.entries(unusable))('%s is refused in words', (_name, [kind, parameters]) => {
  const parsed = CameraRtpParameters.parse(parameters);
  expect(() => usableParameters(kind, parsed)).toThrow(RefusedError);
  expect(() => usableParameters(kind, parsed)).toThrow(/cannot be used: .+\./);
});
