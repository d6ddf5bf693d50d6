/** Cameras that do it their own way: whole pictures come, each one, in order, with the right size. */
import { expect, test, vi } from 'vitest';
import type { RtspSettings } from '../../gateway/rtsp/rtsp-source.ts';
import { cameraClip, type CameraClip, type ClipName } from '../support/rtsp/clips.ts';
import type { RtspAnswer } from '../support/rtsp/message.ts';
import { aggregate, h264Payloads, type Payload } from '../support/rtsp/packets.ts';
import type { Stream } from '../support/rtsp/playing.ts';
import { startRtspServer, type RtspServerSettings } from '../support/rtsp/server.ts';
import { differences, kinds, steps, watchCamera } from '../support/rtsp/watched.ts';

interface Odd {
  clip?: ClipName;
  stream?: Omit<Stream, 'clip'>;
  server?: Partial<RtspServerSettings>;
  source?: Partial<RtspSettings>;
  path?: string;
  /** Pictures to wait for; 40 unless said. */
  pictures?: number;
}

const login = { user: 'Jörg "Q"', password: 'gehe:im\\weg' };
const access = (schemes: NonNullable<RtspServerSettings['access']>['schemes'], more = {}): Odd => ({
  server: { access: { ...login, schemes, ...more } },
  source: login,
});

/** Changes a header of the answers to a method. */
const header =
  (method: string, name: string, value: (usual: string) => string | undefined) =>
  (request: { method: string }, usual: RtspAnswer): RtspAnswer => {
    if (request.method !== method) return usual;
    return {
      ...usual,
      headers: usual.headers.flatMap(([own, text]): [string, string][] => {
        const changed = own === name ? value(text) : text;
        return changed === undefined ? [] : [[own, changed]];
      }),
    };
  };
const sdp =
  (change: (text: string) => string) =>
  (request: { method: string }, usual: RtspAnswer): RtspAnswer =>
    request.method === 'DESCRIBE' ? { ...usual, body: change(usual.body) } : usual;
const refuse =
  (
    method: string,
    status: number,
    unless: (request: { headers: ReadonlyMap<string, string> }) => boolean = () => false,
  ) =>
  (request: { method: string; headers: ReadonlyMap<string, string> }, usual: RtspAnswer) =>
    request.method === method && !unless(request)
      ? { ...usual, status, reason: 'No', headers: usual.headers.slice(0, 1) }
      : usual;
const marked = (payloads: Buffer[], isMarked: (index: number) => boolean): Payload[] =>
  payloads.map((bytes, index) => ({ bytes, marker: isMarked(index) }));
const typeOf = (unit: Buffer): number => (unit[0] ?? 0) & 0x1f;

/** By UDP the small clip, which a busy machine's buffers hold for long. */
const odd: Record<string, Odd> = {
  'nothing odd': {},
  'nothing odd, by UDP': { clip: 'sub', source: { transport: 'udp' } },
  'by UDP from another address, of which nothing is said': {
    ...{ clip: 'sub', server: { sendsFrom: '127.0.0.2' }, source: { transport: 'udp' } },
  },
  'by UDP from other ports than it says': {
    clip: 'sub',
    server: {
      answer: header('SETUP', 'Transport', (usual) =>
        usual?.replace(/server_port=[\d-]+/, 'server_port=9-10'),
      ),
    },
    source: { transport: 'udp' },
  },
  'Digest with qop': access(['md5'], { qop: 'auth' }),
  'Digest without qop': access(['md5']),
  'Digest by SHA-256, beside weaker ones': access(['basic', 'md5', 'sha-256'], {
    qop: 'auth,auth-int',
  }),
  'Digest of sessions': access(['md5-sess'], { qop: 'auth' }),
  'Basic alone': access(['basic']),
  'a nonce for each request': access(['md5'], { qop: 'auth', nonceUses: 1 }),
  'a nonce for each request, and nothing said of it': access(['md5'], {
    ...{ nonceUses: 1, saysStale: false },
  }),
  'control URL absolute': { server: { answer: absolute('127.0.0.1') } },
  'control URL absolute, of another host': { server: { answer: absolute('192.0.2.7:8554') } },
  'Content-Base missing': {
    server: { answer: header('DESCRIBE', 'Content-Base', () => undefined) },
  },
  'Content-Base wrong': {
    server: { answer: header('DESCRIBE', 'Content-Base', () => 'rtsp://192.0.2.7/other/') },
  },
  'Content-Base no address at all': {
    server: { answer: header('DESCRIBE', 'Content-Base', () => '\u0001<none> of//it') },
  },
  'a query in the path': { path: '/cam/realmonitor?channel=1&subtype=0' },
  'UTF-8 in path and description': { path: '/Kamera-S%C3%BCd' },
  'no RTCP': { stream: { reports: 0 } },
  'time stamps at their end': { stream: { timestamp: 2 ** 32 - 90_000, sequence: 65_500 } },
  'packets larger than an MTU': { clip: 'fullHd', stream: { payload: 60_000 } },
  'small packets': { stream: { payload: 200 } },
  'parameter sets in one packet with the beginning of a picture': {
    stream: {
      payloads: ({ units }) => {
        const [slice = Buffer.alloc(0), ...sets] = [...units].reverse();
        const first = sets.length > 0 ? [aggregate(sets.reverse())] : [];
        const all = [...first, ...h264Payloads(slice, 1000)];
        return marked(all, (index) => index === all.length - 1);
      },
    },
  },
  'all slices of a picture in one packet': {
    clip: 'sliced',
    stream: {
      payloads: ({ units }, usual) => {
        const size = units.reduce((sum, unit) => sum + unit.length + 2, 1);
        return size > 60_000 ? usual : marked([aggregate(units)], () => true);
      },
    },
  },
  'parameter sets in the description alone': {
    stream: {
      payloads: (_, usual) => usual.filter(({ bytes }) => ![7, 8].includes(typeOf(bytes))),
    },
  },
  'parameter sets in the stream alone': {
    server: { answer: sdp((text) => text.replace(/;sprop-parameter-sets=.*/, '')) },
  },
  'parameter sets with a time of their own': {
    stream: {
      payloads: (_, usual) =>
        usual.map((one) => ({ ...one, marker: one.marker || [7, 8].includes(typeOf(one.bytes)) })),
      packet: (packet) => {
        if (![7, 8].includes((packet[12] ?? 0) & 0x1f)) return [packet];
        packet.writeUInt32BE((packet.readUInt32BE(4) - 10) >>> 0, 4);
        return [packet];
      },
    },
  },
  'start codes in packets': {
    stream: {
      payloads: ({ units, isKey }, usual) => {
        if (!isKey) return usual;
        const whole = Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]));
        const [, , , , ...bare] = whole;
        const all = h264Payloads(Buffer.from(bare), 1400);
        return marked(all, (index) => index === all.length - 1);
      },
    },
  },
  'each packet marked': {
    clip: 'sliced',
    stream: { payloads: (_, usual) => usual.map((one) => ({ ...one, marker: true })) },
  },
  'no packet marked': {
    clip: 'sliced',
    stream: { payloads: (_, usual) => usual.map((one) => ({ ...one, marker: false })) },
  },
  'delimiters, filler and end marks': {
    stream: {
      payloads: (_, usual) => [
        { bytes: Buffer.from([9, 0xf0]), marker: false },
        ...usual.map((one) => ({ ...one, marker: false })),
        { bytes: Buffer.from([12, 0xff, 0xff, 0x80]), marker: false },
        { bytes: Buffer.from([11]), marker: true },
      ],
    },
  },
  'padding, header extensions and contributors': {
    stream: {
      packet: (packet) => {
        const more = Buffer.from([0, 0, 0, 7, 0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0]);
        const padded = Buffer.concat([
          packet.subarray(0, 12),
          more,
          packet.subarray(12),
          Buffer.from([0, 0, 0, 4]),
        ]);
        padded[0] = 0x80 | 0x20 | 0x10 | 1;
        return [padded];
      },
    },
  },
  'packets twice, and empty ones': {
    clip: 'sub',
    stream: { packet: (packet) => [packet, packet.subarray(0, 7), packet] },
    source: { transport: 'udp' },
  },
  'packets out of order': {
    clip: 'sub',
    stream: { packet: swapped() },
    source: { transport: 'udp' },
  },
  '5 frames/s': { clip: 'slow', pictures: 12 },
  'key frames far apart, and a client that comes between': {
    ...{ clip: 'rareKeys', stream: { beginsAt: 60 } },
  },
  'the rest of a picture first': {
    stream: { beginsAt: 20, packet: (packet, count) => (count < 2 ? [] : [packet]) },
  },
  'High profile': { clip: 'high' },
  'portrait 1080×1920': { clip: 'portrait' },
  '4K': { clip: 'uhd' },
  'frames split over TCP segments': { server: { write: inPieces() } },
  'GET_PARAMETER not supported, session time-out of 2 s': {
    server: { sessionTimeout: 2, answer: refuse('GET_PARAMETER', 501) },
    pictures: 100,
  },
  'GET_PARAMETER not named, session time-out of 2 s': {
    server: { sessionTimeout: 2, publicMethods: 'OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY' },
    pictures: 100,
  },
  'no range': { server: { answer: refuse('PLAY', 457, ({ headers }) => !headers.has('range')) } },
  'OPTIONS not known': { server: { answer: refuse('OPTIONS', 405) } },
  'no TCP': {
    clip: 'sub',
    server: {
      answer: refuse(
        'SETUP',
        461,
        ({ headers }) => headers.get('transport')?.includes('client_port') === true,
      ),
    },
  },
  'no UDP': {
    clip: 'sub',
    source: { transport: 'udp' },
    server: {
      answer: refuse(
        'SETUP',
        461,
        ({ headers }) => headers.get('transport')?.includes('TCP') === true,
      ),
    },
  },
  'Transport not said': { server: { answer: header('SETUP', 'Transport', () => undefined) } },
  'CSeq not said': {
    server: {
      answer: (_, usual) => ({
        ...usual,
        headers: usual.headers.filter(([name]) => name !== 'CSeq'),
      }),
    },
  },
  'headers in other letters, lines without CR': {
    server: {
      answer: (_, usual) => {
        const lines = usual.headers.map(([name, value]) => `${name.toUpperCase()}:${value}\n`);
        const length = usual.body === '' ? '' : `CONTENT-LENGTH:${Buffer.byteLength(usual.body)}\n`;
        return Buffer.from(`RTSP/1.0 ${usual.status}\n${lines.join('')}${length}\n${usual.body}`);
      },
    },
  },
  'it asks, too': {
    server: {
      answer: (request, usual, socket) => {
        if (request.method === 'PLAY') socket.write('OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n');
        return usual;
      },
    },
  },
  'bytes between frames that make no sense': { server: { write: withRubbish() } },
};

function absolute(host: string): RtspServerSettings['answer'] {
  return (request, usual) => {
    if (request.method === 'DESCRIBE') {
      const at = request.url.replace(
        '127.0.0.1',
        host.includes(':') ? (host.split(':')[0] ?? '') : host,
      );
      return { ...usual, body: usual.body.replace('trackID=1', `${at}/trackID=1`) };
    }
    return usual;
  };
}

/** Each fifth packet after the next one. */
function swapped(): NonNullable<Stream['packet']> {
  let held: Buffer | undefined;
  return (packet, count) => {
    if (held) {
      const both = [packet, held];
      held = undefined;
      return both;
    }
    if (count % 5 !== 4) return [packet];
    held = packet;
    return [];
  };
}

/** Pieces of all sizes, one after the other. */
function inPieces(): RtspServerSettings['write'] {
  let size = 1;
  return (socket, bytes) => {
    for (let at = 0; at < bytes.length; at += size) {
      size = (size * 7 + 3) % 1009;
      socket.write(bytes.subarray(at, at + size));
    }
  };
}

function withRubbish(): RtspServerSettings['write'] {
  let count = 0;
  return (socket, bytes) => {
    count += 1;
    if (bytes[0] === 0x24 && count % 50 === 0)
      socket.write(Buffer.from([0, 1, 2, 0x52, 0x24, 0x11]));
    socket.write(bytes);
  };
}

test.concurrent.each(Object.entries(odd))('%s', async (_, camera) => {
  const { path = '/main', pictures = 40, stream } = camera;
  const clip = await cameraClip(camera.clip ?? 'main');
  const server = await startRtspServer({
    ...camera.server,
    streams: { [path]: { ...stream, clip } },
  });
  const watched = watchCamera(server.url(path), camera.source);
  try {
    await watched.count(pictures);
    await watched.stop();
    const begin = stream?.beginsAt === undefined ? 0 : nextKey(clip, stream.beginsAt);
    expect(differences(watched.pictures, clip, begin)).toEqual([]);
    expect(watched.facts.at(-1)).toMatchObject({
      codec: 'H264',
      width: clip.width,
      height: clip.height,
      reorders: false,
    });
    expect(watched.torn).toBe(0);
    // One may set the line right, where a busy machine has held pictures up.
    const uneven = steps(watched.pictures, clip).filter((step) => Math.abs(step - 1) > 0.06);
    expect(uneven.length).toBeLessThan(2);
    await vi.waitFor(() => expect([server.sessions, server.connections]).toEqual([0, 0]), 5000);
    expect(server.asked('TEARDOWN')).toBeGreaterThan(0);
  } finally {
    await watched.stop();
    await server.close();
  }
});

function nextKey({ pictures }: CameraClip, from: number): number {
  return pictures.findIndex(({ isKey }, index) => isKey && index >= from);
}

test('what is shown in another order than it comes is told, with the time of each picture', async () => {
  const clip = await cameraClip('bFrames');
  const server = await startRtspServer({ streams: { '/main': clip } });
  const watched = watchCamera(server.url('/main'));
  try {
    await watched.count(60);
    expect(watched.facts.map(({ reorders }) => reorders)).not.toContain(false);
    expect(differences(watched.pictures, clip)).toEqual([]);
    const first = watched.pictures[0]?.timestamp ?? 0;
    const shown = watched.pictures.map(({ timestamp }) => Math.round((timestamp - first) / 3600));
    expect(shown).toEqual(clip.pictures.slice(0, shown.length).map(({ shownAt }) => shownAt));
  } finally {
    await watched.stop();
    await server.close();
  }
});

test('other parameter sets in the middle: told before the first picture that needs them', async () => {
  const [small, wide] = await Promise.all([cameraClip('sub'), cameraClip('mainProfile')]);
  const second = (clip: CameraClip) =>
    clip.pictures.slice(0, 25).map((picture, index) => ({ ...picture, shownAt: index }));
  const clip: CameraClip = {
    ...small,
    pictures: [
      ...second(small),
      ...second(wide).map((one) => ({ ...one, shownAt: one.shownAt + 25 })),
    ],
  };
  const server = await startRtspServer({ streams: { '/main': clip } });
  const watched = watchCamera(server.url('/main'));
  try {
    await watched.count(60);
    const large = watched.facts.findIndex(({ width }) => width === 640);
    expect(watched.toldAfter[large]).toBe(25);
    expect(differences(watched.pictures, clip)).toEqual([]);
    expect(kinds(watched.pictures[25]?.units ?? [])).toEqual([7, 8, 6, 5]);
    expect(new Set(watched.facts.map(({ width, profile }) => `${width} ${profile}`))).toEqual(
      new Set(['320 Baseline', '640 Main']),
    );
  } finally {
    await watched.stop();
    await server.close();
  }
});

test('clocks that are set: the times go on as the pictures come', async () => {
  const clip = await cameraClip('sub');
  const jumps = [0, 90_000 * 3600, 90_000 * 3600 - 2 ** 31 + 5, 17];
  const stamp = (usual: number, count: number): number =>
    usual + (jumps[Math.floor(count / 20) % 4] ?? 0);
  const server = await startRtspServer({ streams: { '/main': { clip, stamp } } });
  const watched = watchCamera(server.url('/main'));
  try {
    await watched.count(100);
    expect(differences(watched.pictures, clip)).toEqual([]);
    const [first, last] = [watched.pictures[0], watched.pictures[99]];
    const passed = ((last?.timestamp ?? 0) - (first?.timestamp ?? 0)) / 90;
    expect(Math.abs(passed - ((last?.cameAt ?? 0) - (first?.cameAt ?? 0)))).toBeLessThan(300);
    expect(Math.min(...steps(watched.pictures, clip))).toBeGreaterThan(0);
    expect(watched.torn).toBe(0);
  } finally {
    await watched.stop();
    await server.close();
  }
});
