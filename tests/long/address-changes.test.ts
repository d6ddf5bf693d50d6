/**
 * How soon frames flow again after a change of address, ten times for the viewer and ten for the camera: in a
 * session that has lasted, and in one that has only just begun.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { framesFlow, openConsole, pill } from '../support/browser.ts';
import { FarApart } from '../support/far-apart.ts';
import { frameHistory, watchFrames } from '../support/frames.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['ip', 'nft', 'nsenter'], { namespaces: true });
const rounds = 10;
const goal = { median: 2000, worst: 4000 }; // ms
let scene: FarApart;
let operator: Page;
let zones = 0;

beforeAll(async () => {
  scene = await FarApart.start();
});
beforeEach(begin);
afterAll(() => scene?.close());

/** A session of its own: a camera, and an operator who sees its picture. */
async function begin(): Promise<void> {
  await scene.closeTabs();
  const { browsers, server } = scene;
  const zone = `MOVING-${(zones += 1)}`;
  await pill(await openConsole(browsers.camera, server.url, { zone, role: 'camera' }), 'STREAMING');
  operator = await openConsole(browsers.operator, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
}

test.each([
  { who: 'operator', age: 'that has lasted' },
  { who: 'camera', age: 'that has lasted' },
  { who: 'operator', age: 'that has only just begun' },
  { who: 'camera', age: 'that has only just begun' },
] as const)(
  `the $who changes its address ${rounds} times in a session $age`,
  async ({ who, age }) => {
    const { lab } = scene;
    const freezes: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (age === 'that has only just begun') await begin();
      await operator.waitForTimeout(age === 'that has lasted' ? 5000 : 1500);
      await watchFrames(operator);
      await operator.waitForTimeout(500); // for the frame that the gap begins with
      lab.readdress(lab.hosts[who]);
      await framesFlow(operator, 30, 30_000);
      freezes.push((await frameHistory(operator)).longestGap);
    }
    freezes.sort((a, b) => a - b);
    const [median, worst] = [freezes[rounds / 2] ?? Infinity, freezes.at(-1) ?? Infinity];
    console.log(`${who}: ${freezes.map((freeze) => freeze.toFixed(0)).join(' ')} ms`);
    expect(worst).toBeLessThanOrEqual(goal.worst);
    expect(median).toBeLessThanOrEqual(goal.median);
  },
);
