/** Takes consumers up in a browser's connection, and finds out which of them it cannot take. */
import type { types } from 'mediasoup-client';
import { messageOf } from '../../../server/contract/errors.ts';
import type { ProducerRefusal } from '../../../server/contract/producer-refusal.ts';
import type { ConsumerParameters } from '../../../server/contract/media.ts';
import { texts } from '../text/texts.ts';

export interface Taken {
  readonly made: { parameters: ConsumerParameters; consumer: types.Consumer }[];
  readonly refused: { parameters: ConsumerParameters; refusal: ProducerRefusal }[];
  /** A negotiation failed, and the connection takes up nothing more: a new one is needed. */
  broken: boolean;
}

export class Reception {
  /** By producer id: they were in a negotiation that failed. Each is tried by itself, until the culprit is found. */
  readonly #suspects = new Set<string>();

  /** Takes all of them in one negotiation, as far as none is suspected of breaking it. */
  async take(transport: types.Transport, list: ConsumerParameters[]): Promise<Taken> {
    const taken: Taken = { made: [], refused: [], broken: false };
    const suspected = list.filter(({ producerId }) => this.#suspects.has(producerId));
    const together = list.filter((one) => !suspected.includes(one));
    for (const group of [together, ...suspected.map((one) => [one])]) {
      if (!taken.broken && !transport.closed) await this.#negotiate(transport, group, taken);
    }
    return taken;
  }

  async #negotiate(
    transport: types.Transport,
    group: ConsumerParameters[],
    taken: Taken,
  ): Promise<void> {
    const outcomes = await Promise.allSettled(
      group.map((parameters) => transport.consume(consumerOptions(parameters))),
    );
    const broken: { parameters: ConsumerParameters; reason: unknown }[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const parameters = group[index];
      if (!parameters) continue;
      const { producerId, rtpParameters } = parameters;
      if (outcome.status === 'fulfilled') {
        this.#suspects.delete(producerId);
        taken.made.push({ parameters, consumer: outcome.value });
      } else if (isUnsupported(outcome.reason)) {
        const message = texts.session.cannotDecode(rtpParameters.codecs[0]?.mimeType ?? '');
        taken.refused.push({ parameters, refusal: refusal(parameters, message) });
      } else if (!transport.closed) {
        broken.push({ parameters, reason: outcome.reason as unknown });
      }
    }
    if (broken.length === 0) return;
    taken.broken = true;
    const [culprit, ...others] = broken;
    if (culprit && others.length === 0) {
      const { parameters, reason } = culprit;
      const why = messageOf(reason);
      const message = texts.session.untakeable(why);
      taken.refused.push({ parameters, refusal: refusal(parameters, message) });
    } else {
      for (const { parameters } of broken) this.#suspects.add(parameters.producerId);
    }
  }
}

function refusal({ zone, producerId, kind }: ConsumerParameters, message: string): ProducerRefusal {
  return { zone, producerId, kind, code: 'unsupported-media', message };
}

/** Said by mediasoup-client before it negotiates. */
function isUnsupported(error: unknown): boolean {
  return error instanceof Error && error.name === 'UnsupportedError';
}

function consumerOptions({ id, producerId, kind, rtpParameters }: ConsumerParameters) {
  return { id, producerId, kind, rtpParameters } as types.ConsumerOptions;
}
