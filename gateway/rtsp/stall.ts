/** When a camera that answers is to be given up, since no pictures come that can be shown. */
import { deadlines, missedIntervals } from './deadlines.ts';
import { SourceTrouble } from './trouble.ts';

/** What has come of a stream; times in ms. */
export interface Seen {
  readonly packets: number;
  /** The last whole picture, whether or not it can be decoded. */
  readonly lastWhole: number | undefined;
  /** The last that was given on. */
  readonly lastPicture: number | undefined;
  /** Between pictures. */
  readonly interval: number | undefined;
  readonly keyInterval: number | undefined;
}

/**
 * @param playedAt when the camera was told to begin
 * @param port where UDP was to come
 */
export function stallOf(
  seen: Seen,
  playedAt: number,
  now: number,
  port: number | undefined,
): SourceTrouble | undefined {
  const { packets, lastWhole, lastPicture, interval, keyInterval } = seen;
  const trouble = (what: string): SourceTrouble => new SourceTrouble('stalled', what);
  if (lastWhole === undefined) {
    if (now - playedAt <= deadlines.firstPicture) return undefined;
    if (packets > 0) return trouble('packets come, but no whole picture');
    if (port === undefined) return trouble('it sends nothing');
    return trouble(
      `nothing comes to UDP port ${port}: a firewall may be in the way, TCP may pass it`,
    );
  }
  const most =
    interval === undefined
      ? deadlines.firstPicture
      : Math.max(deadlines.stalled, interval * missedIntervals);
  if (now - lastWhole > most) return trouble('no whole pictures come any more');
  const patience =
    keyInterval === undefined
      ? deadlines.firstKey
      : Math.max(deadlines.stalled, keyInterval * missedKeys);
  if (now - (lastPicture ?? playedAt) <= patience) return undefined;
  return trouble('no whole key picture comes');
}

/** A key picture may just be torn, and the next one late. */
const missedKeys = 1.5;
