/** A node that is full: smaller pictures first, then refusals by rank, cameras last; and what flows goes on. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Readiness } from '../../server/contract/health.ts';
import type { Grant } from '../../server/contract/access.ts';
import { rtpCapabilities, rtpParameters, tile, type Client } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, setUp, type Visitor } from '../support/visitor.ts';

const full = {
  TLS_ENABLED: 'false',
  MEDIA_WORKERS: '1',
  ACCESS_MODE: 'accounts',
  CAPACITY_WHEN_FULL: 'on',
  // Looked at over half a second, as here, a process that has just begun is busy.
  CAPACITY_PROCESS_CPU: '100',
};
const zone = 'FULL-CAM-01';

let server: RunningServer;
let open: { close(): void }[] = [];
afterEach(async () => {
  for (const each of open) each.close();
  open = [];
  await server?.stop();
});

const readiness = async (): Promise<{ status: number } & Readiness> => {
  const answer = await fetch(`${server.url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as Readiness) };
};
const metric = async (series: string): Promise<number> =>
  metricValue(await (await fetch(`${server.url}/metrics`)).text(), `surveillance_${series}`);
const opened = <T extends { close(): void }>(one: T): T => {
  open.push(one);
  return one;
};

describe('by the number of consumers', () => {
  let administrator: Visitor;
  const someone = (name: string, role: Grant['role']): Promise<Visitor> =>
    join(server, administrator, name, [{ role, zones: '*' }]);
  const watch = (client: Client, wall = false) =>
    client.ask('watch', { tiles: [tile(zone)], rtpCapabilities, wall });
  /** So many viewers, each of whom is sent one picture. */
  const crowd = async (visitor: Visitor, size: number): Promise<Client[]> => {
    const clients = Array.from({ length: size }, () => opened(visitor.socket()));
    for (const client of clients) expect(await watch(client)).toMatchObject({ ok: true });
    return clients;
  };

  test('walls are refused first, then operators, then supervisors, and cameras last', async () => {
    const limits = { CAPACITY_CONSUMERS: '20', CAPACITY_WINDOW: '500' };
    server = await startServer({ ...full, ...limits });
    administrator = await setUp(server);
    const operator = await someone('Otto', 'operator');
    const supervisor = await someone('Susan', 'supervisor');
    const camera = opened(administrator.socket());
    await camera.film(zone, rtpParameters);
    const refused = { ok: false, error: { code: 'unavailable' } };

    const others = await crowd(supervisor, 16);
    expect(await watch(opened(operator.socket()), true)).toMatchObject(refused);
    const secret = randomBytes(24).toString('base64url');
    const inside = opened(operator.socket(secret));
    expect(await watch(inside)).toMatchObject({ ok: true });
    expect(await watch(opened(operator.socket()))).toMatchObject(refused);
    others.push(...(await crowd(supervisor, 1)));
    expect(await watch(opened(supervisor.socket()))).toMatchObject({
      error: { message: 'The server is full: it takes no new viewers at the moment.' },
    });
    const late = opened(administrator.socket());
    expect(await late.ask('claim', { zone: 'FULL-CAM-02', label: '' })).toMatchObject({ ok: true });
    expect(await readiness()).toMatchObject({
      ...{ status: 200, ready: true },
      parts: { capacity: expect.stringContaining('consumers 90 %') as string },
      joins: { wall: false, operator: false, supervisor: false, camera: true },
    });
    for (const rank of ['wall', 'operator', 'supervisor']) {
      expect(await metric(`refused_joins_total{rank="${rank}"}`)).toBe(1);
    }
    expect(await metric('refused_joins_total{rank="camera"}')).toBe(0);
    expect(await metric('pressure{measure="consumers"}')).toBeCloseTo(0.9);
    expect(await metric('pressure{measure="process"}')).toBeGreaterThan(0);

    // Whoever was inside comes back, and looks elsewhere.
    inside.socket.io.engine.close();
    const back = opened(operator.socket(secret));
    expect(await watch(back)).toMatchObject({ ok: true });
    const elsewhere = { tiles: [tile('FULL-CAM-02')], rtpCapabilities };
    expect(await back.ask('watch', elsewhere)).toMatchObject({ ok: true });

    for (const one of others.splice(0, 10)) await one.request('leave', {});
    expect(await watch(opened(operator.socket()), true)).toMatchObject({ ok: true });
    expect((await readiness()).joins).toMatchObject({ wall: true });
  });

  test('tiles that are not looked at become smaller, their camera sends less, and it comes back', async () => {
    const limits = { CAPACITY_CONSUMERS: '11', CAPACITY_WINDOW: '500' };
    const times = { CAMERA_WARM_UP: '500', CAMERA_LINGER: '300' };
    server = await startServer({ ...full, ...limits, ...times });
    administrator = await setUp(server);
    const { headers } = administrator;
    const film = (id: string) =>
      LightPublisher.start(server.url, id, threeLayerClip(), headers).then(opened);
    const camera = await film('FULL-CAM-03');
    await opened(administrator.socket()).film(zone, rtpParameters);
    const viewer = opened(new LightWatcher(server.url, { headers }));
    const shown = { ...tile('FULL-CAM-03'), focused: false };
    const widths = (): number[] => [...viewer.streams.values()].map(({ width }) => width);
    const active = (): boolean[] => camera.layers.map((layer) => layer.active);
    await viewer.watch([shown]);
    await viewer.connected();
    await expect.poll(widths, { timeout: 10_000 }).toEqual([1280]);
    expect(viewer.client.heard('tiles:lowered')).toEqual([]);

    const others = await crowd(administrator, 8);
    await expect.poll(widths, { timeout: 10_000 }).toEqual([320]);
    await expect.poll(active, { timeout: 10_000 }).toEqual([true, false, false]);
    expect(viewer.client.heard('tiles:lowered')).toEqual([{ zones: ['FULL-CAM-03'] }]);
    expect(await metric('lowered_tiles')).toBe(1);

    await viewer.view([{ ...shown, focused: true }]);
    await expect.poll(widths, { timeout: 10_000 }).toEqual([1280]);
    expect(viewer.client.heard('tiles:lowered').at(-1)).toEqual({ zones: [] });
    await viewer.view([shown]);
    await expect.poll(widths, { timeout: 10_000 }).toEqual([320]);

    for (const one of others) await one.request('leave', {});
    await expect.poll(widths, { timeout: 15_000 }).toEqual([1280]);
    expect(viewer.client.heard('tiles:lowered').at(-1)).toEqual({ zones: [] });
  });
});
