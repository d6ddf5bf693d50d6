/**
 * Lets viewers join, so many at once; with more the server's signalling, not its media, would be the thing that
 * is measured.
 */
export async function inHandfuls(
  count: number,
  join: () => Promise<void>,
  atOnce = 25,
): Promise<void> {
  for (let left = count; left > 0; left -= atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, left) }, join));
  }
}
