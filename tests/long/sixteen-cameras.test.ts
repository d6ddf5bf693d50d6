/** Ten minutes of sixteen cameras on one gateway, four of which mean no good or are not well. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MixedSite } from '../support/gateway/mixed-site.ts';

const minutes = 10;

test(
  'bad cameras take no picture from good ones, no memory, and no room in the log',
  async () => {
    const site = await MixedSite.start();
    try {
      await site.watch();
      await wait(10_000);
      const from = performance.now();
      const memory: number[] = [];
      for (let minute = 0; minute < minutes; minute += 1) {
        await wait(60_000);
        memory.push(site.memory);
      }
      const due = (site.frameRate * (performance.now() - from)) / 1000;
      const shares = site.good.map((zone) => site.of(zone, from).length / due);
      const gaps = site.good.map((zone) => site.gap(zone, from));
      console.log(
        `${(100 * Math.min(...shares)).toFixed(1)} %, longest gap ${Math.max(...gaps).toFixed(0)} ms, ` +
          `MiB by minute ${memory.map((one) => one.toFixed(0)).join(' ')}`,
      );
      expect(Math.min(...shares)).toBeGreaterThan(0.95);
      expect(Math.max(...gaps)).toBeLessThan(1000);
      expect(Math.max(...memory)).toBeLessThan(300);
      expect(Math.max(...memory.slice(5)) - (memory[2] ?? 0)).toBeLessThan(30);
      for (const zone of site.good)
        expect(site.logged(zone.toLowerCase()).length).toBeLessThanOrEqual(4);
      expect(site.gateway.log.length).toBeLessThan(400);
    } finally {
      await site.close();
    }
  },
  (minutes + 2) * 60_000,
);
