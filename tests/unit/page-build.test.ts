/** A page that has been open for long learns that the server gives a newer one. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PageBuild } from '../../web/lib/session/page-build.svelte.ts';

let given = 'first';
const asked = vi.fn((): Promise<string> => Promise.resolve(given));

beforeEach(() => {
  vi.useFakeTimers();
  given = 'first';
  asked.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Long enough for whoever is to ask. */
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10_000);

test('it is asked only after the server was away, and once for all that was lost together', async () => {
  const build = new PageBuild('first', asked);
  await vi.advanceTimersByTimeAsync(10 * 86_400_000);
  expect(asked).not.toHaveBeenCalled();
  for (let lost = 0; lost < 5; lost += 1) build.look();
  await later();
  expect(asked).toHaveBeenCalledOnce();
  expect(build.outdated).toBe(false);
});

test('another build is told, and forgotten where the page comes back to a server of its own', async () => {
  const build = new PageBuild('first', asked);
  given = 'second';
  build.look();
  await later();
  expect(build.outdated).toBe(true);
  given = 'first';
  build.look();
  await later();
  expect(build.outdated).toBe(false);
});

test('a server that does not answer, or knows no builds, changes nothing', async () => {
  const build = new PageBuild('first', asked);
  asked.mockRejectedValueOnce(new Error('away'));
  build.look();
  await later();
  given = '';
  build.look();
  await later();
  expect(build.outdated).toBe(false);
  const unknown = new PageBuild('', asked);
  given = 'second';
  unknown.look();
  await later();
  expect(unknown.outdated).toBe(false);
});
