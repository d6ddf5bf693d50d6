/** Lets a use be noted: nobody waits for that, and nobody is refused for it. The store tells what is wrong with it. */
export function inBackground(note: Promise<unknown>): void {
  note.catch(() => {});
}
