/** A camera's life at the gateway: what is pulled, what is published, what is tried again and when. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SiteCameraReport, type TroubleCode } from '../../server/contract/gateway.ts';
import { FakeCamera, mainFacts, picture, subFacts } from '../support/fake-camera.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const both = { main: mainFacts, sub: subFacts };

/** A camera that works, was looked at, and that nobody watches. */
async function asleep(...about: ConstructorParameters<typeof FakeCamera>): Promise<FakeCamera> {
  const camera = new FakeCamera(...about);
  camera.answer = camera.life.camera.sub === undefined ? { main: mainFacts } : both;
  camera.life.start();
  await pass(5000);
  return camera;
}

test('it looks once at what the camera sends, publishes that, and sleeps until somebody watches', async () => {
  const camera = await asleep();
  expect(camera.published).toEqual([
    [subFacts, mainFacts].map(({ width, height }) => expect.objectContaining({ width, height })),
  ]);
  expect(camera.pulled).toEqual([]);
  expect(camera.sessions).toHaveLength(2);
  expect(camera.life.state).toBe('asleep');
  expect(camera.remembered.at(-1)?.streams).toEqual(both);
});

test('a sub stream that fails, or says nothing for long, does not keep the main stream from being shown', async () => {
  const failing = new FakeCamera();
  failing.answer = { main: mainFacts, sub: 'wrong-path' };
  failing.life.start();
  await pass(10);
  expect(failing.published).toHaveLength(1);
  expect(failing.life.trouble?.code).toBe('wrong-path');
  const silent = new FakeCamera();
  silent.answer = { main: mainFacts };
  silent.life.start();
  await pass(4900);
  expect(silent.published).toEqual([]);
  await pass(200);
  expect(silent.published).toHaveLength(1);
});

test('what was remembered is published before the camera has answered', () => {
  const camera = new FakeCamera({}, { known: { streams: both, signs: {} } });
  camera.life.start();
  expect(camera.published).toHaveLength(1);
});

test('a small tile pulls the sub stream alone, an enlarged one both; what nobody wants is stopped a little later', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(0);
  expect(camera.pulled).toEqual(['sub']);
  expect(camera.life.state).toBe('trying');
  await pass(1);
  camera.last('sub').events.picture(picture());
  expect(camera.life.state).toBe('live');
  camera.upload?.events.wanted(1);
  expect(camera.pulled).toEqual(['sub', 'main']);
  camera.upload?.events.wanted(0);
  await pass(1000);
  expect(camera.pulled).toEqual(['sub', 'main']);
  await pass(1500);
  expect(camera.pulled).toEqual(['sub']);
  camera.upload?.events.wanted(null);
  await pass(2500);
  expect(camera.pulled).toEqual([]);
  expect(camera.life.state).toBe('asleep');
});

test('whoever comes back within the linger finds the same session', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(1);
  const sessions = camera.sessions.length;
  camera.upload?.events.wanted(null);
  await pass(1500);
  camera.upload?.events.wanted(1);
  await pass(10_000);
  expect(camera.sessions).toHaveLength(sessions);
  expect(camera.pulled).toHaveLength(2);
});

test('stills are of the main stream while it is pulled, else of the sub stream', async () => {
  const shown: number[] = [];
  const stills = {
    show: ({ cameAt }: { cameAt: number }) => void shown.push(cameAt),
    still: async () => undefined,
    forget: () => {},
  };
  const camera = await asleep({}, { stills });
  camera.upload?.events.wanted(0);
  await pass(1);
  const sub = camera.last('sub').events;
  sub.picture(picture({ cameAt: 1 }));
  sub.picture(picture({ cameAt: 2, isKey: false }));
  camera.upload?.events.wanted(1);
  await pass(1);
  sub.picture(picture({ cameAt: 3 }));
  camera.last('main').events.picture(picture({ cameAt: 4 }));
  sub.picture(picture({ cameAt: 5 }));
  camera.upload?.events.wanted(0);
  await pass(3000);
  sub.picture(picture({ cameAt: 6 }));
  expect(shown).toEqual([1, 3, 4, 6]);
});

test('sound is of the stream that is always pulled, or of the one that has it; not sent to nobody, and not unless it is switched on', async () => {
  const [sound, none] = [{ codec: 'PCMA', sentAs: 'PCMA' }, {}] as const;
  const piece = (timestamp: number) => ({ payload: Buffer.alloc(160), timestamp, cameAt: 0 });
  const withSound = async (audio: boolean, sub: object, main: object): Promise<FakeCamera> => {
    const camera = new FakeCamera({ audio });
    camera.answer = { main: { ...mainFacts, ...main }, sub: { ...subFacts, ...sub } };
    camera.life.start();
    await pass(5000);
    camera.upload?.events.wanted(1);
    await pass(1);
    camera.last('main').events.sound?.(piece(1));
    camera.last('sub').events.sound?.(piece(2));
    camera.upload?.events.wanted(null);
    camera.last('sub').events.sound?.(piece(3));
    camera.last('main').events.sound?.(piece(4));
    return camera;
  };
  const both = await withSound(true, { sound }, { sound });
  expect([both.sounds.at(-1), both.heard, both.soundWanted]).toEqual([
    ...['PCMA', [2], { main: false, sub: true }],
  ]);
  expect(both.life.report.audio).toEqual({ sentAs: 'PCMA' });
  const main = await withSound(true, none, { sound });
  expect([main.sounds.at(-1), main.heard]).toEqual(['PCMA', [1]]);
  const off = await withSound(false, { sound }, { sound });
  expect([off.sounds.at(-1), off.heard, off.life.report.audio]).toEqual([undefined, [], undefined]);
  const silent = await withSound(true, none, none);
  expect(silent.life.report.audio).toEqual({ missing: 'the camera has none' });
  both.upload?.events.noSound?.('The server takes none.');
  expect(both.life.report.audio?.missing).toBe('The server takes none.');
});

test('a camera of one stream has one layer', async () => {
  const camera = await asleep({ sub: undefined });
  expect(camera.published[0]).toHaveLength(1);
  camera.upload?.events.wanted(0);
  expect(camera.pulled).toEqual(['main']);
});

test.each([
  ['another shape', { ...subFacts, width: 320, height: 240 }, /320×240/],
  ['another codec', { ...subFacts, codec: 'MJPEG' }, /MJPEG/],
])('of a sub stream with %s, main is sent alone, and the row says so', async (_, sub, words) => {
  const camera = new FakeCamera();
  camera.answer = { main: mainFacts, sub };
  camera.life.start();
  await pass(5000);
  expect(camera.published.at(-1)).toEqual([{ width: 1280, height: 720, frameRate: undefined }]);
  expect(camera.life.trouble).toMatchObject({
    code: 'streams-differ',
    detail: expect.stringMatching(words),
  });
  camera.upload?.events.wanted(0);
  expect(camera.pulled).toEqual(['main']);
});

test('2 % of another shape is what encoders round', async () => {
  const camera = new FakeCamera();
  camera.answer = {
    main: { ...mainFacts, width: 1920, height: 1088 },
    sub: { ...subFacts, width: 640, height: 360 },
  };
  camera.life.start();
  await pass(1);
  expect(camera.published.at(-1)).toHaveLength(2);
});

test('each layer begins with a key picture, and begins anew after it was not wanted', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(0);
  await pass(1);
  const { events } = camera.last('sub');
  for (const isKey of [false, true, false]) events.picture(picture({ isKey }));
  expect(camera.sent.map(({ layer, picture: { isKey } }) => [layer, isKey])).toEqual([
    [0, true],
    [0, false],
  ]);
  camera.upload?.events.wanted(null);
  events.picture(picture());
  camera.upload?.events.wanted(0);
  events.picture(picture({ isKey: false }));
  expect(camera.sent).toHaveLength(2);
});

test('another size is published anew, and sent from its first key picture on', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(1);
  await pass(1);
  const { events } = camera.last('main');
  events.facts({ ...mainFacts, frameRate: 24.96 });
  expect(camera.published).toHaveLength(1);
  events.facts({ ...mainFacts, width: 1920, height: 1080 });
  expect(camera.published.at(-1)?.at(-1)).toMatchObject({ width: 1920, height: 1080 });
});

test('time stamps go on rising when another session begins its own', async () => {
  const camera = await asleep({ sub: undefined });
  camera.upload?.events.wanted(0);
  await pass(1);
  camera.last('main').events.picture(picture({ timestamp: 900_000 }));
  camera.end('main', { code: 'closed' });
  await pass(500);
  camera.last('main').events.picture(picture({ timestamp: 3000 }));
  const [before, after] = camera.sent.map(({ picture: { timestamp } }) => timestamp);
  expect((after ?? 0) - (before ?? 0)).toBe(500 * 90);
});

test('a camera that is gone is tried twice a second for 10 s, then seldom, and told of once', async () => {
  const camera = new FakeCamera({ sub: undefined });
  camera.answer = { main: 'unreachable' };
  camera.life.start();
  await pass(9900);
  expect(camera.count('main')).toBe(20);
  await pass(290_000);
  // 1, 2, 4, 8, 16 and then 30 s between them.
  expect(camera.count('main')).toBeGreaterThan(29);
  expect(camera.count('main')).toBeLessThan(36);
  expect(camera.log.filter(({ msg }) => msg === 'a camera has trouble')).toHaveLength(1);
  expect(camera.life).toMatchObject({ state: 'trying', trouble: { code: 'unreachable' } });
});

test('it comes back with whole pictures, after which quick tries count anew', async () => {
  const camera = new FakeCamera({ sub: undefined });
  camera.answer = { main: 'unreachable' };
  camera.life.start();
  await pass(120_000);
  camera.answer = both;
  await pass(30_000);
  camera.upload?.events.wanted(0);
  await pass(1);
  for (let at = 0; at < 4; at += 1) {
    camera.last('main').events.picture(picture());
    await pass(1000);
  }
  expect(camera.life.trouble).toBeUndefined();
  const before = camera.count('main');
  camera.end('main', { code: 'stalled' });
  await pass(600);
  expect(camera.count('main')).toBe(before + 1);
});

test('waits are jittered by up to half', async () => {
  const tries = async (random: number): Promise<number> => {
    const camera = new FakeCamera({ sub: undefined }, { random: () => random });
    camera.answer = { main: 'no-session' };
    camera.life.start();
    await pass(300_000);
    return camera.count('main');
  };
  expect(await tries(1)).toBeGreaterThan(1.5 * (await tries(0)));
});

test('a refused password is tried three times in all, over both streams, and then waits for a person', async () => {
  const camera = new FakeCamera();
  camera.answer = { main: 'wrong-password', sub: 'wrong-password' };
  camera.life.start();
  await pass(600_000);
  expect(camera.sessions).toHaveLength(3);
  expect(camera.life).toMatchObject({ state: 'failed', trouble: { code: 'wrong-password' } });
});

test('streams of a password that is being tried wait for what becomes of it', async () => {
  const camera = new FakeCamera();
  camera.life.start();
  expect(camera.sessions).toHaveLength(2);
  for (const { stream } of [...camera.sessions]) camera.end(stream, { code: 'wrong-password' });
  await pass(60_000);
  expect(camera.sessions).toHaveLength(3);
});

test.each<[TroubleCode, number, number]>([
  ['wrong-path', 4, 7],
  ['unsupported-codec', 4, 7],
  ['certificate', 4, 7],
  ['no-session', 10, 20],
  ['wrong-network', 1, 1],
])('%s is tried in five minutes at least %i and at most %i times', async (code, least, most) => {
  const camera = new FakeCamera({ sub: undefined });
  camera.answer = { main: code };
  camera.life.start();
  await pass(300_000);
  expect(camera.count('main')).toBeGreaterThanOrEqual(least);
  expect(camera.count('main')).toBeLessThanOrEqual(most);
  expect(camera.life.trouble?.code).toBe(code);
  expect(camera.life.state).toBe(code === 'wrong-network' ? 'failed' : 'trying');
});

test('another camera at the address is not shown; the right one is, when it is back', async () => {
  const signs = { realm: 'Camera 4711' };
  const known = { streams: both, signs: { main: signs, sub: signs } };
  const camera = new FakeCamera({}, { known });
  const other = { signs: { realm: 'Camera 4712' } };
  camera.answer = { main: { ...mainFacts, ...other }, sub: { ...subFacts, ...other } };
  camera.life.start();
  camera.upload?.events.wanted(1);
  await pass(10);
  expect(camera.life).toMatchObject({ state: 'trying', trouble: { code: 'other-camera' } });
  camera.last('main').events.picture(picture());
  expect(camera.sent).toEqual([]);
  expect(camera.remembered).toEqual([]);
  camera.answer = { main: { ...mainFacts, signs }, sub: { ...subFacts, signs } };
  await pass(70_000);
  camera.last('main').events.picture(picture());
  expect(camera.sent).toHaveLength(1);
});

test('an update, another size or a renewed certificate make no other camera of it', async () => {
  const main = { server: 'Camera/1.2.3', session: 'live', certificate: 'aa', realm: 'serial 1' };
  const camera = new FakeCamera({ sub: undefined }, { known: { streams: both, signs: { main } } });
  camera.answer = {
    main: {
      ...mainFacts,
      width: 640,
      height: 360,
      signs: { ...main, server: 'Camera/1.3.0', certificate: 'bb' },
    },
  };
  camera.life.start();
  await pass(10);
  expect(camera.life.trouble).toBeUndefined();
});

test('masks are set at both streams before the next picture, and what comes begins with a key picture', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(0);
  await pass(1);
  const { events } = camera.last('sub');
  events.picture(picture());
  const points = [0, 1, 2].map((at) => ({ x: at / 2, y: at % 2 }));
  await camera.upload?.events.masks([{ points }]);
  expect(camera.masks).toEqual({ main: [{ points }], sub: [{ points }] });
  events.picture(picture({ isKey: false }));
  expect(camera.sent).toHaveLength(1);
  events.picture(picture());
  expect(camera.sent).toHaveLength(2);
});

test('masks that cannot be burnt in are refused', async () => {
  const camera = await asleep();
  camera.canMask = false;
  await expect(camera.upload?.events.masks([{ points: [] }])).rejects.toThrow('Masks');
  await camera.upload?.events.masks([]);
});

test('a key picture is asked for at the stream of the layer', async () => {
  const camera = await asleep();
  camera.upload?.events.keyWanted(1);
  expect(camera.keysWanted).toEqual(['main']);
});

test('a narrow uplink has only the layers that it has room for, and the row says so', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(1);
  camera.upload?.events.fits(0);
  expect(camera.life.report.narrow).toBe(true);
  await pass(2500);
  expect(camera.pulled).toEqual(['sub']);
  camera.upload?.events.fits(1);
  expect(camera.pulled).toEqual(['sub', 'main']);
  expect(camera.life.report.narrow).toBe(false);
});

test('a refusal of the server is on the row until there is a place again', async () => {
  const camera = await asleep();
  const fault = { code: 'zone-occupied', message: 'Another camera films.' } as const;
  camera.upload?.events.refused(fault, true);
  expect(camera.life).toMatchObject({ state: 'asleep', trouble: { code: 'zone-occupied' } });
  camera.upload?.events.wanted(0);
  expect(camera.life.trouble).toBeUndefined();
  camera.upload?.events.refused({ code: 'forbidden', message: 'Not this zone.' }, false);
  expect(camera.life).toMatchObject({
    state: 'failed',
    trouble: { code: 'forbidden', detail: 'Not this zone.' },
  });
});

test('a fault in it is its own trouble, is logged, and is tried again', async () => {
  const camera = await asleep({ sub: undefined });
  camera.throws = new Error('a fault of ours');
  camera.upload?.events.wanted(0);
  expect(camera.life.trouble).toEqual({ code: 'internal', detail: 'a fault of ours' });
  expect(camera.log).toContainEqual(expect.objectContaining({ msg: 'a fault at a camera' }));
  await pass(1100);
  expect(camera.pulled).toEqual(['main']);
});

test('a camera that ends every 5 s is told of once', async () => {
  const camera = await asleep({ sub: undefined });
  camera.upload?.events.wanted(0);
  for (let round = 0; round < 20; round += 1) {
    await pass(1);
    for (let second = 0; second < 5; second += 1) {
      camera.last('main').events.picture(picture());
      await pass(1000);
    }
    camera.end('main', { code: 'closed' });
    const sessions = camera.count('main');
    await pass(600);
    expect(camera.count('main')).toBe(sessions + 1);
  }
  const lines = camera.log.filter(({ msg }) => msg === 'a camera has trouble');
  expect(lines).toHaveLength(1);
});

test('its end closes the sessions and gives the zone back', async () => {
  const camera = await asleep();
  camera.upload?.events.wanted(1);
  await pass(1);
  await camera.life.close();
  expect(camera.pulled).toEqual([]);
  expect(camera.upload?.closed).toBe(true);
  const sessions = camera.sessions.length;
  camera.upload?.events.wanted(1);
  await pass(10_000);
  expect(camera.sessions).toHaveLength(sessions);
});

test('what it reports fits the contract, and holds no secret', async () => {
  const camera = await asleep({ user: 'admin', password: 'secret' });
  camera.upload?.events.wanted(1);
  await pass(1);
  for (let at = 0; at < 30; at += 1) {
    camera.last('main').events.picture(picture({ isKey: at === 0 }));
    await pass(100);
  }
  const report = SiteCameraReport.parse(camera.life.report);
  expect(report).toMatchObject({ name: 'gate', address: '10.0.0.9', state: 'live', setIn: 'file' });
  expect(report.streams.map(({ width, pulled }) => [width, pulled])).toEqual([
    [320, true],
    [1280, true],
  ]);
  expect(report.streams[1]?.bitRate).toBeCloseTo(80_000, -3);
  expect(JSON.stringify(report)).not.toMatch(/secret|admin/);
});

test('one that is switched off does nothing', async () => {
  const camera = new FakeCamera({ enabled: false });
  camera.life.start();
  await pass(60_000);
  expect(camera.life.state).toBe('off');
  expect(camera.sessions).toEqual([]);
  expect(camera.upload).toBeUndefined();
});
