/** What is found out of cameras for whoever sets them up: answers to a probe, facts, key intervals, and what old gateways are told. */
import { afterEach, expect, test } from 'vitest';
import { OnvifDevice } from '../../gateway/onvif/device.ts';
import { answerOf } from '../../gateway/onvif/discovery.ts';
import { setEncoder } from '../../gateway/onvif/encoder.ts';
import { factsOf } from '../../gateway/onvif/facts.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { laterFields, SiteCamera, understood } from '../../server/contract/gateway.ts';
import { CameraFacts } from '../../server/contract/onvif.ts';
import { startOnvifDevice, type OnvifDevice as Camera } from '../support/onvif/device.ts';
import { mediaService, type MediaSettings } from '../support/onvif/media-service.ts';

const asked = new Set(['urn:uuid:1']);
const answer = (addresses: string, more = '', relates = 'urn:uuid:1'): string =>
  '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:d="urn:d" xmlns:a="urn:a">' +
  `<e:Header><a:RelatesTo>${relates}</a:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch>` +
  `<d:Scopes>onvif://www.onvif.org/name/North%20gate onvif://www.onvif.org/hardware/T4 ${more}</d:Scopes>` +
  `<d:XAddrs>${addresses}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`;

test('a camera speaks for the address that it answers from, and no other', () => {
  const own = 'http://192.168.20.31:8080/onvif/device_service';
  expect(answerOf(answer(`http://10.0.0.1/x ${own}`), '192.168.20.31', asked)).toEqual({
    ...{ url: own, address: '192.168.20.31', name: 'North gate', model: 'T4' },
  });
  expect(answerOf(answer('http://10.0.0.1:99/x'), '192.168.20.31', asked)).toMatchObject({
    ...{ url: 'http://192.168.20.31/x', other: '10.0.0.1' },
  });
});

test.each([
  ['an answer to somebody else', answer('http://192.168.20.31/', '', 'urn:uuid:2')],
  ['no address', answer('')],
  ['another scheme', answer('file:///etc/passwd')],
  ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${answer('http://192.168.20.31/')}`],
  ['nothing', ''],
  ['garbage', '\u0000\u0001<<<'],
])('%s is no camera', (_, text) => {
  expect(answerOf(text, '192.168.20.31', asked)).toBeUndefined();
});

test('a name that is no UTF-8 is shown as it is said', () => {
  const text = answer('http://192.168.20.31/').replace('North%20gate', '%E0%A4%A');
  expect(answerOf(text, '192.168.20.31', asked)?.name).toBe('%E0%A4%A');
});

test('cameras are looked for where this machine is in a network, or a network in its own', () => {
  const networks = new Networks(['192.168.20.31', '10.1.0.0/16', 'fd00::/8']);
  expect(networks.meets('192.168.20.2/24')).toBe(true);
  expect(networks.meets('10.1.2.3/24')).toBe(true);
  expect(networks.meets('192.168.21.2/24')).toBe(false);
  expect(networks.meets('127.0.0.1/8')).toBe(false);
  expect(new Networks(['0.0.0.0/0']).meets('127.0.0.1/8')).toBe(false);
  expect(new Networks(['127.0.0.1']).meets('127.0.0.1/8')).toBe(true);
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function camera(version: 1 | 2, more: Partial<MediaSettings> = {}): Promise<Camera> {
  const profiles = [
    {
      ...{ token: 'one', name: 'Video', url: 'rtsp://10.9.8.7/one', ptz: 'node' },
      ...{ width: 1280, height: 720, keyEvery: 100 },
    },
    {
      ...{ token: 'two', name: 'Video', url: 'gopher://10.9.8.7/two' },
      ...{ width: 640, height: 360, keyEvery: 25 },
    },
  ];
  const services = [mediaService(version, { profiles, ...more })];
  const device = await startOnvifDevice({ services, clockAhead: -60_000 });
  closing.push(() => device.close());
  return device;
}

const networks = new Networks(['127.0.0.1']);

test.each([1, 2] as const)('facts and key interval by media %s', async (version) => {
  const { url } = await camera(version);
  const device = new OnvifDevice({ url, networks });
  const facts = CameraFacts.parse(await factsOf(device));
  expect(facts).toMatchObject({
    ...{ maker: 'Maker', model: 'Turret 4K', other: '10.9.8.7' },
    profiles: [
      {
        ...{ token: 'one', stream: 'rtsp://127.0.0.1/one', hasPtz: true },
        encoder: { codec: 'H264', width: 1280, keyInterval: 100, frameRate: 25 },
      },
      { token: 'two', hasPtz: false },
    ],
  });
  expect(facts.profiles[1]?.stream).toBeUndefined();
  expect(Math.abs((facts.clockOffset ?? 0) + 60_000)).toBeLessThan(1500);
  const untouched = [25, 'Main'];
  const encoders = async () =>
    (await factsOf(device)).profiles.map(({ encoder }) => [encoder?.keyInterval, encoder?.profile]);
  await setEncoder(device, 'one', { keyInterval: 30 });
  expect(await encoders()).toEqual([[30, 'Main'], untouched]);
  await setEncoder(device, 'one', { h264Profile: 'Baseline' });
  expect(await encoders()).toEqual([[30, 'Baseline'], untouched]);
});

test.each([1, 2] as const)('other codecs have no profile of H264, by media %s', async (version) => {
  const url = 'rtsp://10.9.8.7/one';
  const one = { token: 'one', name: 'Video', url, codec: 'H265', width: 1280, height: 720 };
  const device = new OnvifDevice({
    url: (await camera(version, { profiles: [{ ...one, keyEvery: 100 }] })).url,
    networks,
  });
  const set = setEncoder(device, 'one', { h264Profile: 'Baseline' });
  await expect(set).rejects.toMatchObject({ code: 'not-supported' });
});

test('a camera that cannot be set says so, and what is not there is not set', async () => {
  const { url } = await camera(2, { isFixed: true });
  const device = new OnvifDevice({ url, networks });
  await expect(setEncoder(device, 'one', { keyInterval: 30 })).rejects.toMatchObject({
    code: 'refused',
  });
  await expect(setEncoder(device, 'none', { keyInterval: 30 })).rejects.toMatchObject({
    code: 'not-supported',
  });
});

test('gateways are told of a camera what they understand, so that none refuses all of them', () => {
  const whole = SiteCamera.parse({
    ...{ name: 'gate', zone: 'GATE-01', url: 'rtsps://192.168.20.31/main' },
    ...{ fingerprint: 'ab'.repeat(32), onvif: { url: 'http://192.168.20.31/onvif' } },
  });
  // As it was in the first version.
  const first = SiteCamera.omit({ fingerprint: true, ca: true, onvif: true });
  expect(first.safeParse(whole).success).toBe(false);
  expect(first.parse(understood(whole))).toMatchObject({ name: 'gate' });
  const second = SiteCamera.omit({ onvif: true });
  expect(second.parse(understood(whole, ['fingerprint', 'ca', 'other']))).toHaveProperty(
    'fingerprint',
  );
  expect(understood(whole, laterFields)).toEqual(whole);
});
