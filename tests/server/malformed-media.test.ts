/** What no client sends, sent with a key, DTLS and valid SRTP: the media workers stay, and healthy zones go on. */
import { randomInt } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { extensions } from '../support/fuzz/cameras.ts';
import { City } from '../support/fuzz/city.ts';
import { emptyExtension, endlessFeedback } from '../support/fuzz/known-packets.ts';

let city: City | undefined;
afterEach(async () => {
  await city?.close();
  city = undefined;
});

/** Healthy zones get pictures, now. */
async function expectHealth(of: City): Promise<void> {
  const before = of.healthy();
  await expect
    .poll(() => of.healthy().map((packets, at) => packets > (before[at] ?? 0) + 20), {
      timeout: 5000,
    })
    .toEqual([true, true]);
  expect(of.deaths).toEqual([]);
}

test('packets that ended a worker are dropped, or handled', async () => {
  city = await City.start(1, ['VP8-SIMULCAST', 'VP9-SVC']);
  const { cameras, viewers } = city;
  for (const camera of cameras) {
    // That of the id 9 first, as it was found.
    for (const [at, { id }] of [{ id: 9 }, ...extensions].entries()) {
      await expect.poll(() => camera.send(emptyExtension(id, at + 1))).toBe(true);
    }
  }
  for (const viewer of viewers) {
    for (const ssrc of viewer.ssrcs) {
      await expect.poll(() => viewer.send(endlessFeedback(ssrc))).toBe(true);
    }
  }
  await expectHealth(city);
});

test('a flood of malformed RTP and RTCP ends no worker', async ({ annotate }) => {
  const seed = Number(process.env.FUZZ_SEED) || randomInt(1, 2 ** 31);
  city = await City.start(seed);
  await annotate(`seed ${seed}; FUZZ_SEED=${seed} sends the same again`);
  const { rtp, rtcp } = await city.attack(12_000);
  await annotate(`${rtp} packets of RTP, ${rtcp} of RTCP`);
  await expectHealth(city);
  expect(Math.min(rtp, rtcp)).toBeGreaterThan(1000);
});
