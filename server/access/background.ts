/** Writes in the background: nobody waits for it, and its failure refuses nobody. The store reports what is wrong. */
export function inBackground(work: Promise<unknown>): void {
  work.catch(() => {});
}
