/** The client of an ONVIF device, with a small one that can bend every answer. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { PasswordBudget } from '../../gateway/camera/password-budget.ts';
import { OnvifDevice, type DeviceSettings } from '../../gateway/onvif/device.ts';
import { profilesOf, streamOf } from '../../gateway/onvif/media.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import {
  startOnvifDevice,
  type OnvifDevice as Camera,
  type OnvifDeviceSettings,
} from '../support/onvif/device.ts';
import { Fault, faultXml } from '../support/onvif/fault.ts';
import { mediaService, type DeviceProfile } from '../support/onvif/media-service.ts';

const networks = new Networks(['127.0.0.1/32']);
const login = { user: 'operator', password: 'correct "horse" & <staple>' };
const day = 86_400_000;
const profiles = (): DeviceProfile[] => [
  {
    ...{ token: 'main', name: 'Video', url: 'rtsp://10.9.8.7:8554/main' },
    ...{ width: 1280, height: 720, keyEvery: 100 },
  },
  {
    ...{ token: 'sub', name: 'Video', url: 'rtsp://10.9.8.7:8554/sub' },
    ...{ width: 640, height: 360, keyEvery: 25 },
  },
];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function camera(
  settings: Partial<OnvifDeviceSettings> = {},
  versions: readonly (1 | 2)[] = [1, 2],
): Promise<Camera> {
  const own = profiles();
  const services = versions.map((version) => mediaService(version, { profiles: own }));
  const device = await startOnvifDevice({ services, ...settings });
  closing.push(() => device.close());
  return device;
}

function client(device: Camera, more: Partial<DeviceSettings> = {}): OnvifDevice {
  return new OnvifDevice({ url: device.url, networks, ...more });
}

const code = (of: string): unknown => expect.objectContaining({ code: of });

test.each(['soap', 'http'] as const)(
  'a camera whose clock is a day off is signed in to by %s, and its profiles are told apart',
  async (asks) => {
    const device = await camera({ login, asks, clockAhead: day });
    const onvif = client(device, login);
    const found = await profilesOf(onvif);
    expect(found.map(({ token, name }) => [token, name])).toEqual([
      ['main', 'Video'],
      ['sub', 'Video'],
    ]);
    expect(found[0]?.encoder).toMatchObject({
      ...{ codec: 'H264', width: 1280, height: 720, frameRate: 25, bitRate: 4_096_000 },
      ...{ keyInterval: 100, profile: 'Main' },
    });
    expect(await streamOf(onvif, found[1] ?? expect.fail())).toBe('rtsp://127.0.0.1:8554/sub');
    expect(onvif.otherAddress).toBe('10.9.8.7');
    expect(Math.abs((onvif.clockOffset ?? 0) - day)).toBeLessThan(1500);
    expect(device.doorkeeper.refused).toBe(0);
  },
);

test('a clock that is set meanwhile is read again, and the password is not blamed', async () => {
  const settings = { login, clockAhead: 0 };
  const services = [mediaService(2, { profiles: profiles() })];
  const device = await startOnvifDevice(Object.assign(settings, { services }));
  closing.push(() => device.close());
  const onvif = client(device, login);
  await profilesOf(onvif);
  settings.clockAhead = -day;
  expect(await profilesOf(onvif)).toHaveLength(2);
});

test.each<[string, Partial<OnvifDeviceSettings>, (1 | 2)[]]>([
  ['media 1 alone', {}, [1]],
  ['media 2 alone', {}, [2]],
  ['a device before GetServices', { isOld: true }, [1]],
])('%s', async (_, settings, versions) => {
  const device = await camera(settings, versions);
  const onvif = client(device);
  const found = await profilesOf(onvif);
  expect(found.map(({ encoder }) => encoder?.keyInterval)).toEqual([100, 25]);
  expect(await streamOf(onvif, found[0] ?? expect.fail())).toBe('rtsp://127.0.0.1:8554/main');
});

test('a wrong password is tried three times in all, and not once more', async () => {
  for (const asks of ['soap', 'http'] as const) {
    const device = await camera({ login, asks });
    const budget = new PasswordBudget();
    const onvif = client(device, { ...login, password: 'wrong', budget: budget.share() });
    for (let tries = 0; tries < 6; tries += 1) {
      await expect(profilesOf(onvif)).rejects.toEqual(code('wrong-password'));
    }
    await expect(profilesOf(client(device))).rejects.toEqual(code('wrong-password'));
    expect(device.doorkeeper.refused).toBe(3);
    expect(budget.share().spent).toBe(true);
  }
});

test('what its user may not do is no wrong password', async () => {
  const body = faultXml(new Fault('Sender', 'NotAuthorized', 'Operators only'));
  const device = await camera({
    login,
    bend: (operation) => (operation === 'GetStreamUri' ? { status: 400, body } : undefined),
  });
  const onvif = client(device, login);
  const [first] = await profilesOf(onvif);
  await expect(streamOf(onvif, first ?? expect.fail())).rejects.toEqual(code('forbidden'));
  expect(await profilesOf(onvif)).toHaveLength(2);
});

/** A web server that must not be asked. */
async function bystander(): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  closing.push(async () => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.2:${port}`, asked: () => asked };
}

test('whatever address a camera names, only its own is asked', async () => {
  const other = await bystander();
  const wide = new Networks(['127.0.0.0/8']);
  const device = await camera({ says: () => other.url });
  const onvif = client(device, { networks: wide });
  expect(await profilesOf(onvif)).toHaveLength(2);
  expect(onvif.otherAddress).toBe('127.0.0.2');
  const redirecting = createServer((_, response) =>
    response.writeHead(307, { location: `${other.url}/` }).end(),
  );
  redirecting.listen(0, '127.0.0.1');
  await once(redirecting, 'listening');
  closing.push(async () => redirecting.close());
  const { port } = redirecting.address() as AddressInfo;
  const led = new OnvifDevice({ url: `http://127.0.0.1:${port}/`, networks: wide });
  await expect(profilesOf(led)).rejects.toEqual(code('not-onvif'));
  expect(other.asked()).toBe(0);
});

test('an address that is in none of the networks is not asked', async () => {
  const device = await camera();
  const onvif = client(device, { networks: new Networks(['10.0.0.0/8']) });
  await expect(profilesOf(onvif)).rejects.toEqual(code('wrong-network'));
  expect(device.heard).toHaveLength(0);
});

test.each([
  ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><Envelope><Body><a>&b;</a></Body></Envelope>'],
  ['too much', Buffer.alloc(3_000_000, '<a>')],
  ['too deep', `<Envelope><Body>${'<a>'.repeat(200_000)}</Body></Envelope>`],
  ['no SOAP', '<html/>'],
  ['no XML', 'It works!'],
  ['another status', ''],
] as const)('%s is refused, and the next answer is read again', async (_, body) => {
  let isBent = true;
  const bend: OnvifDeviceSettings['bend'] = (operation) =>
    isBent && operation === 'GetProfiles' ? { status: body === '' ? 404 : 200, body } : undefined;
  const onvif = client(await camera({ bend }));
  await expect(profilesOf(onvif)).rejects.toEqual(code('not-onvif'));
  isBent = false;
  expect(await profilesOf(onvif)).toHaveLength(2);
});

test('a camera that hangs costs one call its time and nothing else', async () => {
  const bend: OnvifDeviceSettings['bend'] = (operation) =>
    operation === 'GetProfiles' ? 'hang' : undefined;
  const onvif = client(await camera({ bend }));
  expect(await onvif.has('media')).toBe(true);
  const begin = performance.now();
  const hanging = onvif.call('media', '<GetProfiles/>', { within: 400 });
  const refused = expect(hanging).rejects.toEqual(code('unreachable'));
  await onvif.call('device', '<GetDeviceInformation/>');
  await refused;
  expect(performance.now() - begin).toBeLessThan(3000);
});

test('an answer that comes byte by byte is waited for no longer than one that does not come', async () => {
  let drip: NodeJS.Timeout | undefined;
  const server = createServer((_, response) => {
    response.writeHead(200);
    drip = setInterval(() => response.write(' '), 20);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => server.close());
  closing.push(async () => clearInterval(drip));
  const { port } = server.address() as AddressInfo;
  const onvif = new OnvifDevice({ url: `http://127.0.0.1:${port}/`, networks });
  await expect(onvif.call('media', '<GetProfiles/>', { within: 300 })).rejects.toEqual(
    code('unreachable'),
  );
});
