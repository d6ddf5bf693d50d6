/** How the media worker is told what a client's offer calls what the router calls otherwise. */
import type { RtpCapabilities } from '../contract/media.ts';
import type { OfferedNumbers } from './plane.ts';

/** As `deployment/worker/include/offered_numbers.h` has it; other workers pass over feedback that they do not know. */
const feedback = 'surveillance-numbers';

/** The client's capabilities, with its numbers where mediasoup hands them on to the worker as they are. */
export function withNumbers(client: RtpCapabilities, numbers: OfferedNumbers): RtpCapabilities {
  const told = { type: feedback, parameter: textOf(numbers) };
  return {
    ...client,
    codecs: client.codecs.map((codec) => ({
      ...codec,
      rtcpFeedback: [...(codec.rtcpFeedback ?? []), told],
    })),
  };
}

function textOf({ payloadTypes, extensions, probe }: OfferedNumbers): string {
  const pairs = (map: ReadonlyMap<number, number>): string =>
    [...map].map(([ours, theirs]) => `${ours}=${theirs}`).join(',');
  return `${pairs(payloadTypes)} ${pairs(extensions)} ${probe}`;
}
