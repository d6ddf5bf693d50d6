/** A viewer that came with an offer gets what has the offer's numbers, beside one that goes by the router's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RtpCapabilities } from '../../server/contract/media.ts';
import type { OfferedNumbers } from '../../server/media/plane.ts';
import { isRtcp } from '../../gateway/upload/rtp.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { DirectCamera, DirectViewer } from '../support/peers/direct.ts';
import { LightLink } from '../support/peers/light-link.ts';
import { findExtension, parseRtp, type ReceivedHeader } from '../support/peers/rtp.ts';
import { TestNode } from '../support/pipe-nodes.ts';

const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const sequence = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const probeSsrc = 1234;
const soon = { timeout: 8000 };

let node: TestNode;
let camera: DirectCamera;
/** Came without an offer. */
let usual: DirectViewer;
beforeAll(async () => {
  node = await TestNode.start(2);
  camera = await DirectCamera.film(node.sfu, node.zones.at('gate'), threeLayerClip());
  usual = await DirectViewer.watch(node.sfu, node.zones.at('gate'), 2);
});
afterAll(async () => {
  usual?.close();
  camera?.close();
  await node?.stop();
});

interface Came extends ReceivedHeader {
  readonly packet: Buffer;
}

/** What this client can, by the router's numbers. */
function able(): RtpCapabilities {
  const { codecs, headerExtensions } = node.sfu.rtpCapabilities;
  return {
    codecs: codecs.filter(({ mimeType }) => /\/(vp8|rtx)$/i.test(mimeType)),
    headerExtensions: headerExtensions.filter(({ uri }) => [mid, sequence].includes(uri)),
  };
}

/** By the router's numbers, those of an offer that has VP8 at 127, where probes are usually. */
function offered(ids: { mid: number; sequence: number }): OfferedNumbers {
  const { codecs, headerExtensions } = able();
  const vp8 = codecs.find(({ mimeType }) => /vp8$/i.test(mimeType))?.preferredPayloadType ?? 0;
  const rtx = codecs.find(({ parameters }) => parameters?.apt === vp8)?.preferredPayloadType ?? 0;
  const idOf = (wanted: string): number =>
    headerExtensions.find(({ uri }) => uri === wanted)?.preferredId ?? 0;
  return {
    payloadTypes: new Map([
      [vp8, 127],
      [rtx, 35],
    ]),
    extensions: new Map([
      [idOf(mid), ids.mid],
      [idOf(sequence), ids.sequence],
    ]),
    probe: 99,
    mid: 'video0',
  };
}

/** What comes to a client that watches by an offer of its own. */
async function watch(numbers: OfferedNumbers) {
  const zone = node.zones.at('gate');
  const connection = await node.sfu.openForViewer([zone.id], []);
  const link = new LightLink(connection.parametersFor(undefined), 'receive');
  const came: Came[] = [];
  link.onPacket((packet) => {
    const rtp = isRtcp(packet) ? undefined : parseRtp(packet);
    if (rtp) came.push({ ...rtp, packet: Buffer.from(packet) });
  });
  await connection.connect(link.dtlsParameters);
  await link.connected();
  const [producer] = zone.feed;
  if (!producer) throw new Error('the camera sends nothing');
  const view = { layer: 2 as const, focused: false };
  const consumer = await connection.consume(producer, able(), { zone: zone.id, view, numbers });
  await consumer.ready();
  const close = (): void => {
    link.close();
    connection.close();
  };
  return { came, consumer, close };
}

test('packets have the payload types and ids of the offer, and so have those that only try the link', async () => {
  const { came, consumer, close } = await watch(offered({ mid: 9, sequence: 3 }));
  const ssrc = consumer.parameters.rtpParameters.encodings[0]?.ssrc;
  const media = (): Came[] => came.filter((one) => one.ssrc === ssrc);
  await expect.poll(() => media().length, soon).toBeGreaterThan(20);
  for (const { payloadType, packet } of media()) {
    expect(payloadType).toBe(127);
    const at = findExtension(packet, 9) ?? 0;
    expect(packet.subarray(at, at + 6).toString()).toBe('video0');
    expect(findExtension(packet, 3)).toBeDefined();
    for (const id of [1, 4, 5]) expect(findExtension(packet, id)).toBeUndefined();
  }
  const probes = (): Came[] => came.filter((one) => one.ssrc === probeSsrc);
  await expect.poll(() => probes().length, soon).toBeGreaterThan(0);
  for (const { payloadType, packet } of probes()) {
    expect(payloadType).toBe(99);
    expect(findExtension(packet, 3)).toBeDefined();
    expect(findExtension(packet, 5)).toBeUndefined();
  }
  // Whoever came without an offer is sent the router's, as ever.
  await expect.poll(() => usual.stream?.keyFrames ?? 0, soon).toBeGreaterThan(0);
  close();
});

test('ids above 14 come in the long form', async () => {
  const { came, close } = await watch(offered({ mid: 20, sequence: 21 }));
  await expect.poll(() => came.length, soon).toBeGreaterThan(20);
  for (const { packet } of came) expect(packet.readUInt16BE(12)).toBe(0x1000);
  const media = came.find(({ ssrc }) => ssrc !== probeSsrc);
  expect(media?.packet.subarray(16, 24)).toEqual(Buffer.from('\x14\x06video0'));
  close();
});

test('sound has the numbers of its own section', async () => {
  const film = await node.sfu.openForCamera('sound', 1_000_000, []);
  const microphone = new LightLink(film.parametersFor(undefined), 'send');
  await film.connect(microphone.dtlsParameters);
  await microphone.connected();
  const producer = await film.produce('audio', {
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
    encodings: [{ ssrc: 77 }],
  });
  const { codecs, headerExtensions } = node.sfu.rtpCapabilities;
  const own = {
    codecs: codecs.filter(({ kind }) => kind === 'audio'),
    headerExtensions: headerExtensions.filter(({ kind, uri }) => kind === 'audio' && uri === mid),
  };
  const numbers = {
    payloadTypes: new Map([[own.codecs[0]?.preferredPayloadType ?? 0, 109]]),
    extensions: new Map([[own.headerExtensions[0]?.preferredId ?? 0, 3]]),
    ...{ probe: 99, mid: 'audio1' },
  };
  const connection = await node.sfu.openForViewer(['sound'], []);
  const player = new LightLink(connection.parametersFor(undefined), 'receive');
  const came: Buffer[] = [];
  player.onPacket((packet) => !isRtcp(packet) && came.push(Buffer.from(packet)));
  await connection.connect(player.dtlsParameters);
  await player.connected();
  const shown = { zone: 'sound', view: { layer: 0 as const, focused: false }, numbers };
  await (await connection.consume(producer, own, shown)).ready();
  let sequence = 0;
  const sending = setInterval(() => {
    const packet = Buffer.alloc(12 + 40);
    packet.writeUInt16BE(0x806f, 0);
    packet.writeUInt16BE((sequence += 1), 2);
    packet.writeUInt32BE(sequence * 960, 4);
    packet.writeUInt32BE(77, 8);
    microphone.send(packet);
  }, 20);
  await expect.poll(() => came.length, soon).toBeGreaterThan(10);
  clearInterval(sending);
  for (const packet of came) {
    expect(parseRtp(packet)?.payloadType).toBe(109);
    const at = findExtension(packet, 3) ?? 0;
    expect(packet.subarray(at, at + 6).toString()).toBe('audio1');
  }
  for (const end of [microphone, player, film, connection]) end.close();
});
