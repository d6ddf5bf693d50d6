/** The one way to wait for a media worker: every question has a deadline. */
import { RefusedError } from '../contract/errors.ts';

/** Longer than a hung worker lives, and shorter than a client waits for the server; ms. */
const longest = 4000;

/** Whether a worker can be expected to answer. */
interface Asked {
  readonly answers: boolean;
}

/**
 * What a worker answers.
 * @param question is not even asked when the worker is silent already
 * @param time for the answer, ms
 * @throws RefusedError `unavailable` when it does not answer in time; what comes later is closed
 */
export async function answerOf<T>(
  worker: Asked,
  question: () => Promise<T>,
  time = longest,
): Promise<T> {
  if (!worker.answers) throw silent();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(silent()), time);
  });
  const answer = question();
  try {
    return await Promise.race([answer, tooLate]);
  } catch (error) {
    // Nobody would close what was made all the same.
    answer.then(
      (made) => (made as { close?: () => void } | undefined)?.close?.(),
      () => {},
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function silent(): RefusedError {
  return new RefusedError('unavailable', 'The media worker does not answer; try again shortly.');
}
