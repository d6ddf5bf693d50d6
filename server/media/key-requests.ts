/**
 * Whether a camera makes a key picture when it is asked. Of one that does not, the media worker keeps what came since the
 * last (deployment/worker/include/replays.h), and tells it by the feedback that the producer takes.
 */
import type { types } from 'mediasoup';

type Codecs = Pick<types.RtpParameters, 'codecs'>;
type Feedback = types.RtcpFeedback;

/** RFC 4585 §6.3.1, RFC 5104 §4.3.1 */
const isKeyRequest = ({ type, parameter }: Feedback): boolean =>
  (type === 'nack' && parameter === 'pli') || (type === 'ccm' && parameter === 'fir');

export function takesKeyRequests({ codecs }: Codecs): boolean {
  return codecs.some(({ rtcpFeedback = [] }) => rtcpFeedback.some(isKeyRequest));
}

/** What comes out of a pipe takes no more than what goes in: mediasoup gives it what the router knows. */
export function likeSource<Parameters extends Codecs>(
  parameters: Parameters,
  source: Codecs,
): Parameters {
  if (takesKeyRequests(source)) return parameters;
  const codecs = parameters.codecs.map(({ rtcpFeedback = [], ...codec }) => ({
    ...codec,
    rtcpFeedback: rtcpFeedback.filter((feedback) => !isKeyRequest(feedback)),
  }));
  return { ...parameters, codecs };
}
