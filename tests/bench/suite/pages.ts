/** What Lighthouse says of desk and wall, signed in, at a desk's size: empty, and with four live panes. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench, Benchmark } from '../benchmark.ts';
import { median } from '../measure/quantiles.ts';
import { keepingBrowser, signIn } from '../../support/browser.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { recordedClip } from '../../support/peers/recorder.ts';
import { removeFolder } from '../../support/remove-folder.ts';
import { freePort, startServer } from '../../support/server.ts';
import { password, setUp } from '../../support/visitor.ts';

/** What is used of https://github.com/GoogleChrome/lighthouse, which is no dependency: 110 MB for one benchmark. */
interface Lighthouse {
  default(
    url: string,
    flags: { port: number; disableStorageReset: boolean; onlyCategories: string[] },
    config: unknown,
  ): Promise<
    { lhr: { categories: Record<string, { score: number | null } | undefined> } } | undefined
  >;
  desktopConfig: unknown;
}
const program = 'lighthouse';
const goals = { accessibility: 100, performance: 95 };
const zones = ['CBD-TRAFFIC-01', 'CBD-TRAFFIC-02', 'CBD-GATE-01', 'PARK-WEST-02'];

async function run(bench: Bench): Promise<void> {
  const runs = bench.full ? 3 : 1;
  const lighthouse = (await import(program)) as Lighthouse;
  const server = await startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' });
  const profile = mkdtempSync(path.join(tmpdir(), 'pages-'));
  const port = await freePort();
  const browser = await keepingBrowser(profile, [`--remote-debugging-port=${port}`]);
  const cameras: LightPublisher[] = [];
  try {
    const ada = await setUp(server, 'ada');
    const clip = await recordedClip();
    for (const zone of zones) {
      const { secret } = await ada.addKey('camera', zone);
      const headers = { Authorization: `Bearer ${secret}` };
      cameras.push(await LightPublisher.start(server.url, zone, clip, headers));
    }
    await signIn(browser, server.url, { name: 'ada', password });
    const four = `?zones=${zones.join(',')}`;
    for (const [name, address] of [
      ['desk, empty', '/desk'],
      ['desk, four live panes', `/desk${four}`],
      ['wall, empty', '/wall?zones=NOBODY-01'],
      ['wall, four live panes', `/wall${four}`],
    ] as const) {
      const scores: Record<string, number[]> = { accessibility: [], performance: [] };
      for (let each = 1; each <= runs; each += 1) {
        bench.progress(`${name}, ${each} of ${runs}`);
        const told = await lighthouse.default(
          `${server.url}${address}`,
          { port, disableStorageReset: true, onlyCategories: Object.keys(goals) },
          lighthouse.desktopConfig,
        );
        for (const [category, all] of Object.entries(scores))
          all.push((told?.lhr.categories[category]?.score ?? NaN) * 100);
      }
      for (const [category, atLeast] of Object.entries(goals)) {
        const all = scores[category] ?? [];
        bench.figure({
          ...{ what: `${category}: ${name}`, value: median(all), worst: Math.min(...all) },
          ...{ unit: 'of 100', goal: { atLeast }, how: `median of ${runs}, preset desktop` },
        });
      }
    }
  } finally {
    for (const camera of cameras) camera.close();
    await browser.close();
    await server.stop();
    await removeFolder(profile);
  }
}

export default {
  name: 'pages',
  question: 'What does Lighthouse say of desk and wall?',
  note: 'needs `npm install --no-save lighthouse@12.2.3` first; --full takes 12 minutes',
  onlyByName: true,
  run,
} satisfies Benchmark;
