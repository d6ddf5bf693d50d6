/** A site with accounts, whose zones are filmed, and a browser to look at them. */
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { LightPublisher } from './peers/publisher.ts';
import { recordedClip } from './peers/recorder.ts';
import { startServer, type RunningServer } from './server.ts';
import { join, setUp } from './visitor.ts';

export interface FilmedSite {
  readonly server: RunningServer;
  readonly browser: Browser;
  /** In the order of the zones. */
  readonly cameras: LightPublisher[];
  close(): Promise<void>;
}

/**
 * Its administrator is ada.
 * @param other who else is there, with which roles
 * @param environment of its server
 */
export async function filmedSite(
  zones: string[],
  other?: { name: string; roles: Parameters<typeof join>[3] },
  environment: Record<string, string> = {},
): Promise<FilmedSite> {
  const [server, browser] = await Promise.all([
    startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts', ...environment }),
    launchBrowser(),
  ]);
  const ada = await setUp(server, 'ada');
  if (other) await join(server, ada, other.name, other.roles);
  const { secret } = await ada.addKey('camera', '*');
  const clip = await recordedClip();
  const headers = { authorization: `Bearer ${secret}` };
  const cameras = await Promise.all(
    zones.map((zone) => LightPublisher.start(server.url, zone, clip, headers)),
  );
  return {
    ...{ server, browser, cameras },
    async close() {
      for (const camera of cameras) camera.close();
      await Promise.all([browser.close(), server.stop()]);
    },
  };
}
