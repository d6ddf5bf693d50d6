/** A server, a camera's browser and an operator's, each on a host of its own: what lies between them can be spoilt. */
import type { Browser } from 'playwright-core';
import { chromiumProgram, launchBrowser } from './browser.ts';
import { Lab } from './lab.ts';
import { startServer, type RunningServer } from './server.ts';

export class FarApart {
  readonly lab: Lab<'server' | 'camera' | 'operator'>;
  readonly server: RunningServer;
  readonly browsers: Readonly<Record<'camera' | 'operator', Browser>>;

  private constructor(lab: FarApart['lab'], server: RunningServer, browsers: FarApart['browsers']) {
    this.lab = lab;
    this.server = server;
    this.browsers = browsers;
  }

  static async start(): Promise<FarApart> {
    const lab = new Lab(['server', 'camera', 'operator']);
    const { hosts } = lab;
    const launch = (host: 'camera' | 'operator'): Promise<Browser> =>
      launchBrowser([], true, lab.launcher(hosts[host], chromiumProgram));
    const [server, camera, operator] = await Promise.all([
      startServer(
        { HTTP_HOST: hosts.server.address, MEDIA_LISTEN: hosts.server.address, MEDIA_WORKERS: '1' },
        { prefix: hosts.server.prefix },
      ),
      launch('camera'),
      launch('operator'),
    ]);
    return new FarApart(lab, server, { camera, operator });
  }

  /** Closes every tab of both browsers. */
  async closeTabs(): Promise<void> {
    const contexts = Object.values(this.browsers).flatMap((browser) => browser.contexts());
    await Promise.all(contexts.map((context) => context.close()));
  }

  async close(): Promise<void> {
    const { camera, operator } = this.browsers;
    await Promise.all([camera.close(), operator.close(), this.server.stop()]);
    this.lab.close();
  }
}
