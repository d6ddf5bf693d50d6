/** The design that this project replaced: a camera page that serves its viewers itself. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../../support/browser.ts';

interface Description {
  sdp: string;
  candidates: unknown[];
}
/** What `peer-to-peer.html` offers. */
interface PeerPage {
  film(constraints: MediaTrackConstraints): Promise<void>;
  offer(maxBitrate: number): Promise<Description & { index: number }>;
  answer(offer: Description): Promise<Description>;
  accept(index: number, answer: Description): Promise<void>;
}

export class PeerToPeer {
  readonly camera: Page;
  readonly viewers: Page;
  readonly #server: Server;

  private constructor(server: Server, camera: Page, viewers: Page) {
    this.#server = server;
    this.camera = camera;
    this.viewers = viewers;
  }

  /** @param prepare runs on the camera's page before it films */
  static async open(
    cameraBrowser: Browser,
    viewerBrowser: Browser,
    constraints: MediaTrackConstraints,
    prepare: (page: Page) => Promise<void> = async () => {},
  ): Promise<PeerToPeer> {
    const html = readFileSync(path.join(import.meta.dirname, 'peer-to-peer.html'));
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html').end(html);
    }).listen(0, '127.0.0.1');
    server.unref();
    await once(server, 'listening');
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const [camera, viewers] = await Promise.all([newTab(cameraBrowser), newTab(viewerBrowser)]);
    await prepare(camera);
    await Promise.all([camera.goto(url), viewers.goto(url)]);
    await camera.evaluate((wanted) => (window as unknown as PeerPage).film(wanted), constraints);
    return new PeerToPeer(server, camera, viewers);
  }

  /** One more viewer, with a connection of its own. */
  async connect(maxBitrate: number): Promise<void> {
    const offer = await this.camera.evaluate(
      (bitrate) => (window as unknown as PeerPage).offer(bitrate),
      maxBitrate,
    );
    const answer = await this.viewers.evaluate(
      (offered) => (window as unknown as PeerPage).answer(offered),
      offer,
    );
    await this.camera.evaluate(
      ([index, answered]) => (window as unknown as PeerPage).accept(index, answered),
      [offer.index, answer] as const,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.camera.context().close(), this.viewers.context().close()]);
    this.#server.close();
  }
}
