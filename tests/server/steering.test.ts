/** Steering at a real server: a camera that is a socket, and others that want to turn it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Move } from '../../server/contract/steering.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zone = 'DOME-01';
const right: Move = { kind: 'continuous', pan: 1, tilt: 0, zoom: 0 };
const abilities = {
  ...{ continuous: true, relative: true, absolute: true, zoom: true, home: true },
  presets: 4,
};

let server: RunningServer;
let camera: Client;
const asked: { kind: string; number: number; at: number }[] = [];

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', MEDIA_WORKERS: '1' });
  camera = new Client(server.url);
  await camera.connected();
  await camera.request('claim', { zone, label: 'dome' });
  camera.socket.on(
    'steer:move',
    ({ number, move }: { number: number; move: Move }, answer: (done: object) => void) => {
      asked.push({ kind: move.kind, number, at: performance.now() });
      answer({ ok: true });
    },
  );
  const presets = [{ token: '1', name: 'crossing' }];
  const steering = { abilities, presets, at: null, moving: false };
  await camera.request('camera:steering', { steering });
});
afterAll(async () => {
  camera?.close();
  await server?.stop();
});

async function viewer(): Promise<Client> {
  const client = new Client(server.url);
  await client.connected();
  await client.request('watch', { tiles: [tile(zone)], rtpCapabilities });
  await expect.poll(() => client.heard('steering').at(-1)?.steering).toMatchObject({ abilities });
  return client;
}
const handOf = (client: Client) => client.heard('steering').at(-1)?.steering?.hand;

test('one of two has the hand, the other is told whose it is; a lost socket stops the camera within a second', async () => {
  const [first, second] = [await viewer(), await viewer()];
  await first.request('steer', { zone, number: 1, move: right });
  await expect.poll(() => handOf(second)).toMatchObject({ mine: false });
  await expect.poll(() => handOf(first)).toMatchObject({ mine: true });
  expect(await second.ask('steer', { zone, number: 1, move: right })).toMatchObject({
    error: { code: 'hand-taken', retryAfter: expect.any(Number) as number },
  });
  const begun = performance.now();
  first.socket.io.engine.close();
  await expect.poll(() => asked.at(-1)?.kind).toBe('stop');
  expect((asked.at(-1)?.at ?? Infinity) - begun).toBeLessThan(1000);
  await second.request('steer', { zone, number: 2, move: right });
  await second.request('steer:release', { zone });
  await expect.poll(() => asked.at(-1)?.kind).toBe('stop');
  first.close();
  second.close();
});

test('bad moves are refused and reach no camera, and a flood of good ones is thinned', async () => {
  const client = await viewer();
  const before = asked.length;
  const bad = [null, {}, { kind: 'spin' }, { ...right, pan: 1e308 }, { ...right, tilt: null }];
  for (const move of [...bad, { kind: 'preset', preset: 'x'.repeat(65) }]) {
    const answer = await client.ask('steer', { zone, number: 1, move });
    expect(answer).toMatchObject({ error: { code: 'invalid-request' } });
  }
  const unknown = { zone, number: 2, move: { kind: 'preset', preset: 'none' } };
  expect(await client.ask('steer', unknown)).toMatchObject({ error: { code: 'not-found' } });
  expect(asked.length).toBe(before);
  const flood = Array.from({ length: 18 }, (_, at) => ({ zone, number: 10 + at, move: right }));
  const answers = await Promise.all(flood.map((request) => client.ask('steer', request)));
  const codes = answers.flatMap(({ error }) => error?.code ?? []);
  expect(new Set(codes)).toEqual(new Set(['throttled']));
  expect(asked.length - before).toBeLessThanOrEqual(12);
  const numbers = asked.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  client.close();
});
