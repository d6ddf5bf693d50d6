/** Viewers that answer what they get with RTCP that no viewer sends: over their own DTLS and valid SRTP. */
import type { ConsumerParameters, RtpCapabilities } from '../../../server/contract/media.ts';
import { Client, transportOf } from '../client.ts';
import { LightLink } from '../peers/light-link.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { sendIfProtected } from './cameras.ts';
import { MalformedRtcp } from './malformed-rtcp.ts';
import type { Chance } from './random.ts';

export class FuzzedViewer {
  readonly #client: Client;
  #link: LightLink | undefined;
  readonly #rtcp: MalformedRtcp;
  readonly ssrcs: number[] = [];
  /** Of the last packet. */
  #sequence = 0;
  received = 0;

  private constructor(client: Client, chance: Chance) {
    this.#client = client;
    this.#rtcp = new MalformedRtcp(
      chance,
      () => this.ssrcs,
      () => this.#sequence,
    );
    client.socket.on('producer:live', ({ consumers }: { consumers: ConsumerParameters[] }) =>
      this.#take(consumers),
    );
  }

  /** @param rtpCapabilities those that the server offers: it can decode whatever comes */
  static async start(
    url: string,
    zones: string[],
    rtpCapabilities: RtpCapabilities,
    chance: Chance,
    headers: Record<string, string> = {},
  ): Promise<FuzzedViewer> {
    const client = new Client(url, undefined, { extraHeaders: headers });
    const viewer = new FuzzedViewer(client, chance);
    const tiles = zones.map((zone) => ({
      ...{ zone, width: 1920, height: 1080 },
      ...{ visible: true, focused: true },
    }));
    const answer = await client.request('watch', { tiles, rtpCapabilities });
    const transport = transportOf(answer);
    const link = new LightLink(transport, 'receive');
    viewer.#link = link;
    link.onPacket((packet) => {
      if (isRtcp(packet)) return;
      viewer.received += 1;
      viewer.#sequence = packet.readUInt16BE(2);
    });
    await client.request('transport:connect', {
      transportId: transport.id,
      dtlsParameters: link.dtlsParameters,
    });
    viewer.#take(answer.consumers);
    await link.connected();
    return viewer;
  }

  send(packet: Buffer): boolean {
    return this.#link ? sendIfProtected(this.#link, packet) : false;
  }

  attack(count: number): number {
    let sent = 0;
    for (let left = count; left > 0; left -= 1) if (this.send(this.#rtcp.next())) sent += 1;
    return sent;
  }

  close(): void {
    this.#link?.close();
    this.#client.close();
  }

  #take(consumers: ConsumerParameters[]): void {
    for (const { rtpParameters } of consumers) {
      for (const { ssrc, rtx } of rtpParameters.encodings) {
        if (ssrc !== undefined) this.ssrcs.push(ssrc);
        if (rtx) this.ssrcs.push(rtx.ssrc);
      }
    }
    const consumerIds = consumers.map(({ id }) => id);
    if (consumerIds.length > 0)
      this.#client.request('consumer:resume', { consumerIds }).catch(() => {});
  }
}
