/** Measures for how long a server is deaf to everybody else. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks a server again and again while something goes on.
 * @returns the longest time that an answer took, ms
 */
export async function deafness(url: string, during: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  const state = { over: false };
  const asking = (async () => {
    while (!state.over) {
      const began = performance.now();
      await fetch(`${url}/healthz`);
      longest = Math.max(longest, performance.now() - began);
      await pause(5);
    }
  })();
  await during();
  await pause(50); // What was sent last is to be heard too.
  state.over = true;
  await asking;
  return longest;
}
