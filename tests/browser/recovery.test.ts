/** After every kind of accident the picture comes back without a click. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, framesFlow, launchBrowser, openConsole, pill } from '../support/browser.ts';
import { CuttableDoor } from '../support/cuttable-door.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function pair(zone: string) {
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING');
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  return { camera, operator };
}

test('frames come back after every media worker is killed', async () => {
  const { operator } = await pair('KILLED-01');
  for (const pid of server.workerPids()) process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => server.log.filter(({ msg }) => msg === 'media worker replaced').length, {
      timeout: 15_000,
    })
    .toBe(2);
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
});

test('frames come back after the server is restarted', async () => {
  const { operator } = await pair('RESTART-01');
  await server.restart();
  await pill(operator, 'STREAMING', 30_000);
  await framesFlow(operator);
});

test('frames come back after the server was killed', async () => {
  const { operator } = await pair('CRASH-01');
  await server.restart('SIGKILL');
  await pill(operator, 'STREAMING', 30_000);
  await framesFlow(operator);
});

test('media goes on while the socket is lost, and nothing is negotiated again', async () => {
  const { door, url } = await CuttableDoor.before(server.url);
  try {
    const zone = 'SOCKET-01';
    const camera = await openConsole(browser, url, { zone, role: 'camera' });
    const operator = await openConsole(browser, url, { zone, role: 'operator' });
    await framesFlow(operator);
    const tracks = () =>
      operator.evaluate(() =>
        (document.querySelector('video')?.srcObject as MediaStream).getTracks().map(({ id }) => id),
      );
    const before = await tracks();
    door.cut();
    await pill(operator, 'RECONNECTING');
    await operator.getByText('The server is gone for the moment').waitFor();
    await framesFlow(operator, 60);
    door.mend();
    await pill(operator, 'STREAMING');
    await pill(camera, 'STREAMING');
    await framesFlow(operator);
    expect(await tracks()).toEqual(before);
    const sessions = server.log.filter(
      (line) => line.zone === zone && line.msg === 'session started',
    );
    expect(sessions).toHaveLength(2);
  } finally {
    door.close();
  }
});

test('frames come back after the camera page is reloaded', async () => {
  const { camera, operator } = await pair('RELOAD-01');
  await camera.reload();
  await pill(camera, 'STREAMING');
  await framesFlow(operator);
});

test('frames come back after the operator page is reloaded, without start in the address', async () => {
  const { operator } = await pair('RELOAD-02');
  await operator.goto(`${server.url}/`);
  await framesFlow(operator);
});

test('a refused camera permission is explained', async () => {
  const strict = await launchBrowser(['--deny-permission-prompts'], false);
  try {
    const page = await openConsole(strict, server.url, { zone: 'REFUSED-01', role: 'camera' });
    await pill(page, 'FAILED');
    await page.getByText('Camera permission refused').waitFor();
    const waiting = await openConsole(strict, server.url, { zone: 'REFUSED-01', role: 'operator' });
    await pill(waiting, 'WAITING FOR CAMERA');
  } finally {
    await strict.close();
  }
});
