/** Benchmark `recover`: how long the picture is gone after each kind of accident. */
import type { Browser, Page } from 'playwright-core';
import { framesFlow, launchBrowser, openConsole } from '../../support/browser.ts';
import { freePort, startServer, type RunningServer } from '../../support/server.ts';
import { SlowLink } from '../../support/slow-link.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { pause } from '../measure/cpu.ts';
import { logFrames, untilFramesFlow } from '../measure/interruption.ts';
import { median } from '../measure/quantiles.ts';

interface Scene {
  readonly server: RunningServer;
  readonly link: SlowLink;
  readonly camera: Page;
  readonly operators: Page[];
}

interface Accident {
  readonly name: string;
  /** s */
  readonly goal: number;
  happen(scene: Scene): Promise<void>;
}

const accidents: Accident[] = [
  {
    name: 'media worker killed',
    goal: 2,
    async happen({ server }) {
      for (const pid of server.workerPids()) process.kill(pid, 'SIGKILL');
    },
  },
  {
    name: 'server restarted',
    goal: 5,
    async happen({ server }) {
      await server.restart();
    },
  },
  {
    name: 'address changed',
    goal: 2,
    async happen({ link, camera, operators }) {
      link.move();
      // Browsers tell a page of a new network by this event.
      const tell = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('online')));
      await Promise.all([camera, ...operators].map(tell));
    },
  },
  {
    name: 'camera page reloaded',
    goal: 2,
    async happen({ camera }) {
      await camera.reload({ waitUntil: 'commit' });
    },
  },
];

async function run(bench: Bench): Promise<void> {
  // Each run is seen by two watchers.
  const runs = bench.full ? 10 : 1;
  const port = await freePort(2);
  const [server, browser, link] = await Promise.all([
    startServer({ MEDIA_PORT: `${port}`, MEDIA_LISTEN: '127.0.0.1=127.0.0.2' }),
    launchBrowser(),
    SlowLink.open('127.0.0.2', '127.0.0.1', [port, port + 1]),
  ]);
  try {
    const scene = await open(server, link, browser);
    for (const accident of accidents) {
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        bench.progress(`${accident.name}, ${run + 1} of ${runs}`);
        await pause(300);
        const since = performance.timeOrigin + performance.now();
        // The restarted server is waited for by the pages, not by the clock.
        const happening = accident.happen(scene);
        times.push(
          ...(await Promise.all(scene.operators.map((page) => untilFramesFlow(page, since)))),
        );
        await happening;
      }
      bench.figure({
        what: accident.name,
        value: median(times) / 1000,
        worst: Math.max(...times) / 1000,
        unit: 's',
        how: `from the event to the first of the frames that flow again; median of ${runs} × ${scene.operators.length} watchers`,
        goal: { atMost: accident.goal },
      });
    }
    bench.condition('codec', 'VP8 simulcast, 1280×720 at 20/s (Chromium’s fake camera)');
    bench.condition('watchers', 'two consoles in Chromium; all media through a UDP relay');
  } finally {
    await browser.close();
    await server.stop();
    link.close();
  }
}

async function open(server: RunningServer, link: SlowLink, browser: Browser): Promise<Scene> {
  const zone = 'RECOVER-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operators: Page[] = [];
  for (let count = 0; count < 2; count += 1) {
    const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    await framesFlow(operator);
    await logFrames(operator);
    operators.push(operator);
  }
  return { server, link, camera, operators };
}

const recover: Benchmark = {
  name: 'recover',
  question: 'How long is the picture gone when something breaks?',
  run,
};
export default recover;
