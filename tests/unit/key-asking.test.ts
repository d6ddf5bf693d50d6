/** A camera that can be asked for key pictures beside its streams: how often it is asked, and what is made of the answers. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeyAsking } from '../../gateway/camera/key-asking.ts';
import type { StreamName } from '../../gateway/camera/layers.ts';
import { keyFrameText } from '../../web/lib/administration/cameras/words.ts';
import { SiteCameraReport } from '../../server/contract/gateway.ts';
import { FakeCamera, mainFacts, picture, subFacts } from '../support/fake-camera.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** What a camera does when it is asked. */
type Manner = 'makes' | 'ignores' | 'hangs' | 'refuses';

class Device {
  manner: Manner = 'makes';
  readonly asked: StreamName[] = [];
  /** Told when a key picture is made, 100 ms after the question. */
  made: (stream: StreamName) => void = () => {};

  request(stream: StreamName): Promise<void> {
    this.asked.push(stream);
    if (this.manner === 'makes') setTimeout(() => this.made(stream), 100);
    if (this.manner === 'hangs') return new Promise(() => {});
    if (this.manner === 'refuses') return Promise.reject(new Error('ter:ActionNotSupported'));
    return Promise.resolve();
  }
}

let device: Device;
let changes: number;
let keys: KeyAsking;
beforeEach(() => {
  device = new Device();
  changes = 0;
  keys = new KeyAsking(device, () => (changes += 1));
  device.made = (stream) => keys.came(stream);
});
afterEach(() => keys.close());

/** Wants a key picture each 40 ms, as a stream of 25 pictures a second does that waits for one. */
async function wants(streams: StreamName | StreamName[], time: number): Promise<void> {
  for (let at = 0; at < time; at += 40) {
    for (const stream of [streams].flat()) keys.want(stream);
    await pass(40);
  }
}

test('it is asked once a second at most, each stream for itself', async () => {
  await wants(['main', 'sub'], 5000);
  expect(device.asked.filter((stream) => stream === 'main')).toHaveLength(5);
  expect(device.asked.filter((stream) => stream === 'sub')).toHaveLength(5);
  expect(keys.counts).toEqual({ made: 10, refused: 0, hangs: 0, ignored: 0 });
  expect(keys.trouble).toBeUndefined();
});

test.each([
  ['ignores', 'ignored', undefined],
  ['refuses', 'refused', 'ter:ActionNotSupported'],
] as const)(
  'one that %s is asked seldom after three in vain, and the row says so',
  async (manner, code, detail) => {
    device.manner = manner;
    await wants('main', 10_000);
    expect(device.asked.length).toBeLessThanOrEqual(4);
    expect(keys.counts[code]).toBe(device.asked.length);
    expect(keys.trouble).toEqual({ code, ...(detail ? { detail } : {}) });
    expect(changes).toBe(1);
    // Somebody sets it right.
    device.manner = 'makes';
    await wants('main', 95_000);
    expect(keys.trouble).toBeUndefined();
  },
);

test('one that hangs is not asked again before it has answered, and holds up no other stream', async () => {
  device.manner = 'hangs';
  await wants('main', 10_000);
  expect(device.asked).toEqual(['main']);
  expect(keys.counts).toEqual({ made: 0, refused: 0, hangs: 1, ignored: 0 });
  device.manner = 'makes';
  await wants('sub', 1000);
  expect(keys.counts.made).toBe(1);
});

test('what comes later than a second is not the answer, and a stream that rests owes none', async () => {
  device.manner = 'ignores';
  keys.want('main');
  await pass(1100);
  keys.came('main');
  expect(keys.counts).toMatchObject({ made: 0, ignored: 1 });
  keys.want('main');
  keys.rests('main');
  await pass(5000);
  expect(keys.counts).toMatchObject({ made: 0, ignored: 1 });
});

const both = { main: mainFacts, sub: subFacts };
async function watched(): Promise<FakeCamera> {
  const camera = new FakeCamera({}, { device: { keyFrames: device } });
  camera.answer = both;
  camera.life.start();
  await pass(5000);
  camera.upload?.events.wanted(1);
  await pass(1);
  return camera;
}

test('a stream that begins without a key picture, or has lost one, has its camera asked; one that begins well has not', async () => {
  const camera = await watched();
  const [main, sub] = [camera.last('main').events, camera.last('sub').events];
  sub.picture(picture());
  sub.picture(picture({ isKey: false }));
  main.awaitsKey?.();
  main.awaitsKey?.();
  expect(device.asked).toEqual(['main']);
  main.picture(picture());
  expect(camera.life.keyAsking).toMatchObject({ made: 1 });
  await pass(1500);
  sub.awaitsKey?.();
  expect(device.asked).toEqual(['main', 'sub']);
});

test('a layer that comes back while its stream still runs has its camera asked', async () => {
  const camera = await watched();
  const { events } = camera.last('main');
  events.picture(picture());
  camera.upload?.events.wanted(0);
  camera.upload?.events.wanted(1);
  events.picture(picture({ isKey: false }));
  expect(device.asked).toEqual(['main']);
});

test('a viewer who cannot go on has the camera of an untouched stream asked, and the encoder of any other', async () => {
  const camera = await watched();
  camera.upload?.events.keyWanted(1);
  expect(device.asked).toEqual(['main']);
  camera.last('sub').events.facts({ ...subFacts, transcoded: true });
  camera.upload?.events.keyWanted(0);
  expect(device.asked).toEqual(['main']);
  expect(camera.keysWanted).toEqual(['main', 'sub']);
});

test('a camera that makes none when asked says so in its report, with what to set', async () => {
  device.manner = 'refuses';
  const camera = await watched();
  const { events } = camera.last('main');
  events.facts({ ...mainFacts, keyInterval: 4000 });
  for (let second = 0; second < 4; second += 1) {
    events.awaitsKey?.();
    await pass(1100);
  }
  const report = SiteCameraReport.parse(camera.life.report);
  expect(report.keyFrames).toEqual({ code: 'refused', detail: 'ter:ActionNotSupported' });
  expect(keyFrameText(report)).toMatch(/refuses.*ActionNotSupported.*up to 4\.0 s.*to 1 s/);
  await camera.life.close();
});

test('a camera that cannot be asked goes on as ever', async () => {
  const camera = new FakeCamera();
  camera.answer = both;
  camera.life.start();
  await pass(5000);
  camera.upload?.events.wanted(1);
  await pass(1);
  camera.last('main').events.awaitsKey?.();
  camera.upload?.events.keyWanted(1);
  expect(camera.keysWanted).toEqual(['main']);
  expect(camera.life.report).not.toHaveProperty('keyFrames');
});
