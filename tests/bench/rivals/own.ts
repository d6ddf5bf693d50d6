/** This project's server, as one of those that are compared. */
import type { Clip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import { Crowd, type Viewers } from '../load/crowd.ts';
import { cpuTime, pin } from '../measure/cpu.ts';
import { forward, goOn, standStill, type Contender, type Turn } from './contender.ts';
import { oneAddress } from '../load/one-address.ts';

const zone = 'FAN-OUT-02';

export class OwnServer implements Contender {
  readonly #server: RunningServer;
  readonly #crowd: Viewers;
  readonly #publisher: LightPublisher;

  private constructor(server: RunningServer, crowd: Viewers, publisher: LightPublisher) {
    this.#server = server;
    this.#crowd = crowd;
    this.#publisher = publisher;
  }

  /**
   * @param core on which the server and its worker run
   * @param worker a worker program other than the usual one
   * @param viewersOf who watches; light watchers, if not said
   */
  static async start(
    clip: Clip,
    viewers: number,
    core: number,
    worker?: string,
    viewersOf: (url: string) => Viewers = (url) => new Crowd(url),
  ): Promise<OwnServer> {
    const server = await startServer(
      { TLS_ENABLED: 'false', MEDIA_WORKERS: '1', ...oneAddress },
      worker ? { variables: { MEDIASOUP_WORKER_BIN: worker } } : {},
    );
    const crowd = viewersOf(server.url);
    let publisher: LightPublisher | undefined;
    try {
      for (const pid of server.pids()) pin(pid, [core]);
      publisher = await LightPublisher.start(server.url, zone, clip);
      await crowd.add(viewers, zone);
      publisher.pause();
      standStill(server.pids());
      return new OwnServer(server, crowd, publisher);
    } catch (error) {
      crowd.close();
      publisher?.close();
      await server.stop();
      throw error;
    }
  }

  turn(): Promise<Turn> {
    const [worker = 0] = this.#server.workerPids();
    const feed = {
      start: () => this.#publisher.resume(),
      stop: () => this.#publisher.pause(),
    };
    const totals = () => ({ cpu: cpuTime(worker), ...this.#crowd.received() });
    return forward(feed, totals, this.#server.pids());
  }

  async close(): Promise<void> {
    goOn(this.#server.pids());
    this.#crowd.close();
    this.#publisher.close();
    await this.#server.stop();
  }
}
