/** Many players that come by WHEP, and what has come to all of them. */
import { ReceivedStream } from '../../support/peers/received.ts';
import { offered, WhepPlayer } from '../../support/peers/whep-player.ts';
import type { Viewers } from './crowd.ts';
import { inHandfuls } from './handfuls.ts';

/** Like light watchers they ask for nothing again, so that both cost the worker the same but for the numbers. */
const asLightAsWatchers = (sdp: string): string =>
  sdp
    .replace(new RegExp(`^a=rtcp-fb:${offered.vp8} (nack|goog-remb)\r?\n`, 'gm'), '')
    .replace(
      `a=rtpmap:${offered.vp8} `,
      `a=extmap:${offered.mid} urn:ietf:params:rtp-hdrext:sdes:mid\r\na=rtpmap:${offered.vp8} `,
    );

export class WhepCrowd implements Viewers {
  readonly #players: WhepPlayer[] = [];
  readonly #streams: Map<number, ReceivedStream>[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async add(count: number, zone: string): Promise<void> {
    await inHandfuls(count, async () => {
      const streams = new Map<number, ReceivedStream>();
      const player = await WhepPlayer.watch(this.#url, zone, {
        change: asLightAsWatchers,
        take: (rtp) => {
          const stream = streams.get(rtp.ssrc) ?? new ReceivedStream(rtp.ssrc);
          streams.set(rtp.ssrc, stream);
          stream.take(rtp, rtp.packet);
        },
      });
      this.#players.push(player);
      this.#streams.push(streams);
      while (player.state !== 'connected') await new Promise((done) => setTimeout(done, 10));
    });
  }

  received(): { packets: number; lost: number } {
    const sum = { packets: 0, lost: 0 };
    for (const { packets, lost } of this.#streams.flatMap((streams) => [...streams.values()])) {
      sum.packets += packets;
      sum.lost += lost;
    }
    return sum;
  }

  close(): void {
    for (const player of this.#players) player.close();
    this.#players.length = 0;
  }
}
