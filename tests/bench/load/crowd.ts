/** Many light watchers of one zone, and what has come to all of them. */
import { LightWatcher, type WatcherOptions } from '../../support/peers/watcher.ts';

/** More at once would make the server's signalling, not its media, the thing that is measured. */
const joinsAtOnce = 25;

export class Crowd {
  readonly watchers: LightWatcher[] = [];
  readonly #url: string;
  readonly #zone: string;

  constructor(url: string, zone: string) {
    this.#url = url;
    this.#zone = zone;
  }

  /** @param options by the watcher's index */
  async growTo(
    count: number,
    options: (index: number) => WatcherOptions = () => ({}),
  ): Promise<void> {
    while (this.watchers.length < count) {
      const joining = Math.min(joinsAtOnce, count - this.watchers.length);
      const first = this.watchers.length;
      const joined = Array.from({ length: joining }, async (_, index) => {
        const watcher = new LightWatcher(this.#url, options(first + index));
        this.watchers.push(watcher);
        await watcher.watch(this.#zone);
        await watcher.connected();
      });
      await Promise.all(joined);
    }
  }

  received(): { packets: number; lost: number } {
    const sum = { packets: 0, lost: 0 };
    for (const watcher of this.watchers) {
      const { packets, lost } = watcher.received();
      sum.packets += packets;
      sum.lost += lost;
    }
    return sum;
  }

  close(): void {
    for (const watcher of this.watchers) watcher.close();
    this.watchers.length = 0;
  }
}
