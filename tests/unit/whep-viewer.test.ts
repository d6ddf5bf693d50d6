/** A WHEP player in front of a zone, with media in memory: when it is let in, and when its session ends. */
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RefusedError } from '../../server/contract/errors.ts';
import type { RtpCapabilities } from '../../server/contract/media.ts';
import { anyone } from '../../server/contract/policy.ts';
import { HttpRefusal } from '../../server/http-refusal.ts';
import { Resource } from '../../server/whip/resource.ts';
import { readOffer } from '../../server/whip/sdp/offer.ts';
import { WhepWatching } from '../../server/whip/watching.ts';
import { FakeSignaling } from '../support/fake-sessions.ts';

const offer = readOffer(
  [
    ...['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
    ...['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=setup:actpass'],
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    ...['a=mid:0', 'a=recvonly', 'a=rtcp-mux', 'a=rtpmap:96 VP8/90000', ''],
  ].join('\r\n'),
);
const able: RtpCapabilities = {
  codecs: [{ kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 }],
  headerExtensions: [],
};

let signaling: FakeSignaling;
beforeEach(() => {
  vi.useFakeTimers();
  signaling = new FakeSignaling();
});
afterEach(() => {
  signaling.close();
  vi.useRealTimers();
});

/** A session of a player, and whether it has ended. */
function begin(media = signaling.media) {
  const { zones, sessions } = signaling;
  const log = pino({ level: 'silent' });
  const watching = new WhepWatching({ rules: sessions.rules, zones, media, able, log });
  const visitor = {
    caller: { principal: anyone, via: { kind: 'open' as const } },
    ...{ address: '192.0.2.1', agent: 'player', via: undefined },
  };
  const resource = new Resource('id', 'whep', 'GATE-01', visitor, () => {});
  return { resource, answer: watching.open(resource, offer) };
}

const viewers = (): number => signaling.zones.at('GATE-01').summary.viewers;

test('it is a viewer, gets what comes, and is in the records from beginning to end', async () => {
  const tab = signaling.tab();
  const { resource, answer } = begin();
  expect(await answer).toContain('a=sendonly');
  expect(viewers()).toBe(1);
  const [connection] = signaling.media.viewers;
  expect(connection?.consumers).toHaveLength(0);
  await tab.film('GATE-01');
  await vi.advanceTimersByTimeAsync(0);
  expect(connection?.consumers[0]).toMatchObject({ isReady: true, view: { layer: 2 } });
  resource.end();
  expect([viewers(), connection?.closed]).toEqual([0, true]);
  const watching = signaling.records.filter(({ kind }) => kind === 'watching');
  expect(watching.map(({ action }) => action)).toEqual(['began', 'ended']);
});

test('a track that comes while it is being let in is sent once', async () => {
  let kept = (): void => {};
  const { participation } = signaling.sessions.rules;
  const record = new Promise<void>((resolve) => (kept = resolve));
  vi.spyOn(participation, 'began').mockImplementationOnce(() => record);
  const { answer } = begin();
  await vi.advanceTimersByTimeAsync(0);
  const [connection] = signaling.media.viewers;
  const consume = connection?.consume.bind(connection);
  if (!connection || !consume) throw new Error('it has no connection');
  connection.consume = async (...how) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return consume(...how);
  };
  await signaling.tab().film('GATE-01');
  kept();
  await vi.advanceTimersByTimeAsync(100);
  await answer;
  expect(connection.consumers).toHaveLength(1);
});

test('where the node is nearly full it gets the smallest picture, and the largest again with room', async () => {
  await signaling.tab().film('GATE-01');
  const { resource, answer } = begin();
  await answer;
  signaling.sessions.guests.add(resource);
  const look = async (share: number) => {
    signaling.capacity.share = share;
    signaling.sessions.lookAtTiles();
    await vi.advanceTimersByTimeAsync(0);
    const [consumer] = signaling.media.viewers[0]?.consumers ?? [];
    return [consumer?.view.layer, signaling.sessions.loweredTiles];
  };
  expect(await look(1)).toEqual([0, 1]);
  expect(await look(0)).toEqual([2, 0]);
});

test('one that is heard of no more is gone after a moment, unless it is heard again', async () => {
  const { resource, answer } = begin();
  await answer;
  const [connection] = signaling.media.viewers;
  connection?.onHeard(false);
  await vi.advanceTimersByTimeAsync(4000);
  connection?.onHeard(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(resource.ended).toBe(false);
  connection?.onHeard(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect([resource.ended, viewers()]).toEqual([true, 0]);
});

test('one that never connects is gone after 20 s', async () => {
  const { resource, answer } = begin();
  const open = signaling.media.openForViewer.bind(signaling.media);
  signaling.media.openForViewer = async () => Object.assign(await open(), { up: () => {} });
  await answer;
  const second = begin();
  await second.answer;
  await vi.advanceTimersByTimeAsync(19_000);
  expect(second.resource.ended).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect([resource.ended, second.resource.ended]).toEqual([false, true]);
});

test('where masks are not sure its session ends, since nobody can blank its picture', async () => {
  const tab = signaling.tab();
  const { resource, answer } = begin();
  await answer;
  const producerId = await tab.film('GATE-01');
  await vi.advanceTimersByTimeAsync(0);
  const zone = signaling.zones.at('GATE-01');
  if (zone.camera) zone.unpublish(zone.camera, producerId, true);
  expect(() => resource.demandAlive()).toThrow(/Masks of GATE-01 have changed/);
});

test('another camera, whose codec was not offered, ends it with the reason', async () => {
  const { resource, answer } = begin();
  await answer;
  const [connection] = signaling.media.viewers;
  if (connection) connection.failure = new RefusedError('unsupported-media', 'It sends AV1.');
  await signaling.tab().film('GATE-01');
  await vi.advanceTimersByTimeAsync(0);
  expect(() => resource.demandAlive()).toThrow('It sends AV1.');
  expect(viewers()).toBe(0);
});

test('a full node refuses it, and nobody watches then', async () => {
  signaling.capacity.refusal = new RefusedError('unavailable', 'The server is full.');
  await expect(begin().answer).rejects.toThrow('The server is full.');
  expect(viewers()).toBe(0);
});

test('a media worker that knows only its own numbers is 501, with what to set', async () => {
  const media = Object.assign(signaling.media, { usesOfferedNumbers: false });
  const refusal = await begin(media).answer.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(HttpRefusal);
  expect(refusal).toMatchObject({
    status: 501,
    message: expect.stringMatching(/media\.worker/) as string,
  });
});
