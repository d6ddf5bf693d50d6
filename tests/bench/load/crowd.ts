/** Many light watchers, and what has come to all of them. */
import { LightWatcher, type WatcherOptions } from '../../support/peers/watcher.ts';
import { inHandfuls } from './handfuls.ts';

/** Those that come to a server, whatever they are. */
export interface Viewers {
  add(count: number, zone: string): Promise<void>;
  received(): { packets: number; lost: number };
  close(): void;
}

export class Crowd implements Viewers {
  readonly #watchers: LightWatcher[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get count(): number {
    return this.#watchers.length;
  }

  /** @param options by the watcher's index */
  async add(
    count: number,
    zone: string,
    options: (index: number) => WatcherOptions = () => ({}),
  ): Promise<void> {
    await inHandfuls(count, async () => {
      const watcher = new LightWatcher(this.#url, options(this.count));
      this.#watchers.push(watcher);
      await watcher.watch(zone);
      await watcher.connected();
    });
  }

  received(): { packets: number; lost: number } {
    const sum = { packets: 0, lost: 0 };
    for (const watcher of this.#watchers) {
      const { packets, lost } = watcher.received();
      sum.packets += packets;
      sum.lost += lost;
    }
    return sum;
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers.length = 0;
  }
}
