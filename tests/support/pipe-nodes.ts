/** Nodes in one process, each with its own SFU and zones, and pipes between them over channels in memory. */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { loadSettings } from '../../server/config.ts';
import type { OwnerMessage, EdgeMessage } from '../../server/contract/pipe.ts';
import { IncomingLinks } from '../../server/cluster/pipes/incoming-links.ts';
import { PipeCamera } from '../../server/cluster/pipes/pipe-camera.ts';
import { PipeViewer } from '../../server/cluster/pipes/pipe-viewer.ts';
import type { PipeListening, PipeLoss, PipePlane } from '../../server/media/plane.ts';
import { Sfu } from '../../server/media/sfu.ts';
import { Zones } from '../../server/zones/zones.ts';
import { pipeChannels, type ChannelInMemory } from './fake-pipes.ts';
import { noNotice } from './fake-zone.ts';
import { LossyRelay } from './lossy-relay.ts';
import { freePort } from './server.ts';

const log = pino({ level: 'silent' });
/** Ports that a node has for pipes. */
const portCount = 8;

export class TestNode {
  readonly sfu: Sfu;
  readonly zones: Zones;
  readonly listening: PipeListening;
  readonly pipes: PipePlane;
  readonly links = new IncomingLinks();
  readonly #looking: NodeJS.Timeout;

  static async start(workers = 1): Promise<TestNode> {
    const { media } = loadSettings({
      SURVEILLANCE_MEDIA_WORKERS: `${workers}`,
      SURVEILLANCE_MEDIA_PORT: '0',
      SURVEILLANCE_MEDIA_LISTEN: '127.0.0.1',
    });
    const first = await freePort(portCount);
    return new TestNode(await Sfu.start(media, log), first);
  }

  private constructor(sfu: Sfu, firstPort: number) {
    this.sfu = sfu;
    const times = { stalledAfter: 2000, claimTimeout: 60_000, warmUp: 0, linger: 300 };
    this.zones = new Zones({ times, usualBitRate: 20_000_000 }, noNotice);
    this.listening = {
      address: '127.0.0.1',
      announced: undefined,
      ports: { first: firstPort, last: firstPort + portCount - 1 },
    };
    this.pipes = sfu.pipesAt(this.listening);
    this.#looking = setInterval(() => this.zones.look(() => {}), 250);
  }

  /** How many UDP ports of its pipes are open now. */
  get openPorts(): number {
    const { first, last } = this.listening.ports;
    return readFileSync('/proc/net/udp', 'utf8')
      .split('\n')
      .map((line) => parseInt(/^\s*\d+: [0-9A-F]{8}:([0-9A-F]{4})/.exec(line)?.[1] ?? '', 16))
      .filter((port) => port >= first && port <= last).length;
  }

  async stop(): Promise<void> {
    clearInterval(this.#looking);
    this.links.close();
    await this.sfu.close();
  }
}

/** A zone's pipe from the node where its camera is to another one. */
export interface TestPipe {
  readonly viewer: PipeViewer;
  readonly camera: PipeCamera;
  /** The owner's end of what they say to each other, and the edge's. */
  readonly channels: [ChannelInMemory, ChannelInMemory];
  readonly lost: PipeLoss[];
  /** Where the ends receive, as the other one was told. */
  readonly ports: { owner: number; edge: number };
}

/** @param relay what the packets go through, if anything */
export function layPipe(
  owner: TestNode,
  edge: TestNode,
  zone: string,
  relay?: LossyRelay,
): TestPipe {
  const channels = pipeChannels();
  const ports = { owner: 0, edge: 0 };
  channels[0].alter = (message) => {
    const told = message as OwnerMessage;
    if (told.type !== 'track') return told;
    ports.owner = told.end.port;
    const port = relay?.standInFor('first', told.end.port) ?? told.end.port;
    return { ...told, end: { ...told.end, port } };
  };
  channels[1].alter = (message) => {
    const told = message as EdgeMessage;
    if (told.type !== 'taken') return told;
    ports.edge = told.end.port;
    const port = relay?.standInFor('second', told.end.port) ?? told.end.port;
    return { ...told, end: { ...told.end, port } };
  };
  const zoneThere = () => edge.zones.at(zone);
  const camera = new PipeCamera(zoneThere, 'owner', channels[1], {
    ...{ pipes: edge.pipes, log },
    ...{ link: edge.links.from('owner'), patience: 3000 },
  });
  const viewer = new PipeViewer(owner.zones.at(zone), {
    ...{ pipes: owner.pipes, log, patience: 3000 },
  });
  viewer.attach(channels[0]);
  const lost: PipeLoss[] = [];
  camera.onLost = (reason) => lost.push(reason);
  return { viewer, camera, channels, lost, ports };
}
