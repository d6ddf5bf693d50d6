/** A reason that set-up cannot go on, written for the person who has to do something about it. */
export class SetupError extends Error {}

/** Tells people what set-up does; aside, where programs read what the command prints. */
export function say(what: string): void {
  if (process.argv.includes('--json')) console.error(what);
  else console.log(what);
}

/** Says what is being done, and afterwards how long it took. */
export async function step<T>(what: string, act: () => Promise<T>): Promise<T> {
  say(`• ${what} …`);
  const begun = performance.now();
  const result = await act();
  say(`✓ ${what}  ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return result;
}
