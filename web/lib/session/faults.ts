/** What a person is told when something stands in the way, and what to do about it. */
import { texts } from '../text/texts.ts';

export interface Fault {
  code: string;
  title: string;
  advice: string;
  /** What is said in place of the advice while it is waited out. */
  awaits?: string;
}

const known: Record<string, Omit<Fault, 'code'>> = texts.session.faults;

/** @param message the server's or the browser's own words, shown where the code is not known */
export function faultOf(code: string, message: string): Fault {
  const text = known[code] ?? {
    title: texts.session.failed,
    advice: texts.session.startAgain(message),
  };
  return { code, ...text };
}

/** What passes by itself, and how long to wait before trying again, ms. */
const pauses: Partial<Record<string, number>> = {
  // The server's database or media worker is away or being replaced.
  unavailable: 1000,
  'not-found': 1000,
  'session-replaced': 1000,
  // It asks for a pause, and whoever tries sooner is asked for a longer one.
  throttled: 10_000,
};

/** Whether trying again by itself helps. */
export function isPassing(code: string): boolean {
  return Object.hasOwn(pauses, code);
}

/** Of nodes that are full, ms. */
const longestPause = 16_000;

/**
 * How long to wait before trying again, ms.
 * @param refusals how often nodes refused before, each naming another one
 */
export function pauseBefore(code: string, refusals = 0): number {
  const usual = pauses[code] ?? 1000;
  if (refusals < 2) return usual;
  // By chance shorter, so that those who were refused together do not all ask together.
  return Math.max(
    usual,
    Math.min(longestPause, usual * 2 ** (refusals - 1)) * (0.5 + Math.random() / 2),
  );
}

/** Whether a feed that was refused stays so: what a browser cannot decode it does not learn. */
export function isLasting(refusal: { code: string } | undefined): boolean {
  return refusal?.code === 'unsupported-media';
}
