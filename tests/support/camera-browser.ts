/** A camera's browser as it runs on a gateway: its own process, with a profile that is kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromiumArguments, chromiumProgram } from './browser.ts';

export interface CameraBrowser {
  /** Ends it as a power cut would: all its processes at once, with no farewell. */
  kill(): Promise<void>;
}

/** Opens a page in a browser that nobody drives. */
export function startCameraBrowser(profile: string, url: string): CameraBrowser {
  const child = spawn(
    chromiumProgram,
    [
      ...chromiumArguments(),
      '--headless',
      '--ignore-certificate-errors',
      '--no-default-browser-check',
      '--noerrdialogs',
      `--user-data-dir=${profile}`,
      url,
    ],
    { detached: true, stdio: 'ignore' },
  );
  return {
    async kill() {
      if (child.pid === undefined || child.exitCode !== null) return;
      const exit = once(child, 'exit');
      process.kill(-child.pid, 'SIGKILL');
      await exit;
    },
  };
}
