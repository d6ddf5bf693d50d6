/**
 * How long a picture is held back before it is shown, so that packets which are lost on the way can be sent
 * again and still come in time. Without loss it is not held back at all: live is live.
 */
import type { Row } from '../figures/reduce.ts';

/** Packets in a hundred. Between the two, it stays as it is. */
const loss = { much: 3, little: 1 };
/** For a packet to be missed, told of and sent again, beside a round trip, ms: this end tells every 50 ms what came. */
const reaction = 65;
/** At 10 % loss each way, one packet in 300 is still missing after three times. */
const times = 3;
const most = 400; // ms
/** What is counted before it is judged, packets: of few, one that is lost is much. */
const sample = 100;
/** How long there has to be little loss before the picture is held back no more, ms. */
const releaseAfter = 10_000;

export interface Count {
  /** ms */
  now: number;
  /** Packets so far. */
  received: number;
  lost: number;
  /** ms */
  roundTrip: number;
}

export class JitterBufferTarget {
  #before: Pick<Count, 'received' | 'lost'> | undefined;
  #target = 0;
  #muchAt = 0;

  /** @returns what the picture is to be held back for, ms */
  look({ now, received, lost, roundTrip }: Count): number {
    this.#before ??= { received, lost };
    const came = received - this.#before.received;
    // One that comes late is taken back from those that are lost.
    const missed = Math.max(0, lost - this.#before.lost);
    if (came + missed < sample) return this.#target;
    this.#before = { received, lost };
    const share = (100 * missed) / (came + missed);
    if (share >= loss.little) this.#muchAt = now;
    if (share >= loss.much) {
      const needed = Math.round(times * (roundTrip + reaction));
      this.#target = Math.min(most, Math.max(needed, this.#target));
    } else if (now - this.#muchAt > releaseAfter) {
      this.#target = 0;
    }
    return this.#target;
  }
}

/**
 * Holds a track back as its statistics say (W3C WebRTC Extensions, `jitterBufferTarget`). Browsers without
 * it hold back as they think best.
 * @param row of the track; undefined before anything came
 * @param connection the statistics of what it comes over
 */
export function hold(
  receiver: RTCRtpReceiver | undefined,
  calculator: JitterBufferTarget,
  row: Row | undefined,
  connection: Row[],
): void {
  if (!receiver || row?.kind !== 'video' || !('jitterBufferTarget' in receiver)) return;
  const pairs = connection.filter(({ type, nominated }) => type === 'candidate-pair' && nominated);
  const target = calculator.look({
    now: row.timestamp,
    received: Number(row.packetsReceived ?? 0),
    lost: Number(row.packetsLost ?? 0),
    roundTrip: 1000 * Math.max(0, ...pairs.map((pair) => Number(pair.currentRoundTripTime ?? 0))),
  });
  if ((receiver.jitterBufferTarget ?? 0) !== target) {
    receiver.jitterBufferTarget = target === 0 ? null : target;
  }
}
