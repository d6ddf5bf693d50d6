/** `npm run bench`: how long an operator waits, from the click to the first frame. */
import { startServer } from '../support/server.ts';
import { framesFlow, launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';

const runs = 10;
const server = await startServer();
const browser = await launchBrowser();

/** ms at a quantile of the sorted values. */
function quantile(sorted: number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function report(what: string, values: number[]): void {
  const sorted = values.sort((a, b) => a - b);
  const [median, p95] = [quantile(sorted, 0.5), quantile(sorted, 0.95)].map((v) => v.toFixed(0));
  console.log(`${what}: median ${median} ms, p95 ${p95} ms, ${values.length} runs`);
}

try {
  const zones = ['BENCH-CAM-01', 'BENCH-CAM-02'];
  for (const zone of zones) {
    const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
    await pill(camera, 'STREAMING');
  }
  const joins: number[] = [];
  const switches: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const page = await newTab(browser);
    await page.goto(`${server.url}/?zone=${zones[0]}&role=operator`);
    await page.getByRole('button', { name: 'Initialise Secure Session' }).waitFor();
    joins.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const begun = performance.now();
            document
              .querySelector('video')
              ?.requestVideoFrameCallback(() => resolve(performance.now() - begun));
            document.querySelector<HTMLButtonElement>('button[type=submit]')?.click();
          }),
      ),
    );
    await framesFlow(page, 5);
    switches.push(
      await page.evaluate(
        (zone) =>
          new Promise<number>((resolve) => {
            const video = document.querySelector('video');
            const stream = video?.srcObject as MediaStream;
            const button = [...document.querySelectorAll('button')].find((b) =>
              b.textContent.includes(zone ?? ''),
            );
            const begun = performance.now();
            // The new zone's track is in the stream before its first frame is shown.
            const former = stream.getVideoTracks()[0];
            const look = (): void => {
              if (stream.getVideoTracks()[0] !== former) resolve(performance.now() - begun);
              else video?.requestVideoFrameCallback(look);
            };
            video?.requestVideoFrameCallback(look);
            button?.click();
          }),
        zones[1],
      ),
    );
    await page.context().close();
  }
  console.log(`worker program: ${process.env.MEDIASOUP_WORKER_ORIGIN}; VP8, loopback, cold page`);
  report('join, click to first frame', joins);
  report('zone switch, click to first frame of the new track', switches);
} finally {
  await browser.close();
  await server.stop();
}
