/** What keeps a camera's pictures from coming is told in its own words, soon, and the camera is left as it should be. */
import { createServer as createHttpServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { TroubleCode } from '../../server/contract/gateway.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import type { RtspSettings } from '../../gateway/rtsp/rtsp-source.ts';
import { cameraCertificate } from '../support/rtsp/certificate.ts';
import { cameraClip, type CameraClip } from '../support/rtsp/clips.ts';
import type { RtspAnswer } from '../support/rtsp/message.ts';
import { flood, floods, hostilities, startHostile } from '../support/rtsp/hostile.ts';
import {
  startRtspServer,
  type RtspServer,
  type RtspServerSettings,
} from '../support/rtsp/server.ts';
import { differences, watchCamera } from '../support/rtsp/watched.ts';

const login = { user: 'admin', password: 'right-one' };
const answers =
  (method: string, change: Partial<RtspAnswer>) =>
  (request: { method: string }, usual: RtspAnswer): RtspAnswer =>
    request.method === method ? { ...usual, ...change } : usual;
const status = (method: string, code: number, reason: string): Partial<RtspServerSettings> => ({
  answer: answers(method, { status: code, reason, body: '' }),
});

interface Case {
  server?: Partial<RtspServerSettings>;
  source?: Partial<RtspSettings>;
  path?: string;
  clip?: 'sub' | 'h265';
  /** It sends no packets. */
  isSilent?: boolean;
  trouble: TroubleCode;
  detail?: RegExp;
}

const cases: Record<string, Case> = {
  'no name and password': {
    server: { access: { ...login, schemes: ['md5'] } },
    ...{ trouble: 'wrong-password', detail: /asks for a name/ },
  },
  forbidden: { server: status('DESCRIBE', 403, 'Forbidden'), trouble: 'wrong-password' },
  'no such stream': { path: '/nothing', trouble: 'wrong-path', detail: /^404 Not Found$/ },
  'no such stream, said otherwise': {
    ...{ server: status('DESCRIBE', 400, 'Bad Request'), trouble: 'wrong-path', detail: /^400/ },
  },
  'no such stream, said as a fault': {
    ...{ server: status('DESCRIBE', 500, 'Internal Server Error'), trouble: 'wrong-path' },
  },
  'no video': {
    server: { answer: answers('DESCRIBE', { body: 'v=0\r\nm=audio 0 RTP/AVP 0\r\n' }) },
    ...{ trouble: 'wrong-path', detail: /no video/ },
  },
  'another codec': { clip: 'h265', trouble: 'unsupported-codec', detail: /^H265$/ },
  'too many clients': { server: { mostSessions: 0 }, trouble: 'no-session', detail: /^453/ },
  busy: { server: status('SETUP', 486, 'Busy Here'), trouble: 'no-session' },
  unavailable: { server: status('DESCRIBE', 503, 'Service Unavailable'), trouble: 'no-session' },
  'a network that is not named': {
    source: { networks: new Networks(['10.0.0.0/8', '127.0.0.2']) },
    ...{ trouble: 'wrong-network', detail: /^127\.0\.0\.1$/ },
  },
  'it redirects to where nobody may go': {
    source: { networks: new Networks(['127.0.0.1']) },
    server: redirect(() => 'rtsp://127.0.0.2/main'),
    ...{ trouble: 'wrong-network', detail: /127\.0\.0\.2/ },
  },
  'it redirects for ever': {
    server: redirect((url) => url),
    ...{ trouble: 'not-rtsp', detail: /redirects for ever/ },
  },
  'it redirects to another protocol': {
    server: redirect(() => 'file:///etc/passwd'),
    ...{ trouble: 'not-rtsp', detail: /redirects to file:/ },
  },
  'it sends nothing': {
    isSilent: true,
    ...{ trouble: 'stalled', detail: /sends nothing/ },
  },
  'it lets us in, and says nothing': {
    server: { answer: () => null },
    ...{ trouble: 'unreachable', detail: /answer/ },
  },
  'nothing comes by UDP': {
    source: { transport: 'udp' },
    isSilent: true,
    ...{ trouble: 'stalled', detail: /UDP port \d+: a firewall/ },
  },
};

function redirect(to: (url: string) => string): Partial<RtspServerSettings> {
  return {
    answer: (request, usual) =>
      request.method === 'DESCRIBE'
        ? {
            ...usual,
            ...{ status: 302, reason: 'Moved', body: '' },
            headers: [...usual.headers, ['Location', to(request.url)]],
          }
        : usual,
  };
}

async function camera(
  settings: Partial<RtspServerSettings> = {},
  clip: 'sub' | 'h265' = 'sub',
): Promise<RtspServer> {
  return startRtspServer({ streams: { '/main': await cameraClip(clip) }, ...settings });
}

test.concurrent.each(Object.entries(cases))(
  '%s',
  async (_, { server: settings, source, path, clip, isSilent, trouble, detail }) => {
    const server = await camera(settings, clip);
    if (isSilent) server.pause();
    const watched = watchCamera(server.url(path ?? '/main'), source);
    try {
      const told = await watched.ended();
      expect(told.code).toBe(trouble);
      if (detail) expect(told.detail).toMatch(detail);
      expect(watched.pictures).toEqual([]);
      await vi.waitFor(() => expect([server.sessions, server.connections]).toEqual([0, 0]), 5000);
    } finally {
      await watched.stop();
      await server.close();
    }
  },
);

test.concurrent.each(['md5', 'sha-256', 'basic'] as const)(
  'a wrong password is said once (%s)',
  async (scheme) => {
    const server = await camera({ access: { ...login, schemes: [scheme], qop: 'auth' } });
    const watched = watchCamera(server.url('/main'), { ...login, password: 'wrong-one' });
    try {
      expect(await watched.ended()).toEqual({
        code: 'wrong-password',
        detail: 'name or password are refused',
      });
      expect(server.doorman?.refused).toBe(1);
    } finally {
      await server.close();
    }
  },
);

test.concurrent('where a digest is offered, the password is not said in plain text', async () => {
  const server = await camera({
    answer: (request, usual) =>
      request.method === 'DESCRIBE'
        ? {
            ...usual,
            ...{ status: 401, reason: 'Unauthorized', body: '' },
            headers: [
              ...usual.headers,
              ['WWW-Authenticate', 'Digest realm="r", nonce="n", algorithm=SHA-512-256'],
              ['WWW-Authenticate', 'Basic realm="r"'],
            ],
          }
        : usual,
  });
  const watched = watchCamera(server.url('/main'), login);
  try {
    expect((await watched.ended()).code).toBe('wrong-password');
    expect(server.requests.filter(({ headers }) => headers.has('authorization'))).toEqual([]);
  } finally {
    await server.close();
  }
});

test.concurrent(
  'a camera that sends us elsewhere gets no password in plain text there',
  async () => {
    const other = await camera({ host: '127.0.0.3', access: { ...login, schemes: ['basic'] } });
    const server = await camera(redirect(() => other.url('/main')));
    const watched = watchCamera(server.url('/main'), login);
    try {
      expect((await watched.ended()).code).toBe('wrong-password');
      expect(other.requests.filter(({ headers }) => headers.has('authorization'))).toEqual([]);
    } finally {
      await Promise.all([server.close(), other.close()]);
    }
  },
);

test.concurrent(
  'another address that may be reached is gone to, before and in the middle',
  async () => {
    const last = await camera();
    const other = await camera();
    const server = await camera(redirect(() => other.url('/main')));
    const watched = watchCamera(server.url('/main'));
    try {
      await watched.count(10);
      other.say(`REDIRECT * RTSP/1.0\r\nCSeq: 3\r\nLocation: ${last.url('/main')}\r\n\r\n`);
      await vi.waitFor(() => expect([other.sessions, last.sessions]).toEqual([0, 1]), 5000);
      await watched.count(watched.pictures.length + 10);
      expect(other.asked('TEARDOWN')).toBe(1);
      const times = watched.pictures.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...times].sort((one, next) => one - next));
    } finally {
      await watched.stop();
      await Promise.all([server.close(), other.close(), last.close()]);
    }
  },
);

test.concurrent('nothing is there, and what is there is none', async () => {
  const web = createHttpServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const port = (web.address() as AddressInfo).port;
  expect((await watchCamera(`rtsp://127.0.0.1:${port}/`).ended()).code).toBe('not-rtsp');
  web.close();
  await once(web, 'close');
  expect(await watchCamera(`rtsp://127.0.0.1:${port}/`).ended()).toEqual({
    code: 'unreachable',
    detail: 'ECONNREFUSED',
  });
  const unknown = await watchCamera('rtsp://camera.invalid/').ended();
  expect(unknown).toMatchObject({
    code: 'unreachable',
    detail: expect.stringContaining('camera.invalid') as string,
  });
});

test.concurrent(
  'what a camera says of itself is told, so that another one is found out',
  async () => {
    const named: Partial<RtspServerSettings> = {
      answer: (request, usual) =>
        request.method === 'DESCRIBE'
          ? { ...usual, headers: [...usual.headers, ['Server', 'Camera/2.1']] }
          : usual,
    };
    const server = await camera({ ...named, access: { ...login, schemes: ['md5'] } });
    const watched = watchCamera(server.url('/main'), { ...login });
    try {
      await watched.count(1);
      expect(watched.facts[0]?.signs).toEqual({
        ...{ certificate: undefined, realm: 'A "camera"', server: 'Camera/2.1' },
        session: 'Kamera Süd',
      });
    } finally {
      await watched.stop();
      await server.close();
    }
  },
);

test.concurrent('rtsps: certificates', async () => {
  const { cert, key, fingerprint } = await cameraCertificate();
  const server = await camera({ tls: { cert, key } });
  const url = server.url('/main');
  try {
    const { cert: another } = await cameraCertificate();
    const trusts = [{}, { fingerprint: 'AB'.repeat(32) }, { ca: another }, { ca: another, fingerprint: 'ab'.repeat(32) }]; // prettier-ignore
    for (const trust of trusts) {
      // What was seen is told, so that a person can say that it is right.
      expect(await watchCamera(url, { trust }).ended()).toMatchObject({
        code: 'certificate',
        detail: expect.stringMatching(
          'fingerprint' in trust ? /another one/ : /SELF_SIGNED/,
        ) as string,
        fingerprint: fingerprint.replaceAll(':', '').toLowerCase(),
      });
    }
    expect(server.requests).toEqual([]);
    for (const trust of [{ ca: cert }, { fingerprint }]) {
      const watched = watchCamera(url, { trust });
      await watched.count(5);
      await watched.stop();
      expect(watched.facts[0]?.signs?.certificate).toBe(fingerprint);
    }
    const plain = await watchCamera(url.replace('rtsps:', 'rtsp:')).ended();
    expect(['not-rtsp', 'closed']).toContain(plain.code);
  } finally {
    await server.close();
  }
});

test.concurrent('it stops sending, or breaks off, in the middle', async () => {
  const server = await camera();
  const first = watchCamera(server.url('/main'));
  const second = watchCamera(server.url('/main'));
  try {
    await Promise.all([first.count(10), second.count(10)]);
    server.pause();
    const before = performance.now();
    expect(await first.ended()).toEqual({
      code: 'stalled',
      detail: 'no whole pictures come any more',
    });
    expect(performance.now() - before).toBeGreaterThan(1800);
    await vi.waitFor(() => expect(server.asked('TEARDOWN')).toBeGreaterThan(0), 5000);
    await second.ended();
    server.pause(false);
    const third = watchCamera(server.url('/main'));
    await third.count(10);
    server.drop();
    expect((await third.ended()).code).toBe('closed');
    expect(server.sessions).toBe(0);
  } finally {
    await server.close();
  }
});

test.concurrent('the camera ends the stream', async () => {
  const clip = await cameraClip('sub');
  let ssrc: Buffer = Buffer.alloc(4);
  const packet = (one: Buffer): Buffer[] => {
    ssrc = one.subarray(8, 12);
    return [one];
  };
  const server = await camera({ streams: { '/main': { clip, packet } } });
  const watched = watchCamera(server.url('/main'));
  try {
    await watched.count(10);
    server.say(Buffer.concat([Buffer.from([0x24, 1, 0, 8, 0x81, 203, 0, 1]), ssrc]));
    expect(await watched.ended()).toEqual({
      code: 'closed',
      detail: 'the camera has ended the stream',
    });
    expect(server.asked('TEARDOWN')).toBe(1);
  } finally {
    await server.close();
  }
});

test.concurrent(
  'packets that are lost: nothing of their picture passes, nor of what needs it',
  async () => {
    const clip = await cameraClip('main');
    const lost = [10, 90, 91, 230];
    const server = await camera({
      streams: {
        '/main': { clip, packet: (packet, count) => (lost.includes(count) ? [] : [packet]) },
      },
    });
    const watched = watchCamera(server.url('/main'));
    try {
      await watched.count(40);
      expect(watched.torn).toBeGreaterThan(0);
      let begin = 0;
      for (const [index, picture] of watched.pictures.entries()) {
        if (picture.isKey) begin = keyOf(clip, picture.units.at(-1)) - index;
        expect(differences([picture], clip, begin + index)).toEqual([]);
      }
    } finally {
      await watched.stop();
      await server.close();
    }
  },
);

function keyOf({ pictures }: CameraClip, slice: Buffer | undefined): number {
  return pictures.findIndex(({ units }) => slice && units.at(-1)?.equals(slice));
}

test.concurrent(
  'stopped while it is set up: it is ended at the camera, too, and nothing is told',
  async () => {
    for (const method of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']) {
      const server = await camera({
        answer: (request, usual) => (request.method === method ? null : usual),
      });
      const watched = watchCamera(server.url('/main'));
      if (method === 'TEARDOWN') await watched.count(3);
      else await vi.waitFor(() => expect(server.asked(method)).toBe(1), 5000);
      const before = performance.now();
      await watched.stop();
      expect(performance.now() - before).toBeLessThan(1500);
      await vi.waitFor(() => expect([server.sessions, server.connections]).toEqual([0, 0]), 5000);
      expect(watched.trouble).toBeUndefined();
      await server.close();
    }
  },
);

async function floodingCamera(piece: () => Buffer): Promise<RtspServer> {
  const server = await camera({
    answer: (request, usual, socket) => {
      const write = (bytes: Buffer | string): boolean => socket.write(bytes);
      if (request.method === 'PLAY') setTimeout(() => flood(socket, write, piece), 50);
      return usual;
    },
  });
  server.pause();
  return server;
}

test('what means no good is told soon, takes no memory, and disturbs no other camera', async () => {
  const server = await camera();
  const good = watchCamera(server.url('/main'));
  await good.count(5);
  const before = process.memoryUsage();
  const hostile = await Promise.all(Object.values(hostilities).map((serve) => startHostile(serve)));
  const flooding = await Promise.all(Object.values(floods).map(floodingCamera));
  const urls = [...hostile.map(({ url }) => url), ...flooding.map((one) => one.url('/main'))];
  const begun = performance.now();
  try {
    const told = await Promise.all(urls.map((url) => watchCamera(url).ended()));
    expect(performance.now() - begun).toBeLessThan(15_000);
    const names = [...Object.keys(hostilities), ...Object.keys(floods)];
    const seen = names.map((name, index) => [name, told[index]?.code]);
    const clear = ['not-rtsp', 'closed', 'stalled'];
    expect(seen.filter(([, code]) => !clear.includes(code ?? ''))).toEqual([]);
    const after = process.memoryUsage();
    expect((after.rss - before.rss) / 2 ** 20).toBeLessThan(150);
    expect(good.trouble).toBeUndefined();
    expect(good.torn).toBe(0);
    const passed = (performance.now() - begun) / 1000;
    expect(good.pictures.length).toBeGreaterThan(passed * 15);
    expect(differences(good.pictures, await cameraClip('sub'))).toEqual([]);
  } finally {
    await good.stop();
    await Promise.all([server, ...hostile, ...flooding].map((one) => one.close()));
  }
});
