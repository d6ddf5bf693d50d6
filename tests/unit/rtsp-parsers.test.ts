/** What cameras say is taken apart within bounds: whatever bytes come, there is an answer, a trouble, or nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSps } from '../../gateway/h264/sps.ts';
import { MalformedUnit } from '../../gateway/h264/bits.ts';
import { readSliceHead } from '../../gateway/h264/slice.ts';
import { splitUnits } from '../../gateway/h264/units.ts';
import { openH264 } from '../../gateway/rtp/h264.ts';
import { parseRtp } from '../../gateway/rtp/packet.ts';
import { Reception } from '../../gateway/rtp/rtcp.ts';
import { Authentication, parseChallenges } from '../../gateway/rtsp/authentication.ts';
import { playUrls, setupUrls } from '../../gateway/rtsp/control.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { Reader } from '../../gateway/rtsp/reader.ts';
import { chooseVideo, parseDescription } from '../../gateway/rtsp/sdp.ts';
import { parseTransport } from '../../gateway/rtsp/transport.ts';
import { SourceTrouble, troubleOf } from '../../gateway/rtsp/trouble.ts';

const bytes = fc.uint8Array({ maxLength: 600 }).map((data) => Buffer.from(data));

/** What a reader makes of chunks, in words. */
function readAll(chunks: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const reader = new Reader({
    answer: ({ status, body }) => seen.push(`${status} ${body.toString('hex')}`),
    asked: ({ method }) => seen.push(method),
    media: (channel, data) => seen.push(`${channel} ${data.toString('hex')}`),
  });
  for (const chunk of chunks) reader.read(Buffer.from(chunk));
  return seen;
}

const conversation = Buffer.concat([
  Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\n$ody!'),
  Buffer.from([0x24, 0, 0, 3, 1, 2, 3, 0x24, 1, 0, 0]),
  Buffer.from('OPTIONS * RTSP/1.0\nCSeq: 9\n\nRTSP/1.0 404 Not Found\r\n\r\n'),
  Buffer.from([0x24, 7, 0, 1, 0x24]),
]);

test('a conversation is the same however it is cut', () => {
  const whole = ['200 246f647921', '0 010203', '1 ', 'OPTIONS', '404 ', '7 24'];
  expect(readAll([conversation])).toEqual(whole);
  const cuts = fc.array(fc.nat(conversation.length), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, (places) => {
      const sorted = [0, ...places.sort((one, other) => one - other), conversation.length];
      const chunks = sorted.slice(1).map((end, index) => conversation.subarray(sorted[index], end));
      expect(readAll(chunks)).toEqual(whole);
    }),
  );
});

test('after bytes that make no sense it finds the next frame or answer', () => {
  const frame = Buffer.from([0x24, 0, 0, 4, 0x80, 1, 2, 3]);
  const rubbish = fc
    .uint8Array({ maxLength: 50 })
    .map((data) => Buffer.from(data).map((byte) => byte & 0x1f));
  fc.assert(
    fc.property(rubbish, (data) => {
      const seen = readAll([
        Buffer.from('RTSP/1.0 200 OK\r\n\r\n'),
        Buffer.concat([data, frame, frame]),
      ]);
      expect(seen).toEqual(['200 ', '0 80010203', '0 80010203']);
    }),
  );
});

test('any bytes: no exception but a trouble', () => {
  const fails = (act: () => unknown, kind: new (...args: never[]) => Error): void => {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(kind);
    }
  };
  const begins = fc.constantFrom(
    '',
    'RTSP/1.0 200 OK\r\n',
    '$\u0000\u0000\u0001x',
    'RTSP/1.0 200 OK\r\n\r\n$',
  );
  fc.assert(
    fc.property(bytes, begins, (data, begin) => {
      fails(() => readAll([Buffer.from(begin), data]), SourceTrouble);
      fails(() => parseSps(data), MalformedUnit);
      readSliceHead(data);
      splitUnits(data);
      parseRtp(data, 0);
      new Reception(90_000).read(data, 0, { goodbye: () => {} });
      const text = data.toString('latin1');
      parseChallenges(text);
      parseTransport(text, 'udp');
      fails(
        () => chooseVideo(parseDescription(`m=video 0 RTP/AVP 96\n${text}`), ['H264']),
        SourceTrouble,
      );
      setupUrls(text, ['rtsp://camera/a']);
      new Networks(['0.0.0.0/0', '::/0']).reaches(text);
    }),
  );
});

test('any packets: no exception', () => {
  const payload = fc.tuple(fc.constantFrom(0x61, 0x65, 0x67, 0x68, 0x78, 0x7c, 0x41, 0), bytes);
  const packet = fc.record({
    payload,
    marker: fc.boolean(),
    timestamp: fc.nat(3),
    isLost: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 40 }), (packets) => {
      const format = {
        encoding: 'H264',
        payloadType: 96,
        clockRate: 90_000,
        parameters: new Map<string, string>(),
      };
      const nothing = () => {};
      const events = { facts: nothing, torn: nothing, picture: nothing, unusable: nothing };
      const depacketizer = openH264(format, events);
      for (const [
        sequence,
        {
          payload: [head, rest],
          isLost,
          ...one
        },
      ] of packets.entries()) {
        if (isLost) depacketizer.lost();
        const data = Buffer.concat([Buffer.from([head]), rest]);
        depacketizer.packet({
          ...one,
          payload: data,
          sequence,
          ssrc: 1,
          payloadType: 96,
          cameAt: sequence,
        });
      }
    }),
  );
});

test('what is too much is a trouble before it is kept', () => {
  const code = (...chunks: string[]): string => {
    try {
      return readAll(chunks.map((chunk) => Buffer.from(chunk))).join();
    } catch (error) {
      return troubleOf(error).code;
    }
  };
  const ok = 'RTSP/1.0 200 OK\r\n';
  expect(code(ok, `X: ${'x'.repeat(20_000)}`)).toBe('not-rtsp');
  expect(code(`${ok}${'X: y\r\n'.repeat(200)}\r\n`)).toBe('not-rtsp');
  expect(code(`${ok}Content-Length: 70000\r\n\r\n`)).toBe('not-rtsp');
  expect(code(`${ok}Content-Length: 1e3\r\n\r\n`)).toBe('not-rtsp');
  expect(code(`${ok}\r\n${'x'.repeat(70_000)}`)).toBe('not-rtsp');
  expect(code('HTTP/1.1 400 Bad Request\r\n\r\n')).toBe('not-rtsp');
  expect(code('SSH-2.0-OpenSSH_9.2\r\n')).toBe('not-rtsp');
});

test.each([
  ['10.1.2.3', true],
  ['11.1.2.3', false],
  ['::ffff:10.1.2.3', true],
  ['::ffff:a01:203', true],
  ['::10.1.2.3', true],
  ['64:ff9b::10.1.2.3', true],
  ['2002:0a01:0203::1', true],
  ['fd00::1', true],
  ['127.0.0.1', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:0:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:0:7f00:1::', false],
  ['169.254.169.254', false],
  ['::ffff:a9fe:a9fe', false],
  ['fe80::1%eth0', false],
  ['0.0.0.0', false],
  ['::', false],
  ['255.255.255.255', false],
  ['239.1.1.1', false],
  ['camera', false],
])('with 10/8 and fd00::/8, is %s reached: %s', (address, reached) => {
  expect(new Networks(['10.0.0.0/8', 'fd00::/8']).reaches(address)).toBe(reached);
});

test('loopback and links are reached only where they are named by themselves', () => {
  const all = new Networks(['0.0.0.0/0', '::/0']);
  for (const address of [
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '169.254.1.1',
    'fe80::1',
    '0.0.0.0',
    '64:ff9b::7f00:1',
  ]) {
    expect([address, all.reaches(address)]).toEqual([address, false]);
  }
  expect([all.reaches('8.8.8.8'), all.reaches('2001:db8::1')]).toEqual([true, true]);
  const named = new Networks(['127.0.0.1', '::1', '169.254.0.0/16', 'fe80::/10']);
  for (const address of ['127.0.0.1', '::ffff:7f00:1', '::1', '169.254.1.1', 'fe80::1%eth0']) {
    expect([address, named.reaches(address)]).toEqual([address, true]);
  }
  expect(named.reaches('127.0.0.2')).toBe(false);
  for (const wrong of [
    '10.0.0.0/33',
    '10.0.0/8',
    'cameras',
    '10.0.0.0/',
    '::/129',
    '1.2.3.4/8/8',
    '',
  ]) {
    expect(() => new Networks([wrong])).toThrow('is no network');
  }
});

test('a name is resolved once, and what it leads to is checked', async () => {
  const named = new Networks(['127.0.0.1']);
  expect(await named.resolve('127.0.0.1')).toEqual(['127.0.0.1']);
  const refused = new Networks(['10.0.0.0/8', '0.0.0.0/0', '::/0']);
  for (const host of [
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '127.1',
    '2130706433',
    '0x7f.1',
  ]) {
    await expect(refused.resolve(host)).rejects.toMatchObject({
      code: expect.stringMatching(/^(wrong-network|unreachable)$/) as string,
    });
  }
});

test('where a stream is set up: the likeliest address first', () => {
  const [base, url] = ['rtsp://camera/a?x=1/', 'rtsp://camera/a?x=1'];
  expect(setupUrls('trackID=1', [base, url])[0]).toBe('rtsp://camera/a?x=1/trackID=1');
  expect(setupUrls('rtsp://other/track', [url])).toEqual(['rtsp://other/track']);
  expect(setupUrls('/track', ['rtsp://camera/a'])).toEqual([
    'rtsp://camera/a/track',
    'rtsp://camera/track',
  ]);
  expect(setupUrls(undefined, [base, url])).toEqual([base, url]);
  expect(setupUrls('Kanal ü\r\nX: y', ['rtsp://camera'])[0]).not.toMatch(/[^!-~]/);
  expect(playUrls('*', [base, url])).toEqual([base, url]);
});

test('Digest answers are those of the standard, and the strongest that is offered', () => {
  const login = { user: 'Mufasa', password: 'Circle of Life' };
  const authentication = new Authentication(login);
  const challenge = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  authentication.refused([challenge('MD5'), challenge('SHA-256'), 'Basic realm="x"'], 0);
  const said = authentication.header('GET', '/dir/index.html') ?? '';
  expect(said).toMatch(
    /^Digest username="Mufasa", realm="http-auth@example.org", .*algorithm=SHA-256/,
  );
  expect(said).toContain('nc=00000001');
  expect(authentication.header('GET', '/dir/index.html')).toContain('nc=00000002');
  expect(() => authentication.refused([challenge('SHA-256')], 1)).toThrow('refused');
  const old = new Authentication({ user: 'u', password: 'p' });
  old.refused(['Digest realm="r", nonce="n"'], 0);
  // MD5 of MD5(u:r:p):n:MD5(PLAY:rtsp://camera/)
  expect(old.header('PLAY', 'rtsp://camera/')).toContain(
    'response="cbbd1ee182f50f31fdb965291e7aa82a"',
  );
});

test('no secret is told, and what is told is short and on one line', () => {
  const trouble = troubleOf(new SourceTrouble('closed', `a\r\nb secret ${'x'.repeat(500)}`), [
    'secret',
  ]);
  expect(trouble.detail).toMatch(/^a b … x+$/);
  expect(trouble.detail).toHaveLength(300);
});
