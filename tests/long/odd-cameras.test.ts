/** Odd cameras in their real times, which the tests of the gateway shorten. */
import { expect, test } from 'vitest';
import { PasswordBudget } from '../../gateway/camera/password-budget.ts';
import { Stream } from '../../gateway/camera/stream.ts';
import { rtspSource } from '../../gateway/rtsp/rtsp-source.ts';
import type { Picture } from '../../gateway/video/picture.ts';
import { cameraClip, type ClipName } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServerSettings } from '../support/rtsp/server.ts';
import { loopback } from '../support/rtsp/watched.ts';

/** What a stream that is wanted for so long gives, ms. */
async function pulled(
  clip: ClipName,
  length: number,
  settings: Partial<RtspServerSettings> & { beginsAt?: number; closesEach?: number },
) {
  const { beginsAt = 0, closesEach, ...rest } = settings;
  const streams = { '/main': { clip: await cameraClip(clip), beginsAt } };
  const camera = await startRtspServer({ streams, ...rest });
  const closing = closesEach === undefined ? undefined : setInterval(() => camera.drop(), closesEach); // prettier-ignore
  const pictures: Picture[] = [];
  const troubles = new Set<string>();
  const begun = performance.now();
  const url = camera.url('/main');
  const stream = new Stream({
    open: rtspSource({ url, transport: 'tcp', networks: loopback }),
    budget: new PasswordBudget().share(),
    events: {
      facts: () => undefined,
      picture: (picture) => pictures.push(picture),
      changed: () => void (stream.trouble && troubles.add(stream.trouble.code)),
      fault: (error) => expect.unreachable(String(error)),
    },
  });
  stream.want(true);
  await new Promise((resolve) => setTimeout(resolve, length));
  clearInterval(closing);
  await stream.close();
  const { opened } = camera;
  await camera.close();
  const came = [begun, ...pictures.map(({ cameAt }) => cameAt)];
  const gaps = came.slice(1).map((at, index) => at - (came[index] ?? at));
  const [first = NaN, ...later] = gaps;
  const longest = Math.max(...later);
  console.log(
    `${pictures.length} pictures in ${length / 1000} s, ${opened} sessions, first after ${first.toFixed(0)} ms, longest gap ${longest.toFixed(0)} ms, troubles: ${[...troubles].join(' ')}`,
  );
  return { pictures, first, longest, sessions: opened, troubles: [...troubles] };
}

test.concurrent('key frames 10 s apart, and a client that comes in between', async () => {
  const { first, longest, pictures, sessions } = await pulled('rarestKeys', 45_000, {
    beginsAt: 100, // 6 s before the next one
  });
  expect(first).toBeLessThan(7500);
  expect(longest).toBeLessThan(1500);
  expect(sessions).toBe(1);
  expect(pictures.length).toBeGreaterThan(35 * 25);
});

test.concurrent('a session time-out of 10 s', async () => {
  const { sessions, longest, troubles } = await pulled('sub', 45_000, { sessionTimeout: 10 });
  expect(sessions).toBe(1);
  expect(longest).toBeLessThan(1500);
  expect(troubles).toEqual([]);
});

test.concurrent('a connection that is closed each 30 s', async () => {
  const { sessions, longest, troubles } = await pulled('sub', 100_000, { closesEach: 30_000 });
  expect(sessions).toBe(4);
  expect(troubles).toEqual(['closed']);
  // A try each half second, and the first key picture, which this camera sends at once.
  expect(longest).toBeLessThan(2500);
});
