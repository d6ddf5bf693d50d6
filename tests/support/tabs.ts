/**
 * Tabs of one window, as a person has them: those behind another one are hidden, and their timers slow. The browsers that
 * Playwright starts itself show each page as if somebody looked at it.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { chromiumArguments, chromiumProgram, prepare } from './browser.ts';
import { answers, startCompanion } from './process.ts';
import { removeFolder } from './remove-folder.ts';
import { freePort } from './server.ts';

export interface Tabs {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export async function openTabs(): Promise<Tabs> {
  const profile = mkdtempSync(path.join(tmpdir(), 'surveillance-tabs-'));
  const address = `http://127.0.0.1:${await freePort()}`;
  const own = [`--user-data-dir=${profile}`, `--remote-debugging-port=${new URL(address).port}`];
  const shown = ['--headless=new', '--window-size=1440,900', 'about:blank'];
  const program = await startCompanion(chromiumProgram, [...chromiumArguments(own), ...shown], () =>
    answers(`${address}/json/version`),
  );
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no window');
  await prepare(context);
  return {
    context,
    async close() {
      await browser.close();
      await program.stop();
      await removeFolder(profile);
    },
  };
}
