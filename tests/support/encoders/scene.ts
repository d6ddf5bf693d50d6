/** A server with keys for an encoder and a player, a page of somebody else's, and a browser for all pages. */
import type { Browser, Page } from 'playwright-core';
import type { ResourceList, ShownResource } from '../../../server/contract/whip.ts';
import { launchBrowser, signedInTab } from '../browser.ts';
import { startServer, type RunningServer } from '../server.ts';
import { password, setUp, type Visitor } from '../visitor.ts';
import { ClientSite } from './client-page.ts';
import type { Door } from './programs.ts';

/** Zones that the keys are for. */
const zones = 'ENC-*';
type Kind = ShownResource['kind'];

export class EncoderScene {
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly site: ClientSite;
  readonly administrator: Visitor;
  readonly #keys: Readonly<Record<Kind, string>>;

  private constructor(
    server: RunningServer,
    browser: Browser,
    site: ClientSite,
    administrator: Visitor,
    keys: Record<Kind, string>,
  ) {
    this.server = server;
    this.browser = browser;
    this.site = site;
    this.administrator = administrator;
    this.#keys = keys;
  }

  static async open(settings: Record<string, string> = {}): Promise<EncoderScene> {
    const site = await ClientSite.open();
    const [server, browser] = await Promise.all([
      startServer({
        ACCESS_MODE: 'accounts',
        TLS_ENABLED: 'false',
        HTTP_ALLOWED_ORIGINS: site.origin,
        CAMERA_WARM_UP: '1000',
        CAMERA_LINGER: '500',
        ...settings,
      }),
      launchBrowser(),
    ]);
    const administrator = await setUp(server, 'ada');
    const { secret: whip } = await administrator.addKey('camera', zones);
    const { secret: whep } = await administrator.addKey('wall', zones);
    return new EncoderScene(server, browser, site, administrator, { whip, whep });
  }

  /** Where an encoder films a zone, or a player watches it. */
  door(kind: Kind, zone: string): Door {
    return { url: `${this.server.url}/${kind}/${zone}`, key: this.#keys[kind] };
  }

  /** A page of the console, with an administrator at it. */
  async console(path: string): Promise<Page> {
    const page = await signedInTab(this.browser, this.server.url, { name: 'ada', password });
    await page.goto(`${this.server.url}${path}`);
    return page;
  }

  watch(zone: string): Promise<Page> {
    return this.console(`/?zone=${zone}&role=operator&start=1`);
  }

  /** The sessions of WHIP and WHEP in a zone. */
  async sessions(zone: string): Promise<ShownResource[]> {
    const path = '/api/v1/resources';
    const { resources } = await this.administrator.request<ResourceList>('GET', path);
    return resources.filter((one) => one.zone === zone);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.site.close();
    await this.server.stop();
  }
}
