/** Ends cameras that send more than they may: that browsers are asked for less is only a wish. */
import { actorOf } from '../access/caller.ts';
import { BitRateCheck } from '../zones/bit-rate-check.ts';
import type { Context } from './context.ts';
import type { Filming, Session } from './session.ts';

/** Until browsers have come down to a new limit, ms. */
const settling = 5000;

/** Most that a session's camera may send, bit/s. */
export function mostOf(context: Context, session: Session, zone: string): number {
  return context.bitRates.most(zone, session.caller.maxBitrate);
}

/**
 * Looks whether a camera keeps to its limit, and has it told when that has changed.
 * @param bytes all that has come from it so far
 * @returns why it is to be ended, in words; undefined while it keeps to it
 */
export function excessOf(
  context: Context,
  session: Session,
  part: Filming,
  bytes: number,
): string | undefined {
  const { zone } = part;
  const most = mostOf(context, session, zone);
  const at = performance.now();
  if (most !== part.most) followLimit(context, session, part, most);
  // What it sends meanwhile is not held against a lower limit, to which it comes down within a moment.
  if (at < part.judgedFrom) part.rateCheck = new BitRateCheck(at, bytes);
  const sent = part.rateCheck.excess({ at, bytes }, most);
  if (sent === undefined) return undefined;
  const message = `This camera sends ${inWords(sent)}, and ${inWords(most)} are allowed in ${zone}. Lower its size or frame rate, or have an administrator raise the limit.`;
  const { peer, address, caller } = session;
  context.log.warn({ zone, peer, address, sent, most }, 'a camera sends more than it may');
  context.denied('bit-rate-exceeded');
  const detail = { sent, most };
  const actor = actorOf(caller);
  context.audit
    .record({ kind: 'filming', action: 'cut-off', actor, address, zone, detail })
    // It is cut off whether or not that can be recorded.
    .catch((error: unknown) =>
      context.log.error({ err: error, zone }, 'a cut-off is not in the audit'),
    );
  context.shutOut.add(session, zone, {
    code: 'bit-rate-exceeded',
    message: `This camera sent ${inWords(sent)} into ${zone}, where ${inWords(most)} are allowed.`,
  });
  return message;
}

function followLimit(context: Context, session: Session, part: Filming, most: number): void {
  part.most = most;
  part.judgedFrom = performance.now() + settling;
  session.transport?.limitIncoming(most).catch((error: unknown) =>
    // Told by the transport itself, if it is gone.
    context.log.debug({ err: error, zone: part.zone }, 'a limit could not be set'),
  );
}

function inWords(rate: number): string {
  return rate < 1_000_000
    ? `${Math.round(rate / 1000)} kbit/s`
    : `${(rate / 1_000_000).toFixed(1)} Mbit/s`;
}
