/** What the benchmark of gateways sets up: a server, a gateway with cameras, and whoever watches. */
import { setTimeout as wait } from 'node:timers/promises';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { startGateway, type RunningGateway } from '../../support/gateway/running-gateway.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import { oneAddress } from '../load/one-address.ts';

export interface SceneCamera {
  readonly name: string;
  readonly url: string;
  /** Its ONVIF, where it is asked by that, too. */
  readonly onvif?: { readonly url: string };
}

export interface Scene {
  readonly server: RunningServer;
  readonly gateway: RunningGateway;
  end(): Promise<void>;
}

export function zoneOf(name: string): string {
  return `BENCH-${name.toUpperCase()}-01`;
}

export async function openScene(cameras: readonly SceneCamera[]): Promise<Scene> {
  const server = await startServer({
    ...{ TLS_ENABLED: 'false', MEDIA_WORKERS: '1', CAMERA_WARM_UP: '1000' },
    ...oneAddress,
  });
  let gateway: RunningGateway | undefined;
  try {
    gateway = await startGateway({
      server: server.url,
      cameras: cameras.map((camera) => ({ ...camera, zone: zoneOf(camera.name) })),
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { end } = gateway;
  return {
    ...{ server, gateway },
    async end() {
      await end();
      await server.stop();
    },
  };
}

/** Somebody who goes on watching these zones; there once packets of each come. */
export async function watchAll(
  { server }: Scene,
  names: readonly string[],
  onPacket: (packet: Buffer, cameAt: number) => void = () => {},
): Promise<LightWatcher> {
  const watcher = new LightWatcher(server.url, {
    onH264: (packet) => onPacket(packet, performance.now()),
  });
  try {
    const size = { width: 1920, height: 1080, visible: true, focused: false };
    await until('the cameras have their zones', async () => {
      await watcher.watch(names.map((name) => ({ zone: zoneOf(name), ...size })));
      return watcher.streams.size === names.length;
    });
    await watcher.connected();
    await until('packets of each camera come', () =>
      [...watcher.streams.values()].every(({ packets }) => packets > 0),
    );
    return watcher;
  } catch (error) {
    watcher.close();
    throw error;
  }
}

/** @throws Error when it is not so within 20 s */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  interval = 50,
): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`in 20 s it has not come so far: ${what}`);
    await wait(interval);
  }
}
