/** Turning a camera by ONVIF: what is asked of a device over real HTTP, in its own ranges, and what it tells. */
import { afterEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { OnvifDevice } from '../../gateway/onvif/device.ts';
import { ptzProfileOf } from '../../gateway/onvif/ptz-profile.ts';
import { OnvifPtz } from '../../gateway/onvif/ptz.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { Steering } from '../../gateway/steering/steering.ts';
import type { CameraSteering, Move } from '../../server/contract/steering.ts';
import { startOnvifDevice, type Bent } from '../support/onvif/device.ts';
import { mediaService } from '../support/onvif/media-service.ts';
import { PtzService, type PtzSettings } from '../support/onvif/ptz-service.ts';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** A camera that can be turned, and what turns it. */
async function dome(settings: PtzSettings = {}, bend?: (operation: string) => Bent) {
  const service = new PtzService(settings);
  const profile = { width: 640, height: 360, keyEvery: 30, url: 'rtsp://127.0.0.1/main' };
  const profiles = [
    { ...profile, token: 'fixed', name: 'fixed' },
    { ...profile, token: 'main', name: 'main', ptz: 'node' },
  ];
  const device = await startOnvifDevice({
    services: [mediaService(1, { profiles }), service],
    ...(bend && { bend }),
  });
  ended.push(() => device.close());
  const asked = new OnvifDevice({ url: device.url, networks: new Networks(['127.0.0.1']) });
  const ptz = new OnvifPtz(asked, () => ptzProfileOf(asked));
  return { device, service, ptz, motor: service.motor };
}

const preset = { name: 'crossing', place: { pan: 0.5, tilt: -0.5, zoom: 0.2 } };
const right = { kind: 'continuous', pan: 0.5, tilt: 0, zoom: 0 } as const;
const hold = 2000;

test('what it can and which presets it has is read, with their places', async () => {
  const { ptz, device } = await dome({ presets: { one: preset } });
  expect(await ptz.facts()).toEqual({
    abilities: {
      ...{ continuous: true, relative: true, absolute: true, zoom: true, home: true },
      presets: 8,
    },
    presets: [{ token: 'one', name: 'crossing', position: preset.place }],
  });
  await ptz.stop();
  const [stop] = device.asked('Stop');
  expect(stop?.asked.children.map(({ name, text }) => [name, text])).toEqual([
    ['ProfileToken', 'main'],
    ['PanTilt', 'true'],
    ['Zoom', 'true'],
  ]);
});

test('it turns as long as it is told, and ends by itself', async () => {
  const { ptz, motor } = await dome();
  await ptz.facts();
  await ptz.move(right, 1000);
  expect(await ptz.look()).toMatchObject({ moving: true });
  await expect.poll(() => motor.moves, { timeout: 2000 }).toBe(false);
  expect(motor.place.pan).toBeCloseTo(0.5, 1);
  const { moving, position } = await ptz.look();
  expect(moving).toBe(false);
  expect(position?.pan).toBeCloseTo(motor.place.pan, 4);
});

test('places are in the range of the camera, whatever that is', async () => {
  const { ptz, device, motor } = await dome({
    range: { least: 0, most: 360 },
    presets: { one: preset },
  });
  const facts = await ptz.facts();
  expect(facts?.presets[0]?.position).toEqual(preset.place);
  await ptz.move({ kind: 'absolute', pan: 0.1, tilt: -0.1, zoom: 0.05 }, hold);
  const [asked] = device.asked('AbsoluteMove');
  const panTilt = asked?.asked.children[1]?.children[0]?.attributes;
  expect([panTilt?.get('x'), panTilt?.get('y')]).toEqual(['198', '162']);
  await expect.poll(() => motor.moves).toBe(false);
  expect((await ptz.look()).position).toEqual({ pan: 0.1, tilt: -0.1, zoom: 0.05 });
});

test('a click is centred by the field of view; without that by an estimate that falls short; or not at all', async () => {
  const click = { kind: 'centre', x: 1, y: 0 } as const;
  const exact = await dome();
  await exact.ptz.facts();
  await exact.ptz.move(click, hold);
  await expect.poll(() => exact.motor.moves).toBe(false);
  expect(exact.motor.place).toEqual({ pan: 0.1, tilt: 0.1, zoom: 0 });
  await exact.ptz.move({ kind: 'area', x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, hold);
  await expect.poll(() => exact.motor.moves).toBe(false);
  expect(exact.motor.place).toMatchObject({ pan: 0.1, tilt: 0.1 });
  expect(exact.motor.place.zoom).toBeGreaterThan(0.1);

  const estimated = await dome({ lacks: ['fov'] });
  await estimated.ptz.facts();
  await estimated.ptz.look();
  await estimated.ptz.move(click, hold);
  await expect.poll(() => estimated.motor.moves).toBe(false);
  const { pan, tilt } = estimated.motor.place;
  for (const turned of [pan, tilt]) {
    expect(turned).toBeGreaterThan(0.05);
    expect(turned).toBeLessThan(0.3);
  }

  const blind = await dome({ lacks: ['fov', 'position'] });
  await blind.ptz.facts();
  await expect(blind.ptz.move(click, hold)).rejects.toThrow(/what its picture covers/);
  expect(blind.device.asked('RelativeMove')).toEqual([]);
});

test('presets are kept, called, and removed; what the camera refuses is told in words', async () => {
  const { ptz, motor, service } = await dome({ mostPresets: 1 });
  await ptz.facts();
  await ptz.savePreset('gate & <yard>');
  expect(await ptz.presets()).toMatchObject([{ token: 'p1', name: 'gate & <yard>' }]);
  await expect(ptz.savePreset('one more')).rejects.toThrow(/no room for one more/);
  await ptz.move({ kind: 'preset', preset: 'p1' }, hold);
  await expect(ptz.move({ kind: 'preset', preset: 'none' }, hold)).rejects.toThrow(
    /no such preset/,
  );
  await ptz.removePreset('p1');
  expect(service.presets.size).toBe(0);
  expect(motor.moves).toBe(false);
});

test('a camera without motor, and one that tells nothing, are known as such', async () => {
  const fixed = await dome({}, (operation) =>
    operation === 'GetNodes'
      ? { body: '<Envelope><Body><GetNodesResponse/></Body></Envelope>' }
      : undefined,
  );
  expect(await fixed.ptz.facts()).toBeUndefined();
  const silent = await dome({ lacks: ['moving', 'position', 'preset-places'] });
  await silent.ptz.facts();
  expect(await silent.ptz.look()).toEqual({});
});

test('from the order to the camera in less than 100 ms, and a camera that hangs is stopped all the same', async () => {
  let hangs = false;
  const { ptz, device, motor } = await dome({ presets: { one: preset } }, (operation) =>
    hangs && operation === 'ContinuousMove' ? 'hang' : undefined,
  );
  const told: (CameraSteering | null)[] = [];
  const log = pino({ level: 'silent' });
  const steering = new Steering({ camera: ptz, tell: (now) => told.push(now), log });
  ended.push(() => steering.close());
  steering.start();
  await expect.poll(() => told.at(-1)).toMatchObject({ presets: [{ token: 'one' }] });
  let number = 0;
  const steer = (move: Move) => steering.answer({ number: (number += 1), move });
  const times: number[] = [];
  for (let at = 0; at < 10; at += 1) {
    const begun = performance.now();
    await steer({ ...right, pan: at / 20 + 0.1 });
    times.push((device.asked('ContinuousMove').at(-1)?.at ?? Infinity) - begun);
  }
  times.sort((a, b) => a - b);
  expect(times[5]).toBeLessThan(100);
  hangs = true;
  const begun = performance.now();
  const late = steer({ ...right, pan: 1 });
  await expect.poll(() => device.asked('ContinuousMove').length).toBe(11);
  await steer({ kind: 'stop' });
  expect(device.asked('Stop').length).toBeGreaterThan(0);
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(await late).toMatchObject({ ok: false, reason: 'The camera does not answer.' });
  expect(motor.moves).toBe(false);
  await steer({ kind: 'preset', preset: 'one' });
  await expect
    .poll(() => told.at(-1), { timeout: 4000 })
    .toMatchObject({ at: 'one', moving: false });
});
