/** Key frames and events of a camera, asked as ONVIF says, of a device that may do otherwise. */
import { afterEach, expect, test } from 'vitest';
import type { Sign } from '../../gateway/camera/noticed.ts';
import { OnvifDevice } from '../../gateway/onvif/device.ts';
import { EventService } from '../../gateway/onvif/event-service.ts';
import { PullPointEvents } from '../../gateway/onvif/pull-point.ts';
import { SyncPoints } from '../../gateway/onvif/sync-points.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { startOnvifDevice, type Bent } from '../support/onvif/device.ts';
import { DeviceEvents } from '../support/onvif/event-service.ts';
import { mediaService } from '../support/onvif/media-service.ts';

const login = { user: 'viewer', password: 'seven herons' };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface About {
  /** Versions of media that it has. */
  readonly media?: (1 | 2)[];
  readonly bend?: (operation: string, usual: string) => Bent;
  /** Where it says that its subscriptions are, in place of where they are. */
  readonly elsewhere?: string;
}

async function camera({ media = [2, 1], bend = () => undefined, elsewhere }: About = {}) {
  const made: string[] = [];
  const profile = (token: string, path: string) => ({
    ...{ token, name: 'alike', url: `rtsp://10.1.1.1/${path}`, width: 640, height: 360 },
    keyEvery: 100,
  });
  const profiles = [profile('p1', 'live?stream=1'), profile('p2', 'live?stream=2')];
  const settings = { profiles, synchronise: (token: string) => void made.push(token) };
  const events = new DeviceEvents(
    () => elsewhere ?? device.url.slice(0, device.url.indexOf('/onvif')),
  );
  const services = [...media.map((version) => mediaService(version, settings)), events.service];
  const device = await startOnvifDevice({ login, services, bend });
  ends.push(() => device.close());
  const client = new OnvifDevice({
    ...{ url: device.url, ...login, networks: new Networks(['127.0.0.1']) },
  });
  return { device, client, events, made };
}

const streams = {
  main: { url: 'rtsp://127.0.0.1:554/live?stream=1' },
  sub: { url: 'rtsp://127.0.0.1:554/live?stream=2' },
};

test('the profile of a stream is found by its address, though two have one name, and asked by media 2', async () => {
  const { device, client, made } = await camera();
  const points = new SyncPoints(client, streams);
  await points.request('sub');
  await points.request('main');
  expect(made).toEqual(['p2', 'p1']);
  expect(device.asked('SetSynchronizationPoint').map(({ path }) => path)).toEqual([
    '/onvif/media2',
    '/onvif/media2',
  ]);
  expect(device.asked('GetProfiles')).toHaveLength(1);
});

test('a profile that is set is asked for as it is; a stream without one is refused in words', async () => {
  const { client, made, device } = await camera({ media: [1] });
  await new SyncPoints(client, { main: { ...streams.main, token: 'p2' } }).request('main');
  expect(made).toEqual(['p2']);
  expect(device.asked('GetProfiles')).toEqual([]);
  const lost = new SyncPoints(client, { main: { url: 'rtsp://127.0.0.1/other' } });
  await expect(lost.request('main')).rejects.toThrow('no profile of its main stream');
});

test('where media 2 does not do it, media 1 is asked from then on', async () => {
  const { client, device, made } = await camera({ media: [2, 1] });
  const refused = device.heard.length;
  expect(refused).toBe(0);
  const unable = await camera({
    media: [2, 1],
    bend: (operation) => {
      const [last] = unable.device.heard.slice(-1);
      return operation === 'SetSynchronizationPoint' && last?.path === '/onvif/media2'
        ? { status: 500, body: fault('ter:ActionNotSupported') }
        : undefined;
    },
  });
  const points = new SyncPoints(unable.client, streams);
  await points.request('main');
  await points.request('main');
  const paths = unable.device.asked('SetSynchronizationPoint').map(({ path }) => path);
  expect(paths).toEqual(['/onvif/media2', '/onvif/media', '/onvif/media']);
  expect(made).toEqual([]);
  await new SyncPoints(client, streams).request('main');
});

const fault = (code: string): string =>
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value>' +
  `<s:Subcode><s:Value>${code}</s:Value></s:Subcode></s:Code></s:Fault></s:Body></s:Envelope>`;

/** @returns what was heard of a camera, and whether it tells anything */
function listen(client: OnvifDevice) {
  const signs: Sign[] = [];
  const ups: boolean[] = [];
  const end = new PullPointEvents(new EventService(client), () => 0).listen({
    noticed: (sign) => void signs.push(sign),
    up: (isUp) => void ups.push(isUp),
  });
  return { signs, ups, end };
}
const alarm = (value: string) => ({
  topic: 'tns1:VideoSource/MotionAlarm',
  source: ['Source', 'video1'] as const,
  data: ['State', value] as const,
});

test('a subscription tells how things are, and what changes, and is ended', async () => {
  const { client, events } = await camera();
  events.set(alarm('true'));
  const { signs, ups, end } = listen(client);
  await expect.poll(() => signs).toEqual([{ kind: 'motion', source: 'video1', isActive: true }]);
  events.set(alarm('false'));
  await expect.poll(() => signs.at(-1)?.isActive).toBe(false);
  expect(ups).toEqual([true]);
  await end();
  expect(events.subscriptions).toBe(0);
});

test('a pull point that a camera says is elsewhere is asked at the camera itself', async () => {
  const { client, events, device } = await camera({ elsewhere: 'http://10.9.9.9:81' });
  const { ups, signs, end } = listen(client);
  await expect.poll(() => ups).toEqual([true]);
  events.set(alarm('true'));
  // It may be told twice: as it changes, and as the client asks how all is now.
  await expect.poll(() => signs.at(-1)?.isActive).toBe(true);
  expect(device.asked('PullMessages').length).toBeGreaterThan(0);
  await end();
});

test.each([
  ['entities', `<!DOCTYPE a [<!ENTITY a "${'x'.repeat(1000)}">]><a>&a;</a>`],
  ['depth', '<a>'.repeat(5000)],
  ['size', `<a>${'x'.repeat(3_000_000)}</a>`],
  ['nonsense', '\u0000\u0001'],
])('hostile answers cut a subscription off, and another is made: %s', async (_, body) => {
  let isHostile = false;
  const { client, events, device } = await camera({
    bend: (operation) => (isHostile && operation === 'PullMessages' ? { body } : undefined),
  });
  const { ups, signs, end } = listen(client);
  await expect.poll(() => ups).toEqual([true]);
  isHostile = true;
  events.set(alarm('true'));
  await expect.poll(() => ups, { timeout: 3000 }).toContain(false);
  isHostile = false;
  await expect.poll(() => signs.length, { timeout: 5000 }).toBeGreaterThan(0);
  expect(device.asked('CreatePullPointSubscription').length).toBeGreaterThan(1);
  await end();
});
