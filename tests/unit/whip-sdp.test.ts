/** Offers as encoders make them, and as nobody should: what is taken of each, and the words for what is not. */
import { describe, expect, test } from 'vitest';
import { RefusedError } from '../../server/contract/errors.ts';
import { cameraTracks } from '../../server/whip/camera-media.ts';
import { answerOf } from '../../server/whip/sdp/answer.ts';
import { fragmentOf, readFragment } from '../../server/whip/sdp/fragment.ts';
import { readOffer } from '../../server/whip/sdp/offer.ts';
import { able, offers, sdpOf, transport, wayLines } from '../support/offers.ts';

const midUri = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const tracksOf = (sdp: string) => cameraTracks(readOffer(sdp), able);

function answerTo(sdp: string): string[] {
  const offer = readOffer(sdp);
  const taken = new Map(cameraTracks(offer, able).map((track) => [track.offered, track.taken]));
  return answerOf({ offer, taken, transport, session: '1' }).split('\r\n');
}

function refusalOf(sdp: string): Pick<RefusedError, 'code' | 'message'> {
  try {
    tracksOf(sdp);
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error('it is taken');
}

describe('what is taken of an offer by', () => {
  test.each([
    ['OBS', offers.obs, ['audio opus 111 ssrc', 'video H264 96 ssrc']],
    ['GStreamer', offers.gstreamer, ['video VP8 96 ssrc']],
    ['ffmpeg', offers.ffmpeg, ['audio opus 111 ssrc', 'video H264 106 ssrc+rtx']],
    ['libdatachannel', offers.libdatachannel, ['video VP8 96 ssrc']],
    ['Chromium', offers.chromium, ['audio opus 111 ssrc', 'video VP8 96 lo mid hi']],
    ['Firefox', offers.firefox, ['audio opus 109 ssrc', 'video VP8 120 ssrc+rtx']],
    ['simple-whip-client', offers.simpleWhipClient, ['audio OPUS 100 mid', 'video VP8 96 mid']],
  ])('%s', (_name, sdp, expected) => {
    const found = tracksOf(sdp).map(({ kind, parameters: { codecs, encodings } }) => {
      const [codec] = codecs;
      const streams = encodings.map(({ ssrc, rid, rtx }) =>
        rid !== undefined ? rid : ssrc === undefined ? 'mid' : rtx ? 'ssrc+rtx' : 'ssrc',
      );
      return `${kind} ${codec?.mimeType.split('/')[1]} ${codec?.payloadType} ${streams.join(' ')}`;
    });
    expect(found.sort()).toEqual(expected);
  });
});

test('the answer has each media in the order of the offer, with its numbers, and rejects what is not taken', () => {
  const lines = answerTo(offers.chromium);
  const media = lines.filter((line) => line.startsWith('m='));
  expect(media).toEqual([
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
    'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    'm=video 0 UDP/TLS/RTP/SAVPF 96',
  ]);
  expect(lines).toContain('a=ice-lite');
  expect(lines).toContain('a=group:BUNDLE 0 1');
  expect(lines).toContain('a=simulcast:recv lo;mid;hi');
  expect(lines).toContain('a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid');
  expect(lines.filter((line) => line.startsWith('a=candidate:'))).toHaveLength(2);
  expect(lines).toContain('a=end-of-candidates');
  expect(lines.filter((line) => line === 'a=setup:passive')).toHaveLength(2);
  expect(lines.filter((line) => line === 'a=recvonly')).toHaveLength(2);
  expect(lines).toContain('a=fmtp:97 apt=96');
  // What it did not offer it is not told.
  expect(lines.join('\n')).not.toContain('goog-remb');
});

test('the answer says of RTCP what the offer says', () => {
  expect(answerTo(sdpOf(plainVideo))).not.toContain('a=rtcp-mux-only');
  const only = sdpOf(plainVideo).replace('a=rtcp-mux\r\n', 'a=rtcp-mux\r\na=rtcp-mux-only\r\n');
  expect(answerTo(only)).toContain('a=rtcp-mux-only');
});

test('the answer to a client without MID, RTX or reduced RTCP has none of them', () => {
  const text = answerTo(
    sdpOf(
      [
        'm=video 9 UDP/TLS/RTP/SAVPF 96',
        'a=sendonly',
        'a=rtcp-mux',
        'a=rtpmap:96 VP8/90000',
        'a=ssrc:5 cname:x',
      ],
      { bundle: [] },
    ),
  ).join('\n');
  expect(text).not.toMatch(/a=(mid|group|rtcp-rsize|simulcast|rid|extmap)/);
  expect(text).toContain('m=video 9 UDP/TLS/RTP/SAVPF 96\n');
});

test.each([
  ['actpass', 'client', 'passive'],
  ['active', 'client', 'passive'],
  ['passive', 'server', 'active'],
])('a client that offers a=setup:%s is the %s of DTLS', (setup, role, answered) => {
  const sdp = offers.libdatachannel.replaceAll('a=setup:actpass', `a=setup:${setup}`);
  expect(readOffer(sdp).dtls.role).toBe(role);
  expect(answerTo(sdp)).toContain(`a=setup:${answered}`);
});

test('ICE and DTLS may be said once for all media', () => {
  const sdp = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    ...wayLines,
    ...plainVideo,
  ].join('\r\n');
  expect(tracksOf(`${sdp}\r\n`)).toHaveLength(1);
});

const plainVideo = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:0',
  'a=sendonly',
  'a=rtcp-mux',
  'a=rtpmap:96 VP8/90000',
  'a=ssrc:5 cname:x',
];
const videoOf = (...lines: string[]): string =>
  sdpOf(['m=video 9 UDP/TLS/RTP/SAVPF 96 97 98', 'a=mid:0', 'a=sendonly', 'a=rtcp-mux', ...lines]);
const h264 = (payloadType: number, settings: string): string[] => [
  `a=rtpmap:${payloadType} H264/90000`,
  `a=fmtp:${payloadType} ${settings}`,
];

test('of several H264 the first is taken whose profile and packets are the ones that browsers have', () => {
  const sdp = videoOf(
    ...h264(96, 'profile-level-id=640032;packetization-mode=1'),
    ...h264(97, 'profile-level-id=42e01f;packetization-mode=0'),
    ...h264(98, 'packetization-mode=1; profile-level-id=42C028; level-asymmetry-allowed=1'),
    'a=ssrc:5 cname:x',
  );
  expect(tracksOf(sdp)[0]?.parameters.codecs[0]?.payloadType).toBe(98);
  const answered = answerTo(sdp).find((line) => line.startsWith('a=fmtp:98')) ?? '';
  expect(answered).toContain('packetization-mode=1');
  expect(answered).toMatch(/profile-level-id=42e0/);
});

test.each([
  [
    ['h', 'm', 'l'],
    ['l', 'm', 'h'],
  ],
  [
    ['q', 'h', 'f'],
    ['q', 'h', 'f'],
  ],
  [
    ['hi', 'mid', 'lo'],
    ['lo', 'mid', 'hi'],
  ],
  // Of names that say nothing the first is the smallest, as in browsers; numbers are OBS's, whose first is the best.
  [
    ['0', '1', '2'],
    ['2', '1', '0'],
  ],
  [
    ['c', 'a', 'b'],
    ['c', 'a', 'b'],
  ],
])('layers %j are taken as %j, the smallest first', (rids, expected) => {
  const sdp = simulcastOf(rids);
  expect(tracksOf(sdp)[0]?.parameters.encodings.map(({ rid }) => rid)).toEqual(expected);
  expect(tracksOf(sdp)[0]?.capture).toEqual({ width: 1280, height: 720 });
});

test('what is said of layers counts before their names, and gives their sizes', () => {
  const sdp = simulcastOf(
    ['l', 'm', 'h'],
    [
      'max-width=1920;max-height=1080',
      'max-width=960;max-height=540',
      'max-width=480;max-height=270',
    ],
  );
  const [track] = tracksOf(sdp);
  expect(track?.parameters.encodings.map(({ rid }) => rid)).toEqual(['h', 'm', 'l']);
  expect(track?.capture?.layers?.map(({ width }) => width)).toEqual([480, 960, 1920]);
});

test('a paused layer counts, an alternative does not, and no more than three are taken', () => {
  const sdp = simulcastOf(['a', 'b', 'c', 'd']).replace('send a;b;c;d', 'send a,b;~c;d');
  expect(tracksOf(sdp)[0]?.parameters.encodings.map(({ rid }) => rid)).toEqual(['a', 'c', 'd']);
  const four = simulcastOf(['a', 'b', 'c', 'd']);
  expect(tracksOf(four)[0]?.parameters.encodings).toHaveLength(3);
});

function simulcastOf(rids: readonly string[], restrictions: readonly string[] = []): string {
  return videoOf(
    'a=rtpmap:96 VP8/90000',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    ...rids.map((rid, at) => `a=rid:${rid} send ${restrictions[at] ?? ''}`.trimEnd()),
    `a=simulcast:send ${rids.join(';')}`,
  );
}

test('layers that are told apart by SSRC are taken too, and one that repeats another is no layer', () => {
  const sdp = videoOf(
    'a=rtpmap:96 VP8/90000',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=ssrc-group:SIM 11 12 13',
    ...[11, 12, 13].map((ssrc) => `a=ssrc-group:FID ${ssrc} ${ssrc + 10}`),
    ...[11, 12, 13, 21, 22, 23].map((ssrc) => `a=ssrc:${ssrc} cname:x`),
  );
  expect(tracksOf(sdp)[0]?.parameters.encodings).toEqual(
    [11, 12, 13].map((ssrc) => ({ ssrc, rtx: { ssrc: ssrc + 10 } })),
  );
});

test('media that goes another way than the first is rejected', () => {
  const sdp = offers.chromium.replace('a=group:BUNDLE 0 1 2 3', 'a=group:BUNDLE 1');
  expect(tracksOf(sdp).map(({ kind }) => kind)).toEqual(['video']);
  expect(answerTo(sdp)).toContain('m=audio 0 UDP/TLS/RTP/SAVPF 111 63');
});

describe('packets that say neither SSRC nor MID', () => {
  const silent = sdpOf([
    ...['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=sendonly', 'a=rtcp-mux'],
    'a=rtpmap:111 opus/48000/2',
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96 97', 'a=mid:1', 'a=sendonly', 'a=rtcp-mux'],
    ...['a=rtpmap:96 VP8/90000', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96'],
  ]);
  const toldByType = (sdp: string) => cameraTracks(readOffer(sdp), able, true);

  test('are told by their payload type, where the media worker does that', () => {
    expect(toldByType(silent).map(({ parameters }) => parameters)).toMatchObject([
      { mid: '0', codecs: [{ payloadType: 111 }], encodings: [{}] },
      { mid: '1', codecs: [{ payloadType: 96 }, { payloadType: 97 }], encodings: [{}] },
    ]);
    expect(refusalOf(silent)).toMatchObject({
      code: 'unsupported-media',
      message: expect.stringContaining('give a=ssrc, or a=extmap of'),
    });
  });

  test('are of the only media where not even a section has a name', () => {
    const only = sdpOf(
      plainVideo.filter((line) => !/^a=(mid|ssrc)/.test(line)),
      { bundle: [] },
    );
    const [track] = toldByType(only);
    expect(track?.parameters).toMatchObject({ mid: expect.any(String), encodings: [{}] });
    expect(track?.offered.mid).toBeUndefined();
  });

  test('are refused where two media have one payload type, unless something else tells them', () => {
    const same = silent.replaceAll('111', '96');
    expect(() => toldByType(same)).toThrow('give a=ssrc, or a=extmap of');
    const told = same.replaceAll('a=rtcp-mux', `a=rtcp-mux\r\na=extmap:3 ${midUri}`);
    expect(toldByType(told)).toHaveLength(2);
  });
});

describe('a header extension', () => {
  const taken = (sdp: string) => tracksOf(sdp)[0]?.taken.extensions.map(({ id }) => id);
  const withMid = (...lines: string[]) =>
    videoOf('a=rtpmap:96 VP8/90000', 'a=ssrc:5 cname:x', ...lines);

  test('is taken where it is in what the encoder sends, and answered for that way', () => {
    expect(taken(withMid(`a=extmap:3 ${midUri}`))).toEqual([3]);
    const oneWay = withMid(`a=extmap:2/recvonly ${midUri}`, `a=extmap:3/sendonly ${midUri}`);
    expect(taken(oneWay)).toEqual([3]);
    expect(answerTo(oneWay)).toContain(`a=extmap:3/recvonly ${midUri}`);
    for (const way of ['recvonly', 'inactive', 'sideways']) {
      expect(taken(withMid(`a=extmap:3/${way} ${midUri}`))).toEqual([]);
    }
  });

  test('may be said once for all media', () => {
    const session = [`a=extmap:3 ${midUri}`];
    expect(taken(sdpOf(plainVideo, { session }))).toEqual([3]);
    const own = sdpOf([...plainVideo, 'a=extmap:4 urn:other'], { session });
    expect(taken(own)).toEqual([]);
  });
});

describe('400, in words:', () => {
  const good = sdpOf(plainVideo);
  test.each([
    ['nothing', '', 'does not begin'],
    ['no description', '<html></html>', 'does not begin'],
    ['control characters', `v=0\r\ns=\u0000\u0001\r\n`, 'line 2'],
    ['bytes', `v=0\r\n${'\ufffd\u0007'.repeat(100)}\r\n`, 'line 2'],
    ['a long line', `v=0\r\na=${'x'.repeat(3000)}\r\n`, 'line 2'],
    ['many lines', `v=0\r\n${'a=x\r\n'.repeat(4000)}`, 'more than'],
    ['1,000 media', `v=0\r\n${'m=video 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(1000)}`, 'm= lines'],
    ['no media', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', 'no media'],
    ['a broken m= line', good.replace('m=video 9', 'm=video nine'), 'm= lines is none'],
    ['no ICE', good.replace(/a=ice-(ufrag|pwd).*\r\n/g, ''), 'no ICE'],
    [
      'media that its sender has rejected',
      good.replace('m=video 9', 'm=video 0'),
      'neither audio nor video',
    ],
    ['half of ICE', good.replace(/a=ice-pwd.*\r\n/, ''), 'a=ice-pwd'],
    ['a short password', good.replace(/a=ice-pwd:.*/, 'a=ice-pwd:short'), 'a=ice-pwd'],
    ['no fingerprint', good.replace(/a=fingerprint.*\r\n/, ''), 'no a=fingerprint'],
    [
      'half a fingerprint',
      good.replace(/(a=fingerprint:sha-256 .{20}).*/, '$1'),
      'a=fingerprint is none',
    ],
    ['an unknown hash', good.replace('sha-256', 'md5'), 'is of none of'],
    ['a held setup', good.replace('a=setup:actpass', 'a=setup:holdconn'), 'a=setup'],
    ['one MID twice', sdpOf([...plainVideo, ...plainVideo]), 'a=mid are the same'],
    [
      'one extension id twice',
      videoOf('a=rtpmap:96 VP8/90000', 'a=extmap:1 urn:a', 'a=extmap:1 urn:b'),
      'a=extmap',
    ],
    ['a broken candidate', `${good}a=candidate:nonsense\r\n`, 'candidates is none'],
    [
      'many candidates',
      good + 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n'.repeat(65),
      'candidates',
    ],
    ['a layer without a=rid', simulcastOf(['a']).replace('send a', 'send a;b'), 'without a=rid'],
    ['20 layers', simulcastOf(Array.from({ length: 20 }, (_, at) => `r${at}`)), 'layers'],
  ])('%s', (_name, sdp, words) => {
    expect(refusalOf(sdp)).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(words),
    });
  });
});

describe('422, in words:', () => {
  test.each([
    [
      'foreign codecs only',
      videoOf('a=rtpmap:96 H265/90000', 'a=rtpmap:97 theora/90000'),
      'none of VP8',
    ],
    [
      'another profile of H264',
      videoOf(...h264(96, 'profile-level-id=640032;packetization-mode=1'), 'a=ssrc:5 cname:x'),
      'constrained baseline',
    ],
    [
      'nothing that is sent',
      sdpOf(plainVideo).replace('a=sendonly', 'a=recvonly'),
      'neither picture nor sound',
    ],
    ['no a=rtcp-mux', sdpOf(plainVideo).replace('a=rtcp-mux\r\n', ''), 'a=rtcp-mux'],
  ])('%s', (_name, sdp, words) => {
    expect(refusalOf(sdp)).toMatchObject({
      code: 'unsupported-media',
      message: expect.stringContaining(words),
    });
  });
});

test('nothing in an offer reaches what all objects have', () => {
  const sdp = videoOf(
    'a=rtpmap:96 VP8/90000',
    'a=fmtp:96 __proto__=1;constructor=2;toString=3',
    'a=__proto__:1',
    'a=ssrc:5 __proto__:x',
    'a=ssrc:5 cname:x',
  );
  expect(tracksOf(sdp)).toHaveLength(1);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('a fragment is read for its credentials, and its candidates are checked', () => {
  const candidates =
    'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 2130706431 192.0.2.1 9 typ host\r\n';
  const credentials = 'a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n';
  expect(readFragment(credentials + candidates)).toEqual({
    usernameFragment: 'EsAw',
    password: 'P2uYro0UCOQ4zxjKXaWCBui1',
  });
  expect(() => readFragment(candidates)).toThrow('a=ice-ufrag');
  expect(() => readFragment(`${credentials}a=candidate:x\r\n`)).toThrow('candidates is none');
  const answered = fragmentOf(transport, '0');
  expect(readFragment(answered).usernameFragment).toBe(transport.iceParameters.usernameFragment);
});
