/** A server with cameras of its own runs a gateway beside itself: it signs in without a key, and ends with the server. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import type { CameraState } from '../../server/contract/zone.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

let camera: RtspServer;
let server: RunningServer | undefined;

beforeAll(async () => {
  camera = await startRtspServer({ streams: { '/main': await cameraClip('sub') } });
});
afterEach(async () => {
  await server?.stop('SIGKILL');
});
afterAll(async () => {
  await camera?.close();
});

const zone = 'YARD-GATE-01';

/** With TLS and accounts, as it is shipped. */
async function serverWithCamera(): Promise<{ running: RunningServer; administrator: Visitor }> {
  const cameras = [{ name: 'yard', zone, url: camera.url('/main') }];
  const running = await startServer({
    ACCESS_MODE: 'accounts',
    TLS_ENABLED: 'false',
    CAMERA_WARM_UP: '1000',
    GATEWAY_CAMERAS: JSON.stringify(cameras),
    GATEWAY_NETWORKS: '127.0.0.1',
  });
  server = running;
  return { running, administrator: await setUp(running) };
}

/** The process ids of gateways that this process runs. */
function gatewaysOf(pid = 0): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.map(Number).filter((child) => commandOf(child).includes('gateway/main.ts'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It is gone.
  }
}

async function stateOf(administrator: Visitor): Promise<CameraState | undefined> {
  const client = administrator.socket();
  try {
    const { zones } = await client.request('zones:list', { count: 10 });
    return zones.find(({ id }) => id === zone)?.camera;
  } finally {
    client.close();
  }
}

test('it films its zone, is started again when it ends, and its token dies with it', async () => {
  const { running, administrator } = await serverWithCamera();
  const patient = { timeout: 20_000 };
  await expect.poll(() => stateOf(administrator), patient).toBe('connected');
  const [first = 0] = gatewaysOf(running.process.pid);
  // Nothing secret is where other users of the machine may read.
  expect(commandOf(first)).not.toMatch(/key|rtsp:/);
  expect(readFileSync(`/proc/${first}/environ`, 'utf8')).not.toContain('SURVEILLANCE_');
  process.kill(first, 'SIGKILL');
  await expect
    .poll(() => gatewaysOf(running.process.pid).filter((pid) => pid !== first), patient)
    .toHaveLength(1);
  await expect.poll(() => stateOf(administrator), patient).toBe('connected');
  expect(running.process.exitCode).toBeNull();
});

test('it ends with its server, in an orderly way and also when that is killed', async () => {
  const { running } = await serverWithCamera();
  await expect.poll(() => gatewaysOf(running.process.pid), { timeout: 5000 }).toHaveLength(1);
  const [orderly = 0] = gatewaysOf(running.process.pid);
  const begun = performance.now();
  await running.restart();
  expect(commandOf(orderly)).toBe('');
  expect(performance.now() - begun).toBeLessThan(20_000);
  await expect.poll(() => gatewaysOf(running.process.pid), { timeout: 5000 }).toHaveLength(1);
  const [killed = 0] = gatewaysOf(running.process.pid);
  await running.stop('SIGKILL');
  await expect.poll(() => commandOf(killed), { timeout: 10_000 }).toBe('');
});
