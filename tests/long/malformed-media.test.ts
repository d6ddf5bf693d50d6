/**
 * The flood of `tests/server/malformed-media.test.ts` for as long as one has time: rounds of two minutes, each with a
 * seed of its own. FUZZ_MINUTES says for how long, FUZZ_SEED with which round to begin, as after a failure.
 */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { City, type Volume } from '../support/fuzz/city.ts';

const minutes = Number(process.env.FUZZ_MINUTES) || 30;
const firstSeed = Number(process.env.FUZZ_SEED) || randomInt(1, 2 ** 30);
const round = 120_000; // ms

test(`${minutes} minutes of malformed RTP and RTCP end no worker`, { timeout: 0 }, async () => {
  const end = performance.now() + minutes * 60_000;
  const all: Volume = { seconds: 0, rtp: 0, rtcp: 0 };
  for (let seed = firstSeed; performance.now() < end; seed += 10_000) {
    const city = await City.start(seed);
    try {
      const { seconds, rtp, rtcp } = await city.attack(Math.min(round, end - performance.now()));
      all.seconds += seconds;
      all.rtp += rtp;
      all.rtcp += rtcp;
      const forwarded = city.viewers.reduce((sum, { received }) => sum + received, 0);
      console.log(
        `FUZZ_SEED=${seed}: ${rtp} RTP, ${rtcp} RTCP in ${seconds} s; ${forwarded} came to viewers; ` +
          `so far ${all.rtp} and ${all.rtcp} in ${all.seconds} s`,
      );
      const before = city.healthy();
      await expect
        .poll(() => city.healthy().map((packets, at) => packets > (before[at] ?? 0) + 20), {
          timeout: 10_000,
        })
        .toEqual([true, true]);
      expect(city.deaths, `FUZZ_SEED=${seed}`).toEqual([]);
      expect(forwarded).toBeGreaterThan(0);
    } finally {
      await city.close();
    }
  }
});
