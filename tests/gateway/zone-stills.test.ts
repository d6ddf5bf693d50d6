/** Stills of zones: made by whoever films when somebody asks, and given to nobody who may not watch, nor for long. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import { rtpParameters, type Client } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bearer } from '../support/site.ts';
import { join, setUp, type Visitor } from '../support/visitor.ts';

/** As JPEG files begin. */
const jpeg = (...rest: number[]): Buffer => Buffer.from([0xff, 0xd8, 0xff, ...rest]);

let server: RunningServer;
let ada: Visitor;
const cameras: Client[] = [];

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  ada = await setUp(server);
});
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await server?.stop();
});

/** A camera in a zone that answers each question so. @returns also how often it was asked */
async function cameraIn(zone: string, answer: (asked: number) => object | undefined) {
  const { secret } = await ada.addKey('camera', zone);
  const camera = ada.socket(undefined, bearer(secret));
  cameras.push(camera);
  await camera.film(zone, rtpParameters);
  const asked = { times: 0, answers: [] as unknown[] };
  camera.socket.on('still:wanted', async () => {
    asked.times += 1;
    const still = answer(asked.times);
    if (still) asked.answers.push(await camera.ask('still', { zone, ...still }));
  });
  return { camera, asked };
}

const stillOf = (visitor: Visitor, zone: string) => visitor.ask('GET', `/api/zones/${zone}/still`);

test('a still comes with its time, at both places, and however many ask, the camera is asked once', async () => {
  const zone = 'STILL-1';
  const { camera, asked } = await cameraIn(zone, (times) => ({
    still: { picture: jpeg(times), age: 400 },
  }));
  const replies = await Promise.all(Array.from({ length: 20 }, () => stillOf(ada, zone)));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  expect((await ada.ask('GET', `/api/v1/zones/${zone}/still`)).status).toBe(200);
  expect(asked).toEqual({ times: 1, answers: [{ ok: true }] });

  const headers = replies[0]?.headers;
  expect(headers?.get('content-type')).toBe('image/jpeg');
  expect(headers?.get('cache-control')).toBe('no-store');
  const at = Date.parse(headers?.get('taken-at') ?? '');
  expect(Date.now() - at).toBeGreaterThanOrEqual(400);
  expect(Date.now() - at).toBeLessThan(10_000);
  expect(Date.parse(headers?.get('last-modified') ?? '')).toBe(Math.floor(at / 1000) * 1000);

  // It was not woken, and it is in the audit once.
  expect(camera.heard('layers:wanted').filter(({ highest }) => highest !== null)).toEqual([]);
  const { records } = await ada.request<AuditPage>('GET', `/api/audit?zone=${zone}&kind=watching`);
  expect(records.map(({ action }) => action)).toEqual(['looked']);

  camera.close();
  await expect.poll(async () => (await stillOf(ada, zone)).status, { timeout: 10_000 }).toBe(404);
});

test('nobody gets one without the right to watch, and a camera is not asked for it', async () => {
  const zone = 'STILL-2';
  const { asked } = await cameraIn(zone, () => ({ still: { picture: jpeg(1), age: 0 } }));
  const elsewhere = await join(server, ada, 'Olaf', [{ role: 'operator', zones: 'OTHER-*' }]);
  expect((await stillOf(elsewhere, zone)).code).toBe('forbidden');
  const { secret } = await ada.addKey('camera', '*');
  const path = `/api/zones/${zone}/still`;
  expect((await ada.ask('GET', path, undefined, { ...bearer(secret), cookie: '' })).code).toBe(
    'forbidden',
  );
  expect(asked.times).toBe(0);
  const wall = bearer((await ada.addKey('wall', 'STILL-*')).secret);
  expect((await ada.ask('GET', path, undefined, { ...wall, cookie: '' })).status).toBe(200);
});

test('where there is none, the answer says why', async () => {
  expect(await stillOf(ada, 'NOBODY-1')).toMatchObject({
    ...{ status: 404, code: 'not-found' },
    body: { error: { message: 'There is no still: nobody films NOBODY-1.' } },
  });
  await cameraIn('STILL-3', () => ({ missing: 'the lens is covered' }));
  const { body } = await stillOf(ada, 'STILL-3');
  expect(JSON.stringify(body)).toContain('the lens is covered');
  await cameraIn('STILL-4', () => undefined);
  const silent = await stillOf(ada, 'STILL-4');
  expect(silent).toMatchObject({ status: 404 });
  expect(JSON.stringify(silent.body)).toContain('has not answered');
});

test('what is unasked, too large or no JPEG is refused, and nothing of it is given', async () => {
  const zone = 'STILL-5';
  const bad = [
    { picture: Buffer.from('<svg onload="x">'), age: 0 },
    { picture: Buffer.concat([jpeg(1), Buffer.alloc(200_000)]), age: 0 },
    { picture: 'not binary', age: 0 },
    { picture: jpeg(1), age: -1 },
  ];
  const { camera, asked } = await cameraIn(zone, () => undefined);
  const unasked = await camera.ask('still', { zone, still: { picture: jpeg(1), age: 0 } });
  expect(unasked.error?.code).toBe('not-found');
  const reply = stillOf(ada, zone);
  await expect.poll(() => asked.times).toBe(1);
  for (const still of bad) {
    expect((await camera.ask('still', { zone, still })).error?.code).toBe('invalid-request');
  }
  const other = await camera.ask('still', { zone: 'STILL-6', still: { picture: jpeg(1), age: 0 } });
  expect(other.error?.code).toBe('not-found');
  expect((await reply).status).toBe(404);
});

test('a still of before is not given any more when the masks have changed', async () => {
  const zone = 'STILL-7';
  const { secret } = await ada.addKey('camera', zone);
  const camera = ada.socket(undefined, bearer(secret));
  cameras.push(camera);
  const claim = () => camera.request('claim', { zone, label: '', masks: true });
  await claim();
  let age = 0;
  camera.socket.on('still:wanted', () =>
    camera.socket.emit('still', { zone, still: { picture: jpeg(7), age } }, () => {}),
  );
  expect((await stillOf(ada, zone)).status).toBe(200);
  const corners = [
    [0.1, 0.1],
    [0.4, 0.1],
    [0.4, 0.4],
  ];
  const masks = [{ points: corners.map(([x, y]) => ({ x, y })) }];
  await ada.request('PUT', `/api/zones/${zone}`, { masks });
  expect(JSON.stringify((await stillOf(ada, zone)).body)).toContain('masks have just changed');
  await claim();
  // Taken before they were confirmed, whatever the camera says.
  age = 60_000;
  expect((await stillOf(ada, zone)).status).toBe(404);
});
