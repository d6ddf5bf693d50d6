/** Viewers go over to a layer that they can be told the time of late, whatever becomes of the one that they began with. */
import type { Socket } from 'node:dgram';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { senderReport } from '../../gateway/upload/rtcp.ts';
import { isRtcp } from '../../gateway/upload/rtp.ts';
import type { MediaWorker, WorkerPool } from '../../server/media/worker-pool.ts';
import { boundSocket, startTwoWorkers } from '../support/workers.ts';

const payloadType = 107;
const interval = 20; // ms
/** Streams are scored with each report, by the packets since the last one, ms. */
const reportInterval = 100;
const ticksPerMs = 90;
/** mediasoup takes a stream of which nothing comes for so long for ended, ms. */
const silence = 1500;
const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
const soon = { timeout: 5000 };
type Layer = 0 | 1;

let pool: WorkerPool;
const ends: (() => void)[] = [];
beforeAll(async () => {
  pool = await startTwoWorkers();
});
afterAll(async () => {
  for (const end of ends) end();
  await pool?.close();
});

/** Two layers on one clock, of key pictures alone; each begins and ends as it is told, and so do its reports. */
class Camera {
  readonly #streams = [0, 1].map((layer) => ({
    ...{ ssrc: 1000 + layer, packets: 0, bytes: 0 },
    timer: undefined as NodeJS.Timeout | undefined,
  }));
  readonly #begun = Date.now();
  readonly #socket: Socket;
  readonly #port: number;

  /** @returns it, and what it is called as a producer */
  static async start({ router }: MediaWorker): Promise<[Camera, string]> {
    const source = await router.createPlainTransport({ listenInfo, comedia: true, rtcpMux: true });
    const socket = await boundSocket();
    const camera = new Camera(socket, source.tuple.localPort);
    const { id } = await source.produce({
      kind: 'video',
      rtpParameters: {
        codecs: [
          {
            ...{ mimeType: 'video/H264', payloadType, clockRate: 90_000 },
            parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
            rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          },
        ],
        encodings: camera.#streams.map(({ ssrc }) => ({ ssrc })),
      },
    });
    ends.push(() => {
      camera.end(0);
      camera.end(1);
      socket.close();
    });
    return [camera, id];
  }

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
  }

  begin(layer: Layer): void {
    const stream = this.#streams[layer]!;
    stream.timer ??= setInterval(() => this.show(layer), interval);
  }

  end(layer: Layer): void {
    const stream = this.#streams[layer]!;
    clearInterval(stream.timer);
    stream.timer = undefined;
  }

  /** One picture, in which the layer can be read. */
  show(layer: Layer): void {
    const stream = this.#streams[layer]!;
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(0x80 | payloadType, 1);
    header.writeUInt16BE(1000 + stream.packets, 2);
    header.writeUInt32BE(this.#timestamp(layer), 4);
    header.writeUInt32BE(stream.ssrc, 8);
    // STAP-A of SPS and PPS (RFC 6184 §5.7.1): a key picture to whoever looks no further.
    const sets = Buffer.from([0x78, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 0, 2, 0x68, 0xce, layer]);
    stream.packets += 1;
    stream.bytes += sets.length;
    this.#socket.send(Buffer.concat([header, sets]), this.#port, '127.0.0.1');
  }

  /** Says which time time stamps of these layers are of, as often. */
  async report(layers: readonly Layer[], times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      for (const layer of layers) {
        const report = senderReport(this.#streams[layer]!, Date.now(), this.#timestamp(layer));
        this.#socket.send(report, this.#port, '127.0.0.1');
        await wait(reportInterval);
      }
    }
  }

  /** Each layer counts from another beginning. */
  #timestamp(layer: Layer): number {
    return (layer + 1) * 1_000_000_000 + (Date.now() - this.#begun) * ticksPerMs;
  }
}

/** Somebody who wants the large layer. @returns tells the layer of what came last, and of how many packets so far */
async function viewer({ router }: MediaWorker, producerId: string) {
  const transport = await router.createPlainTransport({ listenInfo, rtcpMux: true });
  const socket = await boundSocket();
  ends.push(() => socket.close());
  const seen: number[] = [];
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  // It tells nothing of what comes: with estimates of its link, layers would be chosen anew now and then.
  const codecs = router.rtpCapabilities.codecs?.map((codec) => ({ ...codec, rtcpFeedback: [] }));
  const rtpCapabilities = { codecs: codecs ?? [], headerExtensions: [] };
  const consumer = await transport.consume({ producerId, rtpCapabilities });
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  socket.on('message', (datagram) => {
    if (isRtcp(datagram) || datagram.readUInt32BE(8) !== ssrc) return;
    seen.push(datagram.at(-1) ?? -1);
  });
  return { last: () => seen.at(-1), count: () => seen.length };
}

test.concurrent(
  'a layer that ends before anybody could be told its time leaves its viewers to the other one, once that can be told',
  async ({ expect }) => {
    const worker = pool.alive[0]!;
    const [camera, id] = await Camera.start(worker);
    const { last, count } = await viewer(worker, id);
    camera.begin(1);
    await expect.poll(last, soon).toBe(1);
    camera.begin(0);
    await wait(100);
    camera.end(1);
    await wait(silence + 500);
    expect(last()).toBe(1); // The time of the other one is not known.
    const before = count();
    await camera.report([0], 4);
    await expect.poll(last, soon).toBe(0);
    await expect.poll(count, soon).toBeGreaterThan(before + 10);
  },
);

test.concurrent(
  'a layer that was reported of before it began is gone over to when it begins, however often it was',
  async ({ expect }) => {
    const worker = pool.alive[1]!;
    const [camera, id] = await Camera.start(worker);
    const { last } = await viewer(worker, id);
    camera.begin(0);
    await camera.report([0], 4);
    await expect.poll(last, soon).toBe(0);
    camera.show(1);
    await wait(silence + 500);
    await camera.report([0, 1], 3);
    expect(last()).toBe(0);
    camera.begin(1);
    await wait(100);
    await camera.report([0, 1], 4);
    await expect.poll(last, soon).toBe(1);
  },
);
