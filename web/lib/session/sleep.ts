/** Layers that nobody watches are not encoded and not sent, while their place in the session is kept. */
import type { types } from 'mediasoup-client';
import type { SpatialLayer } from '../../../server/contract/layers.ts';

/**
 * Switches a track's encodings on and off without negotiation (W3C WebRTC §5.2, `active`). Simulcast has
 * one encoding for each layer. SVC has one for all: it is made smaller by its mode and scale, so that the
 * layers that stay keep their sizes.
 * @param highest the highest layer to send; null for nothing
 */
export async function sendUpTo(
  producer: types.Producer,
  highest: SpatialLayer | null,
): Promise<void> {
  const sender = producer.rtpSender;
  if (!sender || producer.closed) return;
  const parameters = sender.getParameters();
  const { encodings } = parameters;
  for (const [layer, encoding] of encodings.entries()) {
    encoding.active = highest !== null && (layer <= highest || encodings.length === 1);
  }
  const [only] = encodings;
  const offered = producer.rtpParameters.encodings?.[0]?.scalabilityMode;
  const svc = /^L([23])(T\d.*)$/.exec(offered ?? '');
  if (encodings.length === 1 && only && svc && highest !== null) {
    const top = Number(svc[1]) - 1;
    const kept = Math.min(highest, top);
    Object.assign(only, {
      scalabilityMode: kept === 0 ? `L1${svc[2]?.replace('_KEY', '')}` : `L${kept + 1}${svc[2]}`,
      scaleResolutionDownBy: 2 ** (top - kept),
    });
  }
  await sender.setParameters(parameters);
}
