/** Both ends of a pipe between two nodes, each by itself: layers in one stream, as VP9 has, strangers, and ports. */
import type { types } from 'mediasoup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MediaPipeIn } from '../../server/media/between-nodes/pipe-in.ts';
import { MediaPipeOut } from '../../server/media/between-nodes/pipe-out.ts';
import { MediaPipePlane } from '../../server/media/between-nodes/pipe-plane.ts';
import { MediaProducer } from '../../server/media/producer.ts';
import type { MediaWorker, WorkerPool } from '../../server/media/worker-pool.ts';
import { isRtcp } from '../../gateway/upload/rtp.ts';
import { keyFrameRequests } from '../../gateway/upload/rtcp.ts';
import { receiverReport } from '../support/peers/rtp.ts';
import { freePort } from '../support/server.ts';
import { boundSocket, startTwoWorkers } from '../support/workers.ts';

const ssrc = 4242;
const payloadType = 98;
const listening = { address: '127.0.0.1', announced: undefined, ports: { first: 0, last: 0 } };

let pool: WorkerPool;
beforeAll(async () => {
  pool = await startTwoWorkers();
});
afterAll(async () => {
  await pool?.close();
});

/** The one packet of a spatial layer of a picture (RFC 9628 §4.2), in non-flexible mode. */
function packet(sequence: number, picture: number, layer: number, isKey: boolean): Buffer {
  const rtp = Buffer.alloc(12 + 5 + 100);
  rtp.writeUInt8(0x80, 0);
  rtp.writeUInt8((layer === 2 ? 0x80 : 0) | payloadType, 1);
  rtp.writeUInt16BE(sequence & 0xffff, 2);
  rtp.writeUInt32BE(picture * 3000, 4);
  rtp.writeUInt32BE(ssrc, 8);
  const [I, P, L, B, E] = [0x80, isKey ? 0 : 0x40, 0x20, 0x08, 0x04];
  rtp.writeUInt8(I | P | L | B | E, 12);
  rtp.writeUInt16BE(0x8000 | (picture & 0x7fff), 13);
  rtp.writeUInt8((layer << 1) | (layer > 0 && isKey ? 1 : 0), 15);
  rtp.writeUInt8(picture & 0xff, 16);
  return rtp;
}

/** A camera's track of three layers in one stream, and where its packets are sent to. */
async function produce(worker: MediaWorker) {
  const source = await worker.router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    comedia: true,
    rtcpMux: true,
  });
  const made = await source.produce({
    kind: 'video',
    rtpParameters: {
      codecs: [
        {
          mimeType: 'video/VP9',
          payloadType,
          clockRate: 90_000,
          parameters: { 'profile-id': 0 },
          rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
        },
      ],
      encodings: [{ ssrc, scalabilityMode: 'L3T1_KEY' }],
    },
  });
  return { source, producer: new MediaProducer(made, worker, undefined) };
}

function workers(): [MediaWorker, MediaWorker] {
  const [near, far] = pool.alive;
  if (!near || !far) throw new Error('two workers are needed');
  return [near, far];
}

test('the upper layers of one stream are left out of a pipe, and come again from a key frame on', async () => {
  const [near, far] = workers();
  const { source, producer } = await produce(near);
  expect(producer.layers.count).toBe(3);
  const out = await MediaPipeOut.open(producer, listening);
  const into = await MediaPipeIn.take(far, out.track, out.end, listening);
  await out.connect(into.end);
  const seen = [0, 0, 0];
  await into.producer.producer.enableTraceEvent(['rtp', 'keyframe']);
  into.producer.producer.on('trace', ({ info }) => {
    const { rtpPacket } = info as { rtpPacket: { spatialLayer: number } };
    seen[rtpPacket.spatialLayer] = (seen[rtpPacket.spatialLayer] ?? 0) + 1;
  });

  const camera = await boundSocket();
  let asked = 0;
  let answers = false;
  camera.on('message', (datagram) => {
    if (isRtcp(datagram)) asked += keyFrameRequests(datagram).length;
  });
  let picture = 0;
  let keyFrames = 0;
  const filming = setInterval(() => {
    const isKey = picture === 0 || (answers && asked > keyFrames);
    if (isKey) keyFrames = asked;
    for (let layer = 0; layer < 3; layer += 1)
      camera.send(
        packet(picture * 3 + layer, picture, layer, isKey),
        source.tuple.localPort,
        '127.0.0.1',
      );
    picture += 1;
  }, 20);
  const more = async (): Promise<boolean[]> => {
    const before = [...seen];
    await new Promise((resolve) => setTimeout(resolve, 700));
    return seen.map((count, layer) => count > (before[layer] ?? 0));
  };
  try {
    expect(await more()).toEqual([false, false, false]);
    answers = true;
    await out.carry(0);
    await expect.poll(() => seen[0]).toBeGreaterThan(0);
    expect(await more()).toEqual([true, false, false]);
    answers = false;
    const before = asked;
    await out.carry(2);
    // It is asked for a key frame, and the lowest layer goes on until that comes.
    await expect.poll(() => asked).toBeGreaterThan(before);
    expect(await more()).toEqual([true, false, false]);
    answers = true;
    await expect.poll(() => seen[2]).toBeGreaterThan(0);
    expect(await more()).toEqual([true, true, true]);
    await out.carry(1);
    await more();
    expect(await more()).toEqual([true, true, false]);
    const [stat] = await into.producer.producer.getStats();
    expect(stat?.packetsLost).toBe(0);
    await out.carry(null);
    await more();
    expect(await more()).toEqual([false, false, false]);
  } finally {
    clearInterval(filming);
    camera.close();
    out.close();
    into.close();
    source.close();
  }
});

test('a pipe of which no layer was asked, as between workers, carries all though its end tells of loss', async () => {
  const [near] = workers();
  const { source, producer } = await produce(near);
  const transport = await near.router.createPipeTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
  });
  const [camera, end] = [await boundSocket(), await boundSocket()];
  await transport.connect({ ip: '127.0.0.1', port: end.address().port });
  const consumer = await transport.consume({ producerId: producer.id });
  const carried = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
  let seen = 0;
  end.on('message', (datagram) => {
    if (!isRtcp(datagram)) seen += 1;
  });
  let picture = 0;
  const filming = setInterval(() => {
    for (let layer = 0; layer < 3; layer += 1) {
      const rtp = packet(picture * 3 + layer, picture, layer, picture % 25 === 0);
      camera.send(rtp, source.tuple.localPort, '127.0.0.1');
    }
    picture += 1;
    // As if half had been lost.
    const [lost, highestSequence] = [Math.floor(seen / 2), seen];
    const report = receiverReport([{ ssrc: carried, fractionLost: 0.5, lost, highestSequence }]);
    if (picture % 5 === 0) end.send(report, transport.tuple.localPort, '127.0.0.1');
  }, 20);
  try {
    const score = async () => (await consumer.getStats())[0]?.score;
    await expect.poll(score, { timeout: 10_000 }).toBeLessThan(8);
    const before = seen;
    await expect.poll(() => seen).toBeGreaterThan(before + 60);
  } finally {
    clearInterval(filming);
    for (const socket of [camera, end]) socket.close();
    for (const one of [transport, source]) one.close();
  }
});

test('what does not come from the other end is not even counted', async () => {
  const [near, far] = workers();
  const transports: types.PipeTransport[] = [];
  for (const { router } of [near, far])
    router.observer.on('newtransport', (transport) => {
      if (transport.type === 'pipe') transports.push(transport as types.PipeTransport);
    });
  const { source, producer } = await produce(near);
  const out = await MediaPipeOut.open(producer, listening);
  const into = await MediaPipeIn.take(far, out.track, out.end, listening);
  await out.connect(into.end);
  const stranger = await boundSocket();
  try {
    for (let count = 0; count < 50; count += 1) {
      const datagram = packet(count, count, 0, true);
      for (const { port } of [out.end, into.end]) stranger.send(datagram, port, '127.0.0.1');
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stats = await Promise.all(transports.map((transport) => transport.getStats()));
    expect(stats.flat().map(({ type }) => type)).toEqual(['pipe-transport', 'pipe-transport']);
    for (const { rtpBytesReceived } of stats.flat()) expect(rtpBytesReceived).toBe(0);
    // The ends tell each other of themselves, which is short; each of the strangers' is longer than 100 bytes.
    for (const { bytesReceived } of stats.flat()) expect(bytesReceived).toBeLessThan(1000);
  } finally {
    stranger.close();
    out.close();
    into.close();
    source.close();
  }
});

test('without a port left for it a pipe is refused, and one that is closed gives its port back', async () => {
  const [near] = workers();
  const { source, producer } = await produce(near);
  const first = await freePort();
  const plane = new MediaPipePlane(
    { ...listening, ports: { first, last: first } },
    async () => near,
  );
  try {
    const out = await plane.open(producer);
    expect(out.end.port).toBe(first);
    await expect(plane.open(producer)).rejects.toMatchObject({ code: 'unavailable' });
    out.close();
    const again = await plane.open(producer);
    expect(again.end.port).toBe(first);
    again.close();
    await expect(
      plane.take(
        'ANY-01',
        { ...again.track, rtpParameters: { codecs: [], encodings: [] } },
        again.end,
      ),
    ).rejects.toMatchObject({ code: 'unsupported-media' });
    expect(near.consumers).toBe(0);
  } finally {
    source.close();
  }
});
