/** Why no socket comes about, as far as the browser can tell. */
import { ErrorCode } from '../../../server/contract/errors.ts';
import type { Fault } from './faults.ts';

const titles: Partial<Record<ErrorCode, string>> = {
  forbidden: 'The server refuses this page',
  throttled: 'Too many connections',
  unavailable: 'The server takes no sessions at the moment',
  internal: 'The server failed',
};

/**
 * Reads what engine.io or a middleware of socket.io answered.
 * @returns undefined when nothing answered: the network, the certificate, or no server at all
 */
export function refusalOf(error: Error): Fault | undefined {
  const { description: status, context } = error as Error & {
    description?: unknown;
    context?: { responseText?: unknown };
  };
  const told = codeAndSentence(error.message) ?? codeAndSentence(answerIn(context?.responseText));
  if (told) {
    const { code, sentence } = told;
    const title = titles[code] ?? 'The server refuses this page';
    return { code, title, advice: `${sentence} It is tried again by itself.` };
  }
  if (typeof status !== 'number' || status === 0) return undefined;
  return {
    code: `status-${status}`,
    title: 'Something else answers in place of the server',
    advice: `What answers at this address says ${status}: a proxy whose server is down, or a wrong address. It is tried again by itself.`,
  };
}

/** The sentence in engine.io's JSON, `{code, message}`. */
function answerIn(body: unknown): string {
  try {
    const { message } = JSON.parse(String(body)) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return ''; // A proxy's page, or nothing.
  }
}

/** From `throttled: This account has 64 connections open already.` */
function codeAndSentence(text: string): { code: ErrorCode; sentence: string } | undefined {
  const [, word, sentence = ''] = /^([a-z-]+): (.+)$/s.exec(text) ?? [];
  const { data: code } = ErrorCode.safeParse(word);
  return code && { code, sentence };
}
