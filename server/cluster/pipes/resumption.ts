/** A pipe whose channel was lost is asked for again at the same node, for as long as its picture is kept. */
import { RefusedError } from '../../contract/errors.ts';
import type { PipeNode, PipePath, PipeRequest } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import { jittered } from '../../jitter.ts';
import type { PipeOffer } from './pipe-offer.ts';

/** Between two attempts, ms: spread, as all pipes from one node lose their channels together. */
const again = 200;

export interface Resumption {
  readonly zone: ZoneId;
  readonly parent: PipeNode;
  /** As it was. */
  readonly path: PipePath;
  readonly resume: string;
  /** @throws RefusedError when that node cannot be reached */
  readonly ask: (
    to: PipeNode,
    request: PipeRequest,
  ) => Promise<PipeOffer | readonly PipeNode[] | undefined>;
  /** Whether it is waited for. */
  readonly isWaiting: () => boolean;
  /** Told of each attempt that fails, and why; the next one is made after it. */
  readonly onFailed: (attempts: number, reason: string) => Promise<void>;
}

/** @returns what that node offers: the same pipe or another one; undefined when it is not waited for any more */
export async function askAgain(resumption: Resumption): Promise<PipeOffer | undefined> {
  const { isWaiting, onFailed } = resumption;
  for (let attempts = 1; isWaiting(); attempts += 1) {
    const answer = await attempt(resumption);
    if (typeof answer !== 'string') {
      if (isWaiting()) return answer;
      answer.refuse();
      return undefined;
    }
    if (isWaiting()) await onFailed(attempts, answer);
    await new Promise((resolve) => setTimeout(resolve, jittered(again, 0.5)).unref());
  }
  return undefined;
}

/** @returns why there is none, in words */
async function attempt(resumption: Resumption): Promise<PipeOffer | string> {
  const { zone, parent, path, resume, ask } = resumption;
  try {
    const answer = await ask(parent, { zone, token: path.token, resume });
    if (!answer) return 'it does not answer';
    return 'path' in answer ? answer : 'it does not carry the zone';
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}
