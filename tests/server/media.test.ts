/** RTP into the SFU and out of it, counted, with no browser: on one worker and over a pipe. */
import type { Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { types } from 'mediasoup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pipes } from '../../server/media/pipes.ts';
import { MediaProducer } from '../../server/media/producer.ts';
import { MediaTransport } from '../../server/media/transport.ts';
import type { MediaWorker, WorkerPool } from '../../server/media/worker-pool.ts';
import { boundSocket, startTwoWorkers } from '../support/workers.ts';

let pool: WorkerPool;
const sockets: Socket[] = [];

beforeAll(async () => {
  pool = await startTwoWorkers();
});
afterAll(async () => {
  sockets.forEach((socket) => socket.close());
  await pool?.close();
});

async function socket(): Promise<Socket> {
  const bound = await boundSocket();
  sockets.push(bound);
  return bound;
}

/** A VP8 packet that begins a key frame (RFC 7741). */
function packet(sequence: number): Buffer {
  const rtp = Buffer.alloc(12 + 200);
  rtp.writeUInt8(0x80, 0);
  rtp.writeUInt8(0x80 | 96, 1);
  rtp.writeUInt16BE(sequence, 2);
  rtp.writeUInt32BE(sequence * 3000, 4);
  rtp.writeUInt32BE(4242, 8);
  rtp.writeUInt8(0x10, 12);
  return rtp;
}

const feed: types.ProducerOptions = {
  kind: 'video',
  rtpParameters: {
    codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90000 }],
    encodings: [{ ssrc: 4242 }],
  },
};

async function countThrough(from: MediaWorker, to: MediaWorker): Promise<number> {
  const listen = { listenInfo: { protocol: 'udp' as const, ip: '127.0.0.1' } };
  const source = await from.router.createPlainTransport({ ...listen, comedia: true });
  const producer = await source.produce(feed);
  const reach = await new Pipes().reach(producer, from, to);
  const sink = await to.router.createPlainTransport(listen);
  const receiver = await socket();
  await sink.connect({ ip: '127.0.0.1', port: (receiver.address() as AddressInfo).port });
  const consumer = await sink.consume({
    producerId: producer.id,
    rtpCapabilities: to.router.rtpCapabilities,
  });
  await reach.open();
  const seen = new Set<number>();
  const payloadType = consumer.rtpParameters.codecs[0]?.payloadType;
  receiver.on('message', (data) => {
    if ((data.readUInt8(1) & 0x7f) === payloadType) seen.add(data.readUInt16BE(2));
  });
  const sender = await socket();
  for (let sequence = 1; sequence <= 200; sequence += 1) {
    sender.send(packet(sequence), source.tuple.localPort, '127.0.0.1');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await expect.poll(() => seen.size, { timeout: 5000 }).toBeGreaterThanOrEqual(199);
  consumer.close();
  reach.release();
  source.close();
  return seen.size;
}

test('200 packets in are 200 packets out on one worker', async () => {
  const [worker] = pool.alive;
  if (!worker) throw new Error('no worker');
  expect(await countThrough(worker, worker)).toBe(200);
});

test('a pipe carries a producer to another worker', async () => {
  const [first, second] = pool.alive;
  if (!first || !second) throw new Error('two workers are needed');
  expect(await countThrough(first, second)).toBeGreaterThanOrEqual(199);
});

test('a viewer who leaves while a consumer is being made leaves nothing behind', async () => {
  const [worker] = pool.alive;
  if (!worker) throw new Error('no worker');
  const source = await worker.router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
  });
  const producer = new MediaProducer(await source.produce(feed), worker, undefined);
  const transport = await worker.router.createWebRtcTransport({ webRtcServer: worker.server });
  const made: types.Consumer[] = [];
  transport.observer.on('newconsumer', (consumer) => made.push(consumer));
  const viewer = new MediaTransport(transport, worker, new Pipes(), []);
  const rtpCapabilities = worker.router.rtpCapabilities as Parameters<typeof viewer.consume>[1];
  const consuming = viewer.consume(producer, rtpCapabilities, {
    zone: 'LEAVING-01',
    view: { layer: 0, focused: false },
  });
  // Once the worker has been asked, and before it can have answered.
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  viewer.close();
  await expect(consuming).rejects.toThrow('closed meanwhile');
  expect(made.map(({ closed }) => closed)).toEqual([true]);
  expect(worker.consumers).toBe(0);
  source.close();
});
