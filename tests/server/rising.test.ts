/** A tile that grows beyond what its camera sends, and one that changes its mind meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const clip = threeLayerClip();
const zone = 'RISING-CAM-1';
const small = { zone, width: 320, height: 180, visible: true, focused: false };
const middle = { ...small, width: 640, height: 360 };
const large = { ...small, width: 1280, height: 720, focused: true };
const hidden = { ...small, visible: false };
/** Until mediasoup calls a layer inactive that is not sent any more, ms. */
const noticed = 2500;
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({
    TLS_ENABLED: 'false',
    CAMERA_WARM_UP: '500',
    CAMERA_LINGER: '300',
  });
});
afterAll(async () => {
  await server?.stop();
});

test('a layer that sleeps is woken for it, by a second consumer that takes over once it flows', async () => {
  const publisher = await LightPublisher.start(server.url, zone, clip);
  const watcher = new LightWatcher(server.url);
  const widths = (): number[] => [...watcher.streams.values()].map(({ width }) => width);
  const active = (): boolean[] => publisher.layers.map((layer) => layer.active);
  try {
    await watcher.watch([small]);
    await watcher.connected();
    await expect.poll(active, { timeout: 5000 }).toEqual([true, false, false]);
    await expect.poll(widths).toEqual([320]);
    const [former] = watcher.streams.keys();
    await pause(noticed);

    await watcher.view([large]);
    await expect.poll(active, { interval: 1 }).toEqual([true, true, true]);
    // The small picture goes on until the large one is there, and only then ends.
    expect(watcher.streams.has(former ?? '')).toBe(true);
    await expect.poll(widths, { timeout: 5000 }).toEqual([1280]);
    expect(watcher.streams.has(former ?? '')).toBe(false);

    await watcher.view([small]);
    await expect.poll(active, { timeout: 15_000 }).toEqual([true, false, false]);

    // Hidden and shown again, it waits no longer for the layer that it once rose to.
    await watcher.view([hidden]);
    await expect.poll(active, { timeout: 5000 }).toEqual([false, false, false]);
    await pause(noticed);
    const shown = performance.now();
    await watcher.view([small]);
    expect(performance.now() - shown).toBeLessThan(1000);
  } finally {
    publisher.close();
    watcher.close();
  }
});

type Shown = typeof small;
/** How the tile is shown, one way after another: until its picture is so wide, px, or for some ms. */
const changes: Record<string, [Shown, { width: number } | { time: number }][]> = {
  'small again at once': [[large, { time: 0 }]],
  'small again once it is large': [[large, { width: 1280 }]],
  'large, small and large, and small': [
    [large, { time: 100 }],
    [small, { time: 100 }],
    [large, { width: 1280 }],
  ],
  'by way of a middle one': [
    [middle, { width: 640 }],
    [large, { time: 50 }],
  ],
  'hidden before it is large': [
    [large, { time: 50 }],
    [hidden, { time: 0 }],
  ],
  'hidden once it is large, until the camera is told': [
    [large, { width: 1280 }],
    [hidden, { time: 700 }],
  ],
  'hidden for a moment': [[hidden, { time: 0 }]],
  'in the middle in the end': [
    [large, { time: 100 }],
    [middle, { time: 0 }],
  ],
};
/** Most that a viewer may go without a packet, ms: a key frame is asked for at most twice a second. */
const longestSilence = 2000;

/** Measures for how long nothing comes while a tile is to be seen. */
class Silence {
  longest = 0;
  readonly #watcher: LightWatcher;
  readonly #timer = setInterval(() => this.#look(), 20);
  #last = performance.now();
  #seen = true;

  constructor(watcher: LightWatcher) {
    this.#watcher = watcher;
  }

  /** It is due from now on, or not. */
  due(seen: boolean): void {
    if (seen && !this.#seen) this.#last = performance.now();
    this.#seen = seen;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const times = [...this.#watcher.streams.values()].map(({ lastPacketAt }) => lastPacketAt ?? 0);
    this.#last = Math.max(this.#last, ...times);
    if (this.#seen) this.longest = Math.max(this.longest, performance.now() - this.#last);
  }
}

async function changed(name: string, steps: (typeof changes)[string], at: number) {
  const own = `MIND-CAM-${at}`;
  const publisher = await LightPublisher.start(server.url, own, clip);
  const watcher = new LightWatcher(server.url);
  const width = () => [...watcher.streams.values()].map((stream) => stream.width);
  const active = () => publisher.layers.filter((layer) => layer.active).length;
  let silence: Silence | undefined;
  const show = async (tile: Shown): Promise<void> => {
    silence?.due(tile.visible);
    await watcher.view([{ ...tile, zone: own }]);
  };
  try {
    await watcher.watch([{ ...small, zone: own }]);
    await watcher.connected();
    await expect.poll(active, { timeout: 10_000 }).toBe(1);
    await expect.poll(width, { timeout: 10_000 }).toEqual([320]);
    await pause(noticed);
    silence = new Silence(watcher);
    for (const [tile, until] of steps) {
      await show(tile);
      if ('time' in until) await pause(until.time);
      else await expect.poll(width, { timeout: 10_000, interval: 5 }).toEqual([until.width]);
    }
    const last = name.endsWith('in the end') ? middle : small;
    if (last === small) await show(small);
    await expect.poll(width, { timeout: 10_000 }).toEqual([last.width]);
    await expect.poll(active, { timeout: 10_000 }).toBe(last === small ? 1 : 2);
    await pause(1000);
    return silence.longest;
  } finally {
    silence?.end();
    publisher.close();
    watcher.close();
  }
}

test('a tile that is soon shown otherwise again gets packets all the time', async ({
  annotate,
}) => {
  const outcomes = await Promise.allSettled(
    Object.entries(changes).map(([name, steps], at) => changed(name, steps, at)),
  );
  const told = Object.keys(changes).map((name, at) => {
    const outcome = outcomes[at];
    const silent = outcome?.status === 'fulfilled' ? outcome.value : Infinity;
    const why =
      outcome?.status === 'rejected' ? String(outcome.reason) : `${Math.round(silent)} ms`;
    return { line: `${name}: ${why}`, ok: silent < longestSilence };
  });
  await annotate(told.map(({ line }) => line).join('; '));
  expect(told.flatMap(({ ok, line }) => (ok ? [] : line))).toEqual([]);
});
