/** Offers in the manner of programs that send by WHIP, written for tests: which lines each has, and in which order. */
import type { RtpCapabilities, TransportParameters } from '../../server/contract/media.ts';

const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const layer = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const repaired = 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id';
const sequence = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

const fingerprint = Array.from({ length: 32 }, (_, at) =>
  (at * 7).toString(16).padStart(2, '0').toUpperCase(),
).join(':');

/** What media goes over. */
export const wayLines = [
  'a=ice-ufrag:EsAw',
  'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:actpass',
];

/** A description with ICE and DTLS in each of its media. @param lines from m= to m= */
export function sdpOf(
  lines: readonly string[],
  { bundle = midsOf(lines), session = [] as readonly string[] } = {},
): string {
  const media = lines.flatMap((line) => (line.startsWith('m=') ? [line, ...wayLines] : [line]));
  const head = [
    ...['v=0', 'o=- 4962303333179871722 1 IN IP4 0.0.0.0', 's=-', 't=0 0'],
    ...(bundle.length > 0 ? [`a=group:BUNDLE ${bundle.join(' ')}`] : []),
    ...session,
  ];
  return [...head, ...media].map((line) => `${line}\r\n`).join('');
}

function midsOf(lines: readonly string[]): string[] {
  return [...new Set(lines.flatMap((line) => /^a=mid:(.*)$/.exec(line)?.[1] ?? []))];
}

const sent = ['a=sendonly', 'a=rtcp-mux'];
const pli = (payloadType: number): string[] => [
  `a=rtcp-fb:${payloadType} nack`,
  `a=rtcp-fb:${payloadType} nack pli`,
];

export const offers = {
  obs: sdpOf([
    ...['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', ...sent],
    ...['a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1'],
    ...['a=ssrc:2048 cname:obs', 'a=ssrc:2048 msid:obs obs-audio', 'a=msid:obs obs-audio'],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', ...sent, 'a=rtpmap:96 H264/90000'],
    ...['a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli', 'a=rtcp-fb:96 goog-remb'],
    'a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
    ...['a=ssrc:2049 cname:obs', 'a=msid:obs obs-video'],
  ]),
  gstreamer: sdpOf(
    [
      ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:video0', 'a=rtcp-mux'],
      ...['a=rtcp-rsize', 'a=sendrecv', 'a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack pli'],
      ...['a=framerate:30', 'a=ssrc:3484078952 msid:user1@host webrtctransceiver0'],
      'a=ssrc:3484078952 cname:user1@host',
    ],
    { session: ['a=ice-options:trickle'] },
  ),
  ffmpeg: sdpOf(
    [
      ...['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', ...sent, 'a=msid:FFmpeg audio'],
      ...['a=rtpmap:111 opus/48000/2', 'a=ssrc:77 cname:FFmpeg', 'a=ssrc:77 msid:FFmpeg audio'],
      ...['m=video 9 UDP/TLS/RTP/SAVPF 106 105', 'a=mid:1', ...sent, 'a=rtcp-rsize'],
      ...['a=rtpmap:106 H264/90000', 'a=rtpmap:105 rtx/90000', 'a=fmtp:105 apt=106'],
      'a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c01f',
      ...['a=rtcp-fb:106 nack', 'a=ssrc-group:FID 78 79'],
      ...['a=ssrc:78 cname:FFmpeg', 'a=ssrc:79 cname:FFmpeg'],
    ],
    { session: ['a=extmap-allow-mixed', 'a=msid-semantic: WMS'] },
  ),
  libdatachannel: sdpOf([
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:0', ...sent],
    ...[
      'a=rtpmap:96 VP8/90000',
      ...pli(96),
      'a=ssrc:901 cname:clip',
      'a=ssrc:901 msid:clip picture',
    ],
  ]),
  /** With three layers, a data channel, and a picture more than is taken. */
  chromium: sdpOf([
    ...['m=audio 9 UDP/TLS/RTP/SAVPF 111 63', 'a=mid:0', ...sent, `a=extmap:4 ${mid}`],
    ...['a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1'],
    ...['a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=rtcp-fb:111 transport-cc'],
    ...['a=ssrc:41 cname:c', 'a=ssrc:41 msid:- a'],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103', 'a=mid:1', ...sent, 'a=rtcp-rsize'],
    ...[`a=extmap:4 ${mid}`, `a=extmap:10 ${layer}`, `a=extmap:11 ${repaired}`],
    ...['a=extmap:14 urn:ietf:params:rtp-hdrext:toffset', `a=extmap:3 ${sequence}`],
    ...['a=rtpmap:96 VP8/90000', ...pli(96), 'a=rtcp-fb:96 ccm fir', 'a=rtcp-fb:96 transport-cc'],
    ...['a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96', 'a=rtpmap:102 H264/90000'],
    'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    ...['a=rtpmap:103 rtx/90000', 'a=fmtp:103 apt=102'],
    ...['a=rid:hi send', 'a=rid:mid send', 'a=rid:lo send', 'a=simulcast:send hi;mid;lo'],
    ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:2', 'a=sctp-port:5000'],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:3', ...sent, 'a=rtpmap:96 VP8/90000'],
    'a=ssrc:43 cname:c',
  ]),
  firefox: sdpOf(
    [
      ...['m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0', 'a=mid:0', ...sent, `a=extmap:3 ${mid}`],
      ...['a=rtpmap:109 opus/48000/2', 'a=rtpmap:9 G722/8000/1', 'a=rtpmap:0 PCMU/8000'],
      ...['a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1', 'a=ssrc:61 cname:{f}'],
      ...['m=video 9 UDP/TLS/RTP/SAVPF 120 124', 'a=mid:1', ...sent, 'a=rtcp-rsize'],
      ...[`a=extmap:3 ${mid}`, 'a=rtpmap:120 VP8/90000', 'a=fmtp:120 max-fs=12288;max-fr=60'],
      ...['a=rtpmap:124 rtx/90000', 'a=fmtp:124 apt=120;rtx-time=3000', ...pli(120)],
      ...['a=ssrc:62 cname:{f}', 'a=ssrc:63 cname:{f}', 'a=ssrc-group:FID 62 63'],
    ],
    { session: ['a=sendrecv', 'a=ice-options:trickle', 'a=msid-semantic:WMS *'] },
  ),
  /** Without SSRCs: its packets say their MID. */
  simpleWhipClient: sdpOf([
    ...['m=audio 9 UDP/TLS/RTP/SAVPF 100', 'a=mid:audio0', ...sent, `a=extmap:1 ${mid}`],
    'a=rtpmap:100 OPUS/48000/2',
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:video1', ...sent, `a=extmap:1 ${mid}`],
    ...['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack pli'],
  ]),
};

const videoFeedback = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'goog-remb' },
  { type: 'transport-cc' },
];
const video = (mimeType: string, preferredPayloadType: number, parameters = {}) => ({
  ...{ kind: 'video' as const, mimeType, preferredPayloadType, parameters },
  clockRate: 90_000,
  rtcpFeedback: videoFeedback,
});

/** What routers can do, as they say it. */
export const able: RtpCapabilities = {
  codecs: [
    {
      ...{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100 },
      ...{ clockRate: 48_000, channels: 2, rtcpFeedback: [{ type: 'transport-cc' }] },
    },
    video('video/VP8', 101),
    video('video/rtx', 102, { apt: 101 }),
    video('video/H264', 103, {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    }),
    video('video/VP9', 105, { 'profile-id': 0 }),
    video('video/AV1', 107),
  ],
  headerExtensions: [
    { kind: 'audio', uri: mid, preferredId: 1 },
    { kind: 'video', uri: mid, preferredId: 1 },
    { kind: 'video', uri: layer, preferredId: 2 },
    { kind: 'video', uri: repaired, preferredId: 3 },
    { kind: 'video', uri: sequence, preferredId: 5 },
  ],
};

/** Where the server is reached. */
export const transport: TransportParameters = {
  id: 'transport',
  iceParameters: {
    usernameFragment: 'server',
    password: 'serverPasswordOfMoreThan22',
    iceLite: true,
  },
  iceCandidates: (['udp', 'tcp'] as const).map((protocol) => ({
    ...{ foundation: protocol, priority: 1000, ip: '192.0.2.1', address: '192.0.2.1', protocol },
    ...{ port: 20_000, type: 'host' as const },
    ...(protocol === 'tcp' ? { tcpType: 'passive' as const } : {}),
  })),
  dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: fingerprint }] },
  iceServers: [],
};
