/** A reason that set-up cannot go on, written for the person who has to do something about it. */
export class SetupError extends Error {}

/** Says what is being done, and afterwards how long it took. */
export async function step<T>(what: string, act: () => Promise<T>): Promise<T> {
  console.log(`• ${what} …`);
  const begun = performance.now();
  const result = await act();
  console.log(`✓ ${what}  ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}
