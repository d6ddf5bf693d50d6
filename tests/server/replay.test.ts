/** Of a camera that makes no key pictures when asked, a newcomer is sent what has come since the last one, wherever it is. */
import type { Socket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRtcp } from '../../gateway/upload/rtp.ts';
import { keyFrameRequests } from '../../gateway/upload/rtcp.ts';
import { MediaPipeIn } from '../../server/media/between-nodes/pipe-in.ts';
import { hearKeyRequests } from '../../server/media/key-hearing.ts';
import { MediaPipeOut } from '../../server/media/between-nodes/pipe-out.ts';
import { Pipes } from '../../server/media/pipes.ts';
import { MediaProducer } from '../../server/media/producer.ts';
import type { MediaWorker, WorkerPool } from '../../server/media/worker-pool.ts';
import { pictureLossIndication } from '../support/peers/rtp.ts';
import { boundSocket, startTwoWorkers } from '../support/workers.ts';

const payloadType = 107;
const interval = 20; // ms
const ticks = (interval * 90_000) / 1000;
const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;

let pool: WorkerPool;
const ends: (() => void)[] = [];
beforeAll(async () => {
  pool = await startTwoWorkers();
});
afterAll(async () => {
  for (const end of ends) end();
  await pool?.close();
});

function workers(): [MediaWorker, MediaWorker] {
  const [near, far] = pool.alive;
  if (!near || !far) throw new Error('two workers are needed');
  return [near, far];
}

/** Sends pictures of two packets, each with its number at its end; the first is a key picture, and no other. */
class Camera {
  /** Pictures so far. */
  pictures = 0;
  asked = 0;
  producer!: MediaProducer;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 31);
  #socket!: Socket;
  #port = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param feedback what it takes beside NACK */
  static async start(worker: MediaWorker, feedback: { type: string; parameter: string }[] = []) {
    const camera = new Camera();
    const source = await worker.router.createPlainTransport({
      ...{ listenInfo, comedia: true, rtcpMux: true },
    });
    const made = await source.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [
          {
            ...{ mimeType: 'video/H264', payloadType, clockRate: 90_000 },
            parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
            rtcpFeedback: [{ type: 'nack', parameter: '' }, ...feedback],
          },
        ],
        encodings: [{ ssrc: camera.#ssrc }],
      },
    });
    camera.producer = new MediaProducer(made, worker, undefined);
    camera.#socket = await boundSocket();
    camera.#port = source.tuple.localPort;
    camera.#socket.on('message', (datagram) => {
      if (isRtcp(datagram)) camera.asked += keyFrameRequests(datagram).length;
    });
    camera.go();
    ends.push(() => {
      camera.rest();
      camera.#socket.close();
    });
    return camera;
  }

  go(): void {
    this.#timer = setInterval(() => this.#show(), interval);
  }

  rest(): void {
    clearInterval(this.#timer);
  }

  async has(pictures: number): Promise<void> {
    await expect.poll(() => this.pictures, { timeout: 10_000 }).toBeGreaterThanOrEqual(pictures);
  }

  #show(): void {
    const isKey = this.pictures === 0;
    // STAP-A of SPS and PPS, then an IDR slice; two slices otherwise (RFC 6184 §5.6, §5.7.1).
    const sets = Buffer.from([0x78, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 0, 2, 0x68, 0xce]);
    const slice = Buffer.alloc(400, isKey ? 0x65 : 0x41);
    for (const [index, unit] of [isKey ? sets : slice, slice].entries()) {
      const header = Buffer.alloc(12);
      header.writeUInt8(0x80, 0);
      header.writeUInt8((index === 1 ? 0x80 : 0) | payloadType, 1);
      header.writeUInt16BE((60_000 + this.pictures * 2 + index) & 0xffff, 2);
      header.writeUInt32BE((4_294_900_000 + this.pictures * ticks) % 2 ** 32, 4);
      header.writeUInt32BE(this.#ssrc, 8);
      const number = Buffer.alloc(4);
      number.writeUInt32BE(this.pictures);
      this.#socket.send(Buffer.concat([header, unit, number]), this.#port, '127.0.0.1');
    }
    this.pictures += 1;
  }
}

interface Seen {
  readonly sequence: number;
  readonly timestamp: number;
  readonly picture: number;
}

/** Somebody who comes now. @returns what they are sent, as it comes */
async function newcomer({ router }: MediaWorker, producerId: string): Promise<Seen[]> {
  const [transport, socket] = [
    await router.createPlainTransport({ listenInfo, rtcpMux: true }),
    await boundSocket(),
  ];
  ends.push(() => socket.close());
  const seen: Seen[] = [];
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  const { rtpCapabilities } = router;
  const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  socket.on('message', (datagram) => {
    // Of other streams are those by which the worker tries what the link carries.
    if (isRtcp(datagram) || datagram.readUInt32BE(8) !== ssrc) return;
    seen.push({
      sequence: datagram.readUInt16BE(2),
      timestamp: datagram.readUInt32BE(4),
      picture: datagram.readUInt32BE(datagram.length - 4),
    });
  });
  await consumer.resume();
  return seen;
}

/** All from the key picture on came once and in order, squeezed into the last moment, and live goes on from there. */
async function expectReplay(seen: Seen[], camera: Camera): Promise<void> {
  const before = camera.pictures;
  await camera.has(before + 20);
  const pictures = (): number | undefined => seen.at(-1)?.picture;
  await expect.poll(pictures, { timeout: 3000 }).toBeGreaterThan(before + 10);
  const all = seen.slice(0, 2 * before);
  expect(all.map(({ picture }) => picture)).toEqual(all.map((_, index) => Math.floor(index / 2)));
  const [first] = all;
  if (!first) throw new Error('nothing came');
  expect(all.map(({ sequence }) => (sequence - first.sequence) & 0xffff)).toEqual(
    all.map((_, index) => index),
  );
  const times = all.map(({ timestamp }) => (timestamp - first.timestamp) | 0);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  for (let index = 0; index + 1 < all.length; index += 2)
    expect(times[index + 1]).toBe(times[index]);
  // They were made in a second at least, and are to be shown in a moment.
  expect((times.at(-1) ?? 0) / 90).toBeLessThan((before * interval) / 2);
  const live = seen.at(-1);
  expect(live?.timestamp).toBe((4_294_900_000 + (live?.picture ?? 0) * ticks) % 2 ** 32);
}

test('a newcomer is sent all since the last key picture at once, stamped as of now, and then live', async () => {
  const [near] = workers();
  const camera = await Camera.start(near);
  await camera.has(100);
  await expectReplay(await newcomer(near, camera.producer.id), camera);
  expect(camera.asked).toBe(0);
});

test('so is one on another worker or node, both the first there and those who come after', async () => {
  const [near, far] = workers();
  const camera = await Camera.start(near);
  const { producer } = camera.producer;
  await camera.has(60);
  const reach = await new Pipes().reach(producer, near, far);
  const first = await newcomer(far, reach.producerId);
  await reach.open();
  await expectReplay(first, camera);
  await expectReplay(await newcomer(far, reach.producerId), camera);
  reach.release();

  const listening = { address: '127.0.0.1', announced: undefined, ports: { first: 0, last: 0 } };
  const out = await MediaPipeOut.open(camera.producer, listening);
  const into = await MediaPipeIn.take(far, out.track, out.end, listening);
  ends.push(() => out.close());
  await out.connect(into.end);
  const there = await newcomer(far, into.producer.id);
  await out.carry(0);
  await expectReplay(there, camera);
  await expectReplay(await newcomer(far, into.producer.id), camera);
});

test('nobody is sent what came before a pause or a rest, nor anything of a camera that can be asked', async () => {
  const [near] = workers();
  const [camera, able] = [
    await Camera.start(near),
    await Camera.start(near, [{ type: 'nack', parameter: 'pli' }]),
  ];
  await Promise.all([camera.has(30), able.has(30)]);
  const asking = await newcomer(near, able.producer.id);
  await expect.poll(() => able.asked).toBeGreaterThan(0);
  expect(asking).toEqual([]);

  camera.rest();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const resting = await newcomer(near, camera.producer.id);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(resting).toEqual([]);
  camera.go();
  await camera.has(60);
  const { producer } = camera.producer;
  await producer.pause();
  await producer.resume();
  const paused = await newcomer(near, camera.producer.id);
  await camera.has(80);
  expect(paused).toEqual([]);
});

test('a viewer who asks in each packet is heard once, and then not at all for a while', async () => {
  const [near] = workers();
  const camera = await Camera.start(near);
  await camera.has(10);
  const { router } = near;
  const transport = await router.createPlainTransport({ listenInfo, rtcpMux: true });
  const socket = await boundSocket();
  ends.push(() => socket.close());
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  const consumer = await transport.consume({
    ...{ producerId: camera.producer.id, rtpCapabilities: router.rtpCapabilities },
  });
  let traced = 0;
  consumer.on('trace', () => (traced += 1));
  let heard = 0;
  hearKeyRequests(consumer, near, () => {
    heard += 1;
    return 1000;
  });
  const request = pictureLossIndication(consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0);
  const asking = setInterval(() => {
    for (let at = 0; at < 20; at += 1) socket.send(request, transport.tuple.localPort, '127.0.0.1');
  }, 5);
  ends.push(() => clearInterval(asking));
  await expect.poll(() => heard, { interval: 20, timeout: 5000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 250));
  const before = traced;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect([heard, traced]).toEqual([1, before]);
  await expect.poll(() => heard, { interval: 20, timeout: 5000 }).toBe(2);
  clearInterval(asking);
  expect(camera.asked).toBe(0);
});
