/** WHEP: a player's offer becomes a viewer of a zone, under the same grants, audit and privacy as any other. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import { Client, rtpParameters } from '../support/client.ts';
import { findExtension } from '../support/peers/rtp.ts';
import {
  likeABrowser,
  offered,
  probeSsrc,
  WhepPlayer,
  type PlayerOptions,
} from '../support/peers/whep-player.ts';
import { WhipEncoder } from '../support/peers/whip-encoder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bearer } from '../support/site.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

const soon = { timeout: 5000 };

let server: RunningServer;
let ada: Visitor;
let operator: Client;
let camera: Record<string, string>;
let viewer: Record<string, string>;
const peers: { close(): void }[] = [];
beforeAll(async () => {
  server = await startServer({
    ...{ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' },
    CAMERA_WARM_UP: '100',
    CAMERA_LINGER: '100',
  });
  ada = await setUp(server);
  operator = new Client(server.url, undefined, { extraHeaders: ada.headers });
  await operator.connected();
  camera = bearer((await ada.addKey('camera', 'WHEP-*')).secret);
  viewer = bearer((await ada.addKey('wall', 'WHEP-*')).secret);
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  operator?.socket.close();
  await server?.stop();
});

async function film(zone: string): Promise<WhipEncoder> {
  const encoder = await WhipEncoder.film(server.url, zone, { headers: camera });
  peers.push(encoder);
  return encoder;
}

async function watch(zone: string, options: PlayerOptions = {}): Promise<WhepPlayer> {
  const player = await WhepPlayer.watch(server.url, zone, { headers: viewer, ...options });
  peers.push(player);
  return player;
}

async function refused(zone: string, change: (sdp: string) => string): Promise<[number, string]> {
  const player = new WhepPlayer(server.url, { headers: viewer, change });
  peers.push(player);
  const response = await player.post(zone);
  return [response.status, await response.text()];
}

async function viewersOf(zone: string): Promise<number> {
  const { zones } = await operator.request('zones:list', { pattern: zone, count: 1 });
  return zones[0]?.viewers ?? 0;
}

test('a player watches by the numbers of its own offer, is counted, and ends by DELETE', async () => {
  await film('WHEP-01');
  const player = await watch('WHEP-01', { change: likeABrowser });
  expect(player.location).toMatch(/^\/whep\/WHEP-01\/[\w-]{32}$/);
  expect(player.answer).toContain('a=sendonly');
  expect(player.answer).toContain(`a=rtpmap:${offered.vp8} VP8/90000`);
  await expect.poll(() => player.packets.length, soon).toBeGreaterThan(20);
  for (const { ssrc, payloadType, packet } of player.packets) {
    if (ssrc === probeSsrc) continue;
    expect(payloadType).toBe(offered.vp8);
    const at = findExtension(packet, offered.mid) ?? 0;
    expect(packet.subarray(at, at + 1).toString()).toBe('0');
    expect(findExtension(packet, offered.sequence)).toBeDefined();
  }
  expect(await viewersOf('WHEP-01')).toBe(1);
  expect((await player.delete()).status).toBe(200);
  expect((await player.delete()).status).toBe(404);
  await expect.poll(() => player.state, soon).not.toBe('connected');
  expect(await viewersOf('WHEP-01')).toBe(0);
  const kept = () => ada.request<AuditPage>('GET', '/api/audit?zone=WHEP-01&kind=watching');
  const actions = async () => (await kept()).records.map(({ action }) => action);
  await expect.poll(actions, soon).toEqual(['ended', 'began']);
  expect((await kept()).records[0]?.actor).toMatchObject({ kind: 'key', name: 'wall of WHEP-*' });
});

test('a player without an extension for it is told the streams, and gets what it asks for', async () => {
  const encoder = await film('WHEP-02');
  const player = await watch('WHEP-02', { sound: true });
  await expect.poll(() => player.packets.length, soon).toBeGreaterThan(5);
  const [first] = player.packets;
  expect(player.answer).toContain(`a=ssrc:${first?.ssrc} cname:`);
  expect(first?.packet.readUInt8(0)).toBe(0x80);
  // The camera has no sound.
  expect(player.answer).toMatch(/m=audio 9 [^]*a=inactive/);
  const before = encoder.requests;
  player.requestKeyFrame();
  await expect.poll(() => encoder.requests, soon).toBeGreaterThan(before);
});

test('a player that cannot play the sound of a camera gets its picture, also when the sound comes later', async () => {
  const filming = new Client(server.url, undefined, { extraHeaders: camera });
  await filming.connected();
  const { transportId } = await filming.film('WHEP-SOUND', rtpParameters);
  const early = await watch('WHEP-SOUND', { sound: true });
  await filming.request('publish', {
    ...{ transportId, kind: 'audio' },
    rtpParameters: {
      mid: '1',
      codecs: [{ mimeType: 'audio/PCMA', payloadType: 8, clockRate: 8000, channels: 1 }],
      encodings: [{ ssrc: 2222 }],
    },
  });
  const late = await watch('WHEP-SOUND', { sound: true });
  expect(late.answer).toMatch(/m=audio 9 [^]*a=inactive/);
  expect(late.answer).toMatch(/m=video 9 [^]*a=sendonly/);
  await expect.poll(() => late.state, soon).toBe('connected');
  expect(early.state).toBe('connected');
  expect(await viewersOf('WHEP-SOUND')).toBe(2);
  filming.close();
});

test('a player that comes before the camera gets the picture when that comes, and again when it comes back', async () => {
  const player = await watch('WHEP-03', { change: likeABrowser });
  await expect.poll(() => player.state, soon).toBe('connected');
  const first = await film('WHEP-03');
  await expect.poll(() => player.packets.length, soon).toBeGreaterThan(5);
  await first.delete();
  const had = player.packets.length;
  await film('WHEP-03');
  await expect.poll(() => player.packets.length, soon).toBeGreaterThan(had + 5);
  expect(player.packets.at(-1)?.payloadType).toBe(offered.vp8);
});

test('with its key its session ends, within a second', async () => {
  await film('WHEP-04');
  const key = await ada.addKey('wall', 'WHEP-04');
  const player = await watch('WHEP-04', { headers: bearer(key.secret) });
  await expect.poll(() => player.packets.length, soon).toBeGreaterThan(5);
  await ada.request('DELETE', `/api/keys/${key.key.id}`);
  const revoked = performance.now();
  await expect.poll(() => viewersOf('WHEP-04'), soon).toBe(0);
  await expect.poll(() => player.state, soon).not.toBe('connected');
  const last = player.packets.at(-1)?.at ?? 0;
  expect(last - revoked).toBeLessThan(1000);
});

test('an offer of which nothing can be sent is refused in words, and nobody watches then', async () => {
  await film('WHEP-06');
  const other = (sdp: string): string => sdp.replaceAll('VP8/90000', 'VP10/90000');
  expect(await refused('WHEP-06', other)).toEqual([
    422,
    expect.stringMatching(/none of the codecs/),
  ]);
  const h264 = (sdp: string): string =>
    sdp.replace(
      `a=rtpmap:${offered.vp8} VP8/90000`,
      `a=rtpmap:${offered.vp8} H264/90000\r\na=fmtp:${offered.vp8} packetization-mode=1;profile-level-id=42e01f`,
    );
  expect(await refused('WHEP-06', h264)).toEqual([422, expect.stringMatching(/VP8/)]);
  const sends = (sdp: string): string => sdp.replace('a=recvonly', 'a=sendonly');
  expect(await refused('WHEP-06', sends)).toEqual([
    422,
    expect.stringMatching(/to receive neither/),
  ]);
  expect(await viewersOf('WHEP-06')).toBe(0);
});

test('a key that may not watch the zone is refused', async () => {
  const headers = bearer((await ada.addKey('wall', 'OTHER-*')).secret);
  const player = new WhepPlayer(server.url, { headers });
  peers.push(player);
  expect((await player.post('WHEP-07')).status).toBe(403);
});
