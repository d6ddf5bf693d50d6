/** What this end measures of the time that pictures take from camera to screen (W3C webrtc-stats). */
import type { CameraTiming, ViewerTiming } from '../../../server/contract/latency.ts';
import type { Row } from './reduce.ts';

/** Sums that only grow, by row; their means are taken between two readings. */
export type TimingReading = Map<string, Row>;

export interface Timing {
  readonly camera?: CameraTiming;
  readonly viewer?: ViewerTiming;
}

/**
 * @param rtt to the server and back, ms
 * @param arrival mean time of frames from their arrival until they are on the screen, ms (video-rvfc §3:
 *   `receiveTime` to `expectedDisplayTime`), where the browser tells it
 * @param before the last reading; without one there is nothing to take a mean of
 */
export function timingOf(
  rows: Row[],
  rtt: number | undefined,
  arrival: number | undefined,
  before: TimingReading | undefined,
): { timing: Timing; reading: TimingReading } {
  const video = rows.filter(({ kind }) => kind === 'video');
  const reading = new Map(video.map((row) => [row.id, row]));
  if (rtt === undefined || !before) return { timing: {}, reading };
  /** Means of each row in which something was counted since, ms. */
  const means = (type: string, total: string, count: string): number[] =>
    video.flatMap((row) => {
      const former = before.get(row.id);
      if (row.type !== type || !former) return [];
      const counted = grown(row, former, count);
      return counted > 0 ? [(grown(row, former, total) / counted) * 1000] : [];
    });
  // A frame's layers are encoded together: the slowest is what a viewer waits for.
  const slowest = (values: number[]): number | undefined =>
    values.length > 0 ? Math.max(0, ...values) : undefined;
  const encode = slowest(means('outbound-rtp', 'totalEncodeTime', 'framesEncoded'));
  const pacing = slowest(means('outbound-rtp', 'totalPacketSendDelay', 'packetsSent'));
  const jitterBuffer = slowest(
    means('inbound-rtp', 'jitterBufferDelay', 'jitterBufferEmittedCount'),
  );
  const decode = slowest(means('inbound-rtp', 'totalDecodeTime', 'framesDecoded'));
  const display = Math.max(0, (arrival ?? 0) - (jitterBuffer ?? 0) - (decode ?? 0));
  return {
    timing: {
      ...(encode !== undefined && pacing !== undefined
        ? { camera: { encode, pacing, roundTrip: rtt } }
        : {}),
      ...(jitterBuffer !== undefined && decode !== undefined
        ? { viewer: { roundTrip: rtt, jitterBuffer, decode, display } }
        : {}),
    },
    reading,
  };
}

function grown(row: Row, former: Row, field: string): number {
  return Number(row[field] ?? 0) - Number(former[field] ?? 0);
}
