/** Browsers that begin at one of three nodes, and what they have seen after that node was ended. */
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Role } from '../../web/lib/session/status.ts';
import { framesFlow, newTab, pill } from './browser.ts';
import { frameHistory } from './frames.ts';
import type { NodeOfThree, ThreeNodes } from './three-nodes.ts';

/** A page whose first socket comes to a node that is named; later ones are its own matter. */
export async function openAtNode(
  browser: Browser,
  three: ThreeNodes,
  name: NodeOfThree,
  { zone, role }: { zone: string; role: Role },
): Promise<Page> {
  const page = await newTab(browser);
  await page.addInitScript((node) => {
    const Native = WebSocket;
    let first = true;
    globalThis.WebSocket = class extends Native {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(first ? `${String(url)}&node=${node}` : url, protocols);
        first = false;
      }
    };
  }, name);
  await page.goto(`${three.front('haproxy').url}/?zone=${zone}&role=${role}&start=1`);
  if (role === 'camera') await pill(page, 'STREAMING|CONNECTED');
  else await framesFlow(page);
  await expect.poll(() => three.whereOf(zone)).toContain(name);
  return page;
}

/** Frames come now, the picture was never black since `watchFrames`, and there was none for so long at most, ms. */
export async function wentOn(page: Page, longest: number): Promise<void> {
  await framesFlow(page);
  const { longestGap, black } = await frameHistory(page);
  console.log(`longest time without a new frame: ${longestGap.toFixed(0)} ms`);
  expect(black).toBe(0);
  expect(longestGap).toBeLessThan(longest);
}
