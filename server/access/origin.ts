/** Which pages may speak to this server: only its own, and those that are named in the settings. */

/**
 * @param origin the Origin header (RFC 6454 §7); browsers send it with every socket and every change,
 *   so where it is missing there is no browser that could be misled
 * @param host the Host header
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host && host !== '';
}
