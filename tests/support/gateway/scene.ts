/** A site as it is in a city: a camera that speaks RTSP, the gateway as a process, the real server, and a real browser. */
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser.ts';
import { cameraClip, type ClipName } from '../rtsp/clips.ts';
import { startRtspServer, type RtspServer, type RtspServerSettings } from '../rtsp/server.ts';
import { startServer, type RunningServer } from '../server.ts';
import { startGateway, type GatewayFile, type RunningGateway } from './running-gateway.ts';

type Sent = RtspServerSettings['streams'][string];

export interface SceneSettings {
  /** What the camera sends, by path: a clip by its name, or what a test may bend. */
  readonly streams: Readonly<Record<string, ClipName | Sent>>;
  /** Of the server, beside those that make it quick; SURVEILLANCE_ variables without the prefix. */
  readonly settings?: Record<string, string>;
  /** The gateway's file beside the server's address. */
  file(
    camera: RtspServer,
    server: RunningServer,
  ): Promise<Pick<GatewayFile, 'cameras'> & Record<string, unknown>>;
}

export class Scene {
  readonly camera: RtspServer;
  readonly server: RunningServer;
  readonly gateway: RunningGateway;
  #browser: Browser | undefined;

  private constructor(camera: RtspServer, server: RunningServer, gateway: RunningGateway) {
    this.camera = camera;
    this.server = server;
    this.gateway = gateway;
  }

  static async begin({ streams, settings, file }: SceneSettings): Promise<Scene> {
    // What a test changes of it later is what the camera sends then.
    const sent = streams as Record<string, Sent>;
    for (const [path, one] of Object.entries(streams)) {
      if (typeof one === 'string') sent[path] = await cameraClip(one);
    }
    const camera = await startRtspServer({ streams: sent });
    const quick = { TLS_ENABLED: 'false', CAMERA_WARM_UP: '1000' };
    const server = await startServer({ ...quick, ...settings });
    const gateway = await startGateway({ server: server.url, ...(await file(camera, server)) });
    return new Scene(camera, server, gateway);
  }

  /** One for all that is looked at. */
  async browser(): Promise<Browser> {
    this.#browser ??= await launchBrowser();
    return this.#browser;
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    await this.gateway.end();
    await this.server.stop();
    await this.camera.close();
  }
}
