/** Another node has a deadline for whatever it is asked. */
import { RefusedError } from '../../contract/errors.ts';

/**
 * @param time ms
 * @param message why it is given up, for whoever waits
 * @throws RefusedError `unavailable` when it takes longer; what comes of it later is left to the caller
 */
export async function inTime<T>(work: Promise<T>, time: number, message: string): Promise<T> {
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    deadline = setTimeout(() => reject(new RefusedError('unavailable', message)), time);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(deadline);
  }
}
