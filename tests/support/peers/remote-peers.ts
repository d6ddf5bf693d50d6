/**
 * Light peers on a host of a lab: a program that is told by lines of JSON whom to be, and tells again and again how they
 * fare. Argument: the address of its host.
 */
import { createInterface } from 'node:readline';
import { threeLayerClip } from './clip.ts';
import { setBindAddress } from './light-link.ts';
import { LightPublisher } from './publisher.ts';
import { LightWatcher } from './watcher.ts';

/** What a peer is to be. */
export interface PeerOrder {
  readonly name: string;
  readonly role: 'camera' | 'viewer';
  readonly url: string;
  readonly zone: string;
}

export interface PeerState {
  /** That a camera has sent, or a viewer has got. */
  readonly packets: number;
  /** Codes of the reasons for which its part was ended. */
  readonly ended: string[];
}

const states = new Map<string, () => PeerState>();
const retryDelay = 300; // ms

async function camera({ name, url, zone }: PeerOrder): Promise<void> {
  for (;;) {
    try {
      const publisher = await LightPublisher.start(url, zone, threeLayerClip());
      states.set(name, () => ({
        packets: publisher.layers.reduce((sum, { packets }) => sum + packets, 0),
        ended: publisher.client.heard('session:ended').map(({ code }) => code),
      }));
      return;
    } catch {
      // As a page does, whatever the reason is.
      await new Promise((resolve) => setTimeout(resolve, retryDelay));
    }
  }
}

async function viewer({ name, url, zone }: PeerOrder): Promise<void> {
  const watcher = new LightWatcher(url);
  await watcher.client.connected();
  await watcher.watch(zone);
  // A stream that has ended is counted no longer.
  let before = 0;
  let last = 0;
  states.set(name, () => {
    const { packets } = watcher.received();
    if (packets < last) before += last;
    last = packets;
    return { packets: before + packets, ended: [] };
  });
}

const [address] = process.argv.slice(2);
if (address !== undefined) {
  setBindAddress(address);
  createInterface({ input: process.stdin }).on('line', (line) => {
    const order = JSON.parse(line) as PeerOrder;
    void (order.role === 'camera' ? camera(order) : viewer(order));
  });
  process.stdin.on('end', () => process.exit());
  setInterval(() => {
    const all = Object.fromEntries([...states].map(([name, state]) => [name, state()]));
    process.stdout.write(`${JSON.stringify(all)}\n`);
  }, 100);
}
