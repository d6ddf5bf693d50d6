/** Three nodes are drained and replaced in turn, while browsers film and watch through a load balancer. */
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { nodeNames } from '../support/balancers.ts';
import { launchBrowser } from '../support/browser.ts';
import { openAtNode, wentOn } from '../support/browsers-at-nodes.ts';
import { watchFrames } from '../support/frames.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { ThreeNodes } from '../support/three-nodes.ts';

const test = testWith(['redis-server', 'haproxy']);

describe.skipIf(!postgresPrograms)('a rolling upgrade', () => {
  let three: ThreeNodes;
  let browser: Browser;
  beforeAll(async () => {
    [three, browser] = await Promise.all([
      ThreeNodes.behind(['haproxy'], { SESSION_GRACE: '1000' }),
      launchBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await three?.stop();
  });

  test('no picture is black, and none is without a new frame for more than 4 s', async () => {
    const zone = 'ROLLED-01';
    await openAtNode(browser, three, 'north', { zone, role: 'camera' });
    const viewers = [
      await openAtNode(browser, three, 'north', { zone, role: 'operator' }),
      await openAtNode(browser, three, 'south', { zone, role: 'operator' }),
    ];
    for (const name of nodeNames) {
      await Promise.all(viewers.map((page) => watchFrames(page)));
      const exit = once(three.node(name).process, 'exit');
      three.node(name).process.kill('SIGUSR2');
      expect(await exit).toEqual([0, null]);
      await Promise.all(viewers.map((page) => wentOn(page, 4000)));
      await three.start(name);
      await three.takes('haproxy', name);
    }
  });
});
