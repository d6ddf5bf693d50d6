/**
 * An operator's browser behind a link that loses packets, as far as the server can tell. It never asks for one again:
 * it only tells what came, as browsers do every 50 ms.
 */
import type { ConsumerParameters } from '../../../server/contract/media.ts';
import { Client, transportOf } from '../client.ts';
import { LightLink } from './light-link.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { transportNumber } from '../../../gateway/upload/rtp.ts';
import { Arrivals, transportFeedback, type Told } from './transport-feedback.ts';
import { findExtension, parseRtp } from './rtp.ts';

const feedbackInterval = 50; // ms
const rtpCapabilities = {
  codecs: [
    {
      kind: 'video' as const,
      mimeType: 'video/VP8',
      preferredPayloadType: 96,
      clockRate: 90000,
      rtcpFeedback: [
        { type: 'nack' },
        { type: 'nack', parameter: 'pli' },
        { type: 'transport-cc' },
      ],
    },
    {
      kind: 'video' as const,
      mimeType: 'video/rtx',
      preferredPayloadType: 97,
      clockRate: 90000,
      parameters: { apt: 96 },
    },
  ],
  headerExtensions: [
    { kind: 'video' as const, uri: transportNumber.uri, preferredId: transportNumber.id },
  ],
};

export class LossyViewer {
  /** Whether the link loses a packet; `again` if it was sent before. */
  loses: (again: boolean) => boolean = () => false;
  /** What it tells, of what it knows. */
  tells: (told: Told[]) => Told[] = (told) => told;
  /** Packets on the link, lost ones among them. */
  readonly sent = { fresh: 0, again: 0 };
  /** By number: packets of media that have not come so far. */
  readonly missing = new Set<number>();
  readonly #client: Client;
  readonly #arrivals = new Arrivals();
  #link: LightLink | undefined;
  #feedback: NodeJS.Timeout | undefined;
  #reports = 0;
  #media = new Set<number>();
  #repair = new Set<number>();

  private constructor(client: Client) {
    this.#client = client;
  }

  static async start(url: string, zone: string): Promise<LossyViewer> {
    const viewer = new LossyViewer(new Client(url));
    await viewer.#watch(zone);
    return viewer;
  }

  close(): void {
    clearInterval(this.#feedback);
    this.#link?.close();
    this.#client.close();
  }

  async #watch(zone: string): Promise<void> {
    const tile = { zone, width: 1920, height: 1080, visible: true, focused: true };
    const answer = await this.#client.request('watch', { tiles: [tile], rtpCapabilities });
    this.#know(answer.consumers);
    const transport = transportOf(answer);
    const link = new LightLink(transport, 'receive');
    this.#link = link;
    link.onPacket((packet) => this.#take(packet));
    const { dtlsParameters } = link;
    await this.#client.request('transport:connect', { transportId: transport.id, dtlsParameters });
    await link.connected();
    this.#feedback = setInterval(() => this.#tell(), feedbackInterval);
  }

  #know(consumers: ConsumerParameters[]): void {
    for (const { ssrc, rtx } of consumers.flatMap(({ rtpParameters }) => rtpParameters.encodings)) {
      if (ssrc !== undefined) this.#media.add(ssrc);
      if (rtx) this.#repair.add(rtx.ssrc);
    }
  }

  #take(packet: Buffer): void {
    const rtp = isRtcp(packet) ? undefined : parseRtp(packet);
    if (!rtp) return;
    const again = this.#repair.has(rtp.ssrc);
    const media = again || this.#media.has(rtp.ssrc);
    // What is sent again begins with the number that it had (RFC 4588 §4).
    const sequence = again ? packet.readUInt16BE(rtp.payloadAt) : rtp.sequence;
    if (media) this.sent[again ? 'again' : 'fresh'] += 1;
    if (media && this.loses(again)) {
      this.missing.add(sequence);
      return;
    }
    if (again) this.missing.delete(sequence);
    const at = findExtension(packet, transportNumber.id);
    if (at !== undefined) this.#arrivals.add(packet.readUInt16BE(at), performance.now());
  }

  #tell(): void {
    const told = this.tells(this.#arrivals.take());
    if (told.length > 0) this.#link?.send(transportFeedback(told, this.#reports++));
  }
}
