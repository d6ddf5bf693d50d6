/** The port for nodes: those that know the secret are answered, strangers get nothing, and who is silent is let go. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Channel } from '../../server/cluster/wire/channel.ts';
import { Door, type Answerer } from '../../server/cluster/wire/door.ts';
import { Line } from '../../server/cluster/wire/line.ts';
import { clientProof } from '../../server/cluster/wire/secret.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import { freePort } from '../support/server.ts';

const log = pino({ level: 'silent' });
const secret = 'known to the nodes of this test alone';
const lease = 1000;
const self = { node: 'b', boot: 'run-of-b', version: '1' };
let port: number;
let door: Door;
let asked: unknown[];
let unknown = 0;
let channels: Channel[];

beforeEach(async () => {
  port = await freePort();
  asked = [];
  channels = [];
  door = await Door.open(port, {
    ...{ self: { node: 'a', boot: 'run-of-a', version: '1' }, secret, lease, log },
    onUnknown: () => void (unknown += 1),
    services: {
      answers: new Map<string, Answerer>([
        [
          'echo',
          async (about, { node }) => {
            asked.push(about);
            return { about, node };
          },
        ],
        ['refuse', () => Promise.reject(new RefusedError('zone-occupied', 'It is taken.'))],
        ['hang', () => new Promise(() => {})],
      ]),
      channels: new Map([['talk', (_about, _from, channel) => void channels.push(channel)]]),
    },
  });
});
afterEach(() => door.close());

const lineWith = (proof: string, boot = 'run-of-a'): Promise<Line> =>
  Line.to(
    {
      ...{ name: 'a', boot, address: { host: '127.0.0.1', port }, version: '1' },
      ...{ load: 0, zones: 0, sessions: 0, draining: false },
    },
    { self, secret: proof, lease, onUnknown: () => {} },
  );

/** However it is closed. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

test('a node is answered, or refused with a code, and hears who asks', async () => {
  const line = await lineWith(secret);
  expect(await line.ask('echo', { zone: 'A' })).toEqual({ about: { zone: 'A' }, node: 'b' });
  await expect(line.ask('refuse', {})).rejects.toMatchObject({ code: 'zone-occupied' });
  const before = unknown;
  await expect(line.ask('constructor', {})).rejects.toMatchObject({ code: 'unavailable' });
  expect(unknown).toBe(before + 1);
  line.close();
});

test('a question that is not answered has a deadline, and those that wait for a node that goes are told at once', async () => {
  const line = await lineWith(secret);
  await expect(line.ask('hang', {}, 50)).rejects.toMatchObject({ code: 'unavailable' });
  const waiting = line.ask('hang', {});
  door.close();
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
});

test('what is said over a channel comes in order, both ways, and either end can close it', async () => {
  const line = await lineWith(secret);
  const here = line.open('talk', {});
  const heard: unknown[] = [];
  here.hear(z.unknown(), (message) => heard.push(message));
  for (let number = 0; number < 100; number += 1) here.send({ number });
  await expect.poll(() => channels.length).toBe(1);
  const [there] = channels as [Channel];
  for (let number = 0; number < 100; number += 1) there.send({ number });
  await expect.poll(() => heard.length).toBe(100);
  expect(heard).toEqual(Array.from({ length: 100 }, (_, number) => ({ number })));
  const known: unknown[] = [];
  there.hear(z.object({ number: z.number() }), (message) => known.push(message));
  const before = unknown;
  here.send({ word: 'of a later version' });
  here.send({ number: 1 });
  await expect.poll(() => known).toEqual([{ number: 1 }]);
  expect(unknown).toBe(before + 1);
  const closed = new Promise((resolve) => (there.onClosed = resolve));
  here.close();
  expect(await closed).toBe('shut');
  const other = line.open('unheard-of', {});
  await new Promise((resolve) => (other.onClosed = resolve));
  const last = line.open('talk', {});
  const lost = new Promise((resolve) => (last.onClosed = resolve));
  line.close();
  expect(await lost).toBe('lost');
});

test('a stranger gets no word: with another secret, with none, or without TLS', async () => {
  await expect(lineWith('some other secret of the same length......')).rejects.toMatchObject({
    code: 'unavailable',
  });
  const bare = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await expect(once(bare, 'secureConnect')).rejects.toThrow();
  const plain = connectTcp(port, '127.0.0.1');
  const words: Buffer[] = [];
  plain.on('data', (chunk: Buffer) => words.push(chunk)).on('error', () => {});
  plain.write(
    '{"type":"hello","node":"x","boot":"x","version":"1"}\n{"type":"ask","id":1,"kind":"echo"}\n',
  );
  await closed(plain);
  expect(Buffer.concat(words).toString()).not.toContain('{');
  expect(asked).toEqual([]);
});

test('whoever is let in but does not say who it is, or speaks nonsense, is not answered', async () => {
  const silent = connectTls({ port, host: '127.0.0.1', ...clientProof(secret) });
  await once(silent, 'secureConnect');
  silent.on('error', () => {}).resume();
  silent.write('{"type":"ask","id":1,"kind":"echo"}\n');
  await closed(silent);
  const loud = connectTls({ port, host: '127.0.0.1', ...clientProof(secret) });
  await once(loud, 'secureConnect');
  loud.on('error', () => {}).resume();
  loud.write(Buffer.alloc(1_500_000, 'x'));
  await closed(loud);
  expect(asked).toEqual([]);
});

test('another run of a node than the one that was meant is not taken for it', async () => {
  await expect(lineWith(secret, 'earlier-run')).rejects.toThrow(/another run/);
});

test('a node that is silent for a lease is let go, and a line that lives stays', async () => {
  const line = await lineWith(secret);
  const silent = connectTls({ port, host: '127.0.0.1', ...clientProof(secret) });
  silent.on('error', () => {}).resume();
  const begun = performance.now();
  await closed(silent);
  expect(performance.now() - begun).toBeGreaterThan(lease * 0.8);
  expect(line.closed).toBe(false);
  expect(await line.ask('echo', 1)).toBeDefined();
  line.close();
});
