/** Measures for how long a server is deaf to everybody else. */
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks a server again and again while something goes on, on a connection of its own.
 * @param url of plain HTTP
 * @returns the longest time that an answer took, ms
 */
export async function deafness(url: string, during: () => Promise<unknown>): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let longest = 0;
  const state = { over: false };
  const asking = (async () => {
    while (!state.over) {
      const began = performance.now();
      await answer(`${url}/healthz`, agent);
      longest = Math.max(longest, performance.now() - began);
      await pause(5);
    }
  })();
  try {
    await during();
    await pause(50); // What was sent last is to be heard too.
  } finally {
    state.over = true;
    await asking;
    agent.destroy();
  }
  return longest;
}

function answer(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => response.resume().once('end', resolve)).once('error', reject);
  });
}
