/**
 * A page comes up in many small tasks, not in one: the browser paints and hears between two of them.
 * @see https://web.dev/articles/optimize-long-tasks
 */
const waiting: (() => void)[] = [];
let begun = false;
let up = false;

/** Whether all that the page came up with has had its turn. From then on nothing has to wait for one. */
export const pageIsUp = (): boolean => up;

/** The next task of the page: what is done after it is none of this one. Timers would do, but behind other tabs they come once a second. */
export function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/**
 * @param work is done in a task of its own, after those that asked before; at once when the page is up
 * @returns what calls it off
 */
export function takeTurn(work: () => void): () => void {
  if (up) {
    work();
    return () => {};
  }
  waiting.push(work);
  if (!begun) void giveTurns();
  begun = true;
  return () => {
    const at = waiting.indexOf(work);
    if (at >= 0) waiting.splice(at, 1);
  };
}

/** What a turn brings may ask for turns itself, a moment after it: so one more task is awaited before the end. */
async function giveTurns(): Promise<void> {
  for (;;) {
    await nextTask();
    const work = waiting.shift();
    if (!work) break;
    work();
  }
  up = true;
}
