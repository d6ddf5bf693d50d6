/** A zone that was ever filmed stays expected: with its times, beyond a restart, until somebody forgets it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ZoneCatalogue } from '../../server/zones/catalogue.ts';
import { ExpectedZones } from '../../server/zones/expected.ts';
import type { FilmedZone } from '../../server/zones/filmed.ts';
import type { Zones } from '../../server/zones/zones.ts';
import { FakeCamera, fakeVideo, fakeZones } from '../support/fake-zone.ts';

/** The store's rows, as the repository keeps them. */
class Shelf {
  readonly rows = new Map<string, FilmedZone>();
  fails = false;
  writes = 0;

  async list(): Promise<FilmedZone[]> {
    return [...this.rows.values()];
  }

  async note(zones: readonly FilmedZone[]): Promise<void> {
    this.writes += 1;
    if (this.fails) throw new Error('away');
    for (const zone of zones) this.rows.set(zone.zone, zone);
  }

  async prune(since: number): Promise<void> {
    for (const { zone, last } of this.rows.values()) if (last < since) this.rows.delete(zone);
  }
}

let shelf: Shelf;
let zones: Zones;
let expected: ExpectedZones;

function start(): void {
  zones = fakeZones();
  expected = new ExpectedZones({
    ...{ zones, shelf, now: Date.now, failed: () => {} },
    note: (noted) => shelf.note(noted),
  });
}

function film(id: string, isDemonstration = false): FakeCamera {
  const camera = Object.assign(new FakeCamera(), { isDemonstration });
  zones.at(id).claim(camera);
  zones.at(id).publish(camera, fakeVideo(), undefined);
  return camera;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  shelf = new Shelf();
  start();
});
afterEach(async () => {
  await expected.close();
  vi.useRealTimers();
});

test('a zone with a drawn picture is as any other while that is there, and nobody misses it then', async () => {
  const camera = film('DEMO');
  zones.at('DEMO').end(camera, undefined);
  expect(zones.has('DEMO')).toBe(true);
  const drawn = film('DRAWN', true);
  const zone = zones.at('DRAWN');
  expect(zone.inCity).toMatchObject({ camera: 'connecting', listed: false });
  await expected.look();
  zone.end(drawn, undefined);
  expect([zones.has('DRAWN'), zone.leftByChoice, zone.filmed]).toEqual([false, true, undefined]);
  // At another node, too.
  zones.at('FAR').hear({ camera: 'streaming', label: '', viewers: 0, isDemonstration: true });
  zones.at('FAR').hear(undefined);
  expect(zones.has('FAR')).toBe(false);
});

test('a zone stays when its camera has gone, and says when that was', () => {
  const camera = film('GATE');
  expect(zones.roll.entry('GATE')).not.toHaveProperty('lastSeen');
  vi.advanceTimersByTime(5000);
  zones.find('GATE')?.end(camera);
  expect(zones.roll.entry('GATE')).toMatchObject({ camera: 'idle', lastSeen: 1_005_000 });
});

test('a camera that claims and sends nothing is not remembered', () => {
  const camera = new FakeCamera();
  zones.at('MADE-UP').claim(camera);
  zones.find('MADE-UP')?.end(camera);
  expect(zones.has('MADE-UP')).toBe(false);
});

test('many begins are one write, and a restart knows them', async () => {
  for (const id of ['A', 'B', 'C']) film(id);
  await vi.advanceTimersByTimeAsync(2000);
  expect(shelf.writes).toBe(1);
  await expected.close();
  start();
  await expected.refresh();
  expect(zones.roll.entry('B')).toMatchObject({ camera: 'idle', lastSeen: 1_000_000 });
});

test('while it is filmed, the store hears of it once a minute', async () => {
  film('GATE');
  expected.begin();
  await vi.advanceTimersByTimeAsync(121_000);
  expect(shelf.rows.get('GATE')).toMatchObject({ first: 1_000_000, last: 1_120_000 });
  expect(shelf.writes).toBeLessThanOrEqual(3);
});

test('what the store could not take is written when it is back', async () => {
  shelf.fails = true;
  film('GATE');
  await vi.advanceTimersByTimeAsync(2000);
  expect(shelf.rows.size).toBe(0);
  shelf.fails = false;
  await vi.advanceTimersByTimeAsync(11_000);
  expect(shelf.rows.has('GATE')).toBe(true);
});

test('a zone that another server has forgotten is forgotten here', async () => {
  const camera = film('GATE');
  await vi.advanceTimersByTimeAsync(2000);
  zones.find('GATE')?.end(camera);
  await vi.advanceTimersByTimeAsync(2000);
  shelf.rows.clear();
  await expected.refresh();
  expect(zones.has('GATE')).toBe(false);
});

test('forgetting is in the audit, and what was about to be written is not', async () => {
  const told: object[] = [];
  const nobody = { list: async () => [], find: async () => undefined };
  const catalogue = new ZoneCatalogue(
    {
      ...{ zones, shelf: nobody },
      changes: {
        make: (_by, work) =>
          work(
            {
              zones: { ...nobody, save: async () => {}, remove: async () => false },
              filmedZones: { remove: async (id) => shelf.rows.delete(id) },
            },
            (change) => told.push(change),
          ),
      },
    },
    [],
  );
  const by = { actor: { type: 'anyone' as const }, address: '::1' };
  zones.find('GATE')?.end(film('GATE'));
  const camera = film('GATE');
  zones.find('GATE')?.end(camera);
  await catalogue.remove(by as never, 'GATE', () => {});
  expect(told).toMatchObject([{ action: 'zone-removed', zone: 'GATE', detail: { filmed: {} } }]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(zones.has('GATE')).toBe(false);
  expect(shelf.rows.size).toBe(0);
  await expect(catalogue.remove(by as never, 'GATE', () => {})).rejects.toThrow('not listed');
});

test('what another node films is expected here when that node is lost', () => {
  const gate = zones.at('GATE');
  gate.hear({ camera: 'connecting', label: 'x', viewers: 0 });
  gate.hear(undefined);
  expect(zones.has('GATE')).toBe(false);
  zones.at('GATE').hear({ camera: 'streaming', label: 'x', viewers: 0 });
  expect(zones.roll.entry('GATE')).not.toHaveProperty('lastSeen');
  vi.advanceTimersByTime(3000);
  zones.find('GATE')?.hear(undefined);
  expect(zones.roll.entry('GATE')).toMatchObject({ camera: 'idle', lastSeen: 1_003_000 });
});
