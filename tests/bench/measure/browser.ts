/** What a browser, and a page in it, costs and sends. */
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { commandOf, cpuTime, descendants } from './cpu.ts';

export interface MeasuredBrowser {
  readonly browser: Browser;
  /** CPU time so far of all its processes that still run, ms. */
  cpu(): number;
}

export async function launchMeasured(extra: string[] = []): Promise<MeasuredBrowser> {
  // By a flag of its own, since other processes may be started at the same time.
  const mark = `--measured=${randomUUID()}`;
  const browser = await launchBrowser([...extra, mark]);
  const root = descendants(process.pid).find((pid) => commandOf(pid).includes(mark));
  return {
    browser,
    cpu() {
      if (root === undefined) return NaN;
      return [root, ...descendants(root)].reduce((sum, pid) => {
        try {
          return sum + cpuTime(pid);
        } catch {
          return sum; // One that has just ended.
        }
      }, 0);
    },
  };
}

/** Must run before the page's own scripts: remembers every connection that they make. */
export async function watchConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    Object.assign(window, { madeConnections: made });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
  });
}

/** RTP bytes that a page has sent so far over its live connections: headers, payload, repairs. */
export function sentBytes(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let sum = 0;
    const { madeConnections } = window as unknown as { madeConnections: RTCPeerConnection[] };
    for (const connection of madeConnections) {
      if (connection.signalingState === 'closed') continue;
      for (const row of (await connection.getStats()).values()) {
        if (row.type === 'outbound-rtp') sum += row.bytesSent + row.headerBytesSent;
      }
    }
    return sum;
  });
}
