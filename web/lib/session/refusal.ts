/** Why no socket comes about, as far as the browser can tell. */
import { ErrorCode } from '../../../server/contract/errors.ts';
import { texts } from '../text/texts.ts';
import type { Fault } from './faults.ts';

const titles: Partial<Record<ErrorCode, string>> = texts.session.refused.titles;

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
  if (told) return refusalFor(told.code, texts.refusals.told(told.code, told.sentence));
  if (typeof status !== 'number' || status === 0) return undefined;
  return {
    code: `status-${status}`,
    title: texts.session.refused.elsewhere,
    advice: texts.session.refused.status(status),
  };
}

/** @param sentence why, in the language of the page */
export function refusalFor(code: ErrorCode, sentence: string): Fault {
  const title = titles[code] ?? texts.session.refused.title;
  return { code, title, advice: texts.session.refused.advice(sentence) };
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
