/** What is taken of the offers of players, as several programs make them, and by which numbers. */
import { expect, test } from 'vitest';
import type { RtpCapabilities } from '../../server/contract/media.ts';
import { readOffer } from '../../server/whip/sdp/offer.ts';
import { sourceLines, viewerTracks } from '../../server/whip/viewer-media.ts';

const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const sendTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
const sequence = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** As routers have it. */
const rtcpFeedback = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'goog-remb' },
  { type: 'transport-cc' },
];
const kind = 'video' as const;
const picture = (name: string, preferredPayloadType: number, parameters = {}) => [
  {
    kind,
    mimeType: `video/${name}`,
    preferredPayloadType,
    clockRate: 90_000,
    parameters,
    rtcpFeedback,
  },
  {
    ...{ kind, mimeType: 'video/rtx', preferredPayloadType: preferredPayloadType + 1 },
    ...{ clockRate: 90_000, parameters: { apt: preferredPayloadType }, rtcpFeedback: [] },
  },
];
const able: RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48_000,
      channels: 2,
    },
    ...picture('VP8', 101),
    ...picture('H264', 103, {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    }),
    ...picture('VP9', 105, { 'profile-id': 0 }),
    ...picture('AV1', 107),
  ],
  headerExtensions: (['audio', 'video'] as const).flatMap((kind) => [
    { kind, uri: mid, preferredId: 1 },
    { kind, uri: sendTime, preferredId: 4 },
    ...(kind === 'video' ? [{ kind, uri: sequence, preferredId: 5 }] : []),
  ]),
};

const head = (group: string): string[] => [
  ...['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${group}`],
  ...['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=setup:actpass'],
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
];
const tracksOf = (...lines: string[]) => viewerTracks(readOffer(`${lines.join('\r\n')}\r\n`), able);
const numbersOf = (...lines: string[]) => {
  const [track] = tracksOf(...lines);
  return { ...track?.numbers, payloadTypes: Object.fromEntries(track?.numbers.payloadTypes ?? []) };
};

const chromium = [
  ...head('0'),
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 114 39 40 45 46 98 99 127 35',
  ...['c=IN IP4 0.0.0.0', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux', 'a=rtcp-rsize'],
  ...[`a=extmap:2 ${sendTime}`, `a=extmap:4 ${sequence}`, `a=extmap:9 ${mid}`],
  ...[
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 transport-cc',
    'a=rtcp-fb:96 goog-remb',
    'a=rtcp-fb:96 nack',
  ],
  ...['a=rtcp-fb:96 nack pli', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96'],
  ...[
    'a=rtpmap:103 H264/90000',
    'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
  ],
  ...['a=rtpmap:104 rtx/90000', 'a=fmtp:104 apt=103'],
  ...[
    'a=rtpmap:107 H264/90000',
    'a=fmtp:107 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  ],
  ...['a=rtpmap:108 rtx/90000', 'a=fmtp:108 apt=107'],
  ...[
    'a=rtpmap:109 H264/90000',
    'a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  ],
  ...['a=rtpmap:114 rtx/90000', 'a=fmtp:114 apt=109'],
  ...[
    'a=rtpmap:39 H264/90000',
    'a=fmtp:39 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f',
  ],
  ...['a=rtpmap:40 rtx/90000', 'a=fmtp:40 apt=39'],
  ...[
    'a=rtpmap:45 AV1/90000',
    'a=fmtp:45 level-idx=5;profile=0;tier=0',
    'a=rtpmap:46 rtx/90000',
    'a=fmtp:46 apt=45',
  ],
  ...[
    'a=rtpmap:98 VP9/90000',
    'a=fmtp:98 profile-id=0',
    'a=rtpmap:99 rtx/90000',
    'a=fmtp:99 apt=98',
  ],
  ...['a=rtpmap:127 red/90000', 'a=rtpmap:35 rtx/90000', 'a=fmtp:35 apt=127'],
];

test('of Chromium: each codec by its number, H264 by the profile and mode that is sent, and probes by a free one', () => {
  expect(numbersOf(...chromium)).toEqual({
    payloadTypes: {
      ...{ 101: 96, 102: 97, 103: 109, 104: 114, 105: 98, 106: 99, 107: 45, 108: 46 },
    },
    extensions: new Map([
      [4, 2],
      [5, 4],
      [1, 9],
    ]),
    probe: 126,
    mid: '0',
  });
  const [track] = tracksOf(...chromium);
  expect(track?.taken.codecs.map(({ payloadType }) => payloadType)).toEqual([
    ...[96, 97, 109, 114, 45, 46, 98, 99],
  ]);
  expect(track && sourceLines(track, { encodings: [{ ssrc: 7 }] })).toEqual([]);
});

test('of Firefox: sections that send and receive are answered with what is sent', () => {
  const tracks = tracksOf(
    ...head('0 1'),
    'm=audio 9 UDP/TLS/RTP/SAVPF 109 9 0',
    ...['c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux', `a=extmap:3 ${mid}`],
    ...['a=rtpmap:109 opus/48000/2', 'a=rtpmap:9 G722/8000/1', 'a=rtpmap:0 PCMU/8000'],
    'm=video 9 UDP/TLS/RTP/SAVPF 120 124 126 127 97 98',
    ...['c=IN IP4 0.0.0.0', 'a=mid:1', 'a=sendrecv', 'a=rtcp-mux', `a=extmap:3 ${mid}`],
    ...[`a=extmap:4 ${sendTime}`, `a=extmap:7 ${sequence}`],
    ...['a=rtpmap:120 VP8/90000', 'a=rtcp-fb:120 nack', 'a=rtcp-fb:120 transport-cc'],
    ...['a=rtpmap:124 rtx/90000', 'a=fmtp:124 apt=120'],
    ...[
      'a=rtpmap:126 H264/90000',
      'a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1',
    ],
    ...['a=rtpmap:127 rtx/90000', 'a=fmtp:127 apt=126'],
    ...['a=rtpmap:97 H264/90000', 'a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1'],
    ...['a=rtpmap:98 rtx/90000', 'a=fmtp:98 apt=97'],
  );
  expect(tracks.map(({ kind, taken }) => `${kind} ${taken.direction}`)).toEqual([
    'video sendonly',
    'audio sendonly',
  ]);
  expect(Object.fromEntries(tracks[0]?.numbers.payloadTypes ?? [])).toEqual({
    ...{ 101: 120, 102: 124, 103: 126, 104: 127 },
  });
  expect([...(tracks[1]?.numbers.payloadTypes ?? [])]).toEqual([[100, 109]]);
});

test('of aiortc: without transport-cc the estimate is REMB, and its numbers are left out', () => {
  const { payloadTypes, extensions } = numbersOf(
    ...head('0'),
    'm=video 9 UDP/TLS/RTP/SAVPF 97 98 99 100 101 102',
    ...['c=IN IP4 0.0.0.0', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux', `a=extmap:1 ${mid}`],
    ...[`a=extmap:3 ${sendTime}`, `a=extmap:5 ${sequence}`],
    ...['a=rtpmap:97 VP8/90000', 'a=rtcp-fb:97 nack', 'a=rtcp-fb:97 goog-remb'],
    ...['a=rtpmap:98 rtx/90000', 'a=fmtp:98 apt=97'],
    ...[
      'a=rtpmap:99 H264/90000',
      'a=fmtp:99 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42001f',
    ],
    ...['a=rtpmap:100 rtx/90000', 'a=fmtp:100 apt=99'],
    ...[
      'a=rtpmap:101 H264/90000',
      'a=fmtp:101 packetization-mode=1;level-asymmetry-allowed=1;profile-level-id=42e01f',
    ],
    ...['a=rtpmap:102 rtx/90000', 'a=fmtp:102 apt=101'],
  );
  expect(payloadTypes).toEqual({ 101: 97, 102: 98, 103: 101, 104: 102 });
  expect(extensions).toEqual(
    new Map([
      [1, 1],
      [4, 3],
    ]),
  );
});

test('of GStreamer and libdatachannel: no extensions, so streams are told by their numbers; H264 of a higher profile will do', () => {
  const [track] = tracksOf(
    ...head('video0'),
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    ...['c=IN IP4 0.0.0.0', 'a=mid:video0', 'a=recvonly', 'a=rtcp-mux'],
    ...['a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=1;profile-level-id=640c1f'],
  );
  expect([...(track?.numbers.payloadTypes ?? [])]).toEqual([[103, 96]]);
  expect(track?.numbers.extensions.size).toBe(0);
  expect(track?.taken.codecs[0]?.parameters).toMatchObject({ 'profile-level-id': '640c1f' });
  const rtp = { encodings: [{ ssrc: 7, rtx: { ssrc: 8 } }], rtcp: { cname: 'camera' } };
  expect(track && sourceLines(track, rtp)).toEqual([
    ...['a=ssrc-group:FID 7 8', 'a=ssrc:7 cname:camera', 'a=ssrc:8 cname:camera'],
  ]);
});

test('ids are used up to 255, but for 15; a name that is too long for packets is left out of them', () => {
  const section = (name: string, ...extensions: string[]) =>
    numbersOf(
      ...head(name),
      'm=video 9 UDP/TLS/RTP/SAVPF 127',
      ...['c=IN IP4 0.0.0.0', `a=mid:${name}`, 'a=recvonly', 'a=rtcp-mux', ...extensions],
      ...['a=rtpmap:127 VP8/90000', 'a=rtcp-fb:127 transport-cc'],
    );
  const high = section(
    '0',
    `a=extmap:200 ${sequence}`,
    `a=extmap:15 ${sendTime}`,
    `a=extmap:16 ${mid}`,
  );
  expect(high.extensions).toEqual(
    new Map([
      [5, 200],
      [1, 16],
    ]),
  );
  expect(high.probe).toBe(126);
  const long = section('a-long-name', `a=extmap:1 ${mid}`);
  expect(long).toMatchObject({ extensions: new Map() });
  expect(long.mid).toBeUndefined();
});

test('what cannot be taken is refused in words', () => {
  const offer = (...lines: string[]) => [
    ...head('0'),
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:0', ...lines],
  ];
  const h264 = ['a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=0;profile-level-id=42e01f'];
  expect(() => tracksOf(...offer('a=recvonly', 'a=rtcp-mux', ...h264))).toThrow(
    /none of the codecs/,
  );
  expect(() => tracksOf(...offer('a=sendonly', 'a=rtcp-mux', 'a=rtpmap:96 VP8/90000'))).toThrow(
    /neither picture nor sound/,
  );
  expect(() => tracksOf(...offer('a=recvonly', 'a=rtpmap:96 VP8/90000'))).toThrow(/rtcp-mux/);
});

test('extensions of one way are taken where the player receives them, and answered as sent', () => {
  const one = (...extensions: string[]) =>
    tracksOf(
      ...[...head('0'), 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux'],
      ...['a=rtpmap:96 VP8/90000', ...extensions],
    )[0];
  expect(one(`a=extmap:2/sendonly ${mid}`)?.numbers.extensions.size).toBe(0);
  const both = one(`a=extmap:2/sendonly ${mid}`, `a=extmap:7/recvonly ${mid}`);
  expect(both?.numbers.extensions).toEqual(new Map([[1, 7]]));
  expect(both?.taken.extensions).toEqual([{ id: 7, uri: mid, direction: 'recvonly' }]);
});
