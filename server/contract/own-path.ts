/** Where a browser may be sent after a sign-in: paths of this server, and nowhere else. */

/** Stands for this server; what the URL parser leads elsewhere is not ours. */
const own = 'https://own.invalid';
/** What browsers read as a slash, or do not read at all (WHATWG URL §4.4), and other unprintables. */
const treacherous = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** The same, percent-encoded: some program on the way may decode it once more. */
const encoded = /%(?:2f|5c|2e|25|0[0-9a-f]|1[0-9a-f]|7f)/i;

/**
 * A path of this server with its query and fragment, as the URL parser of browsers (WHATWG) reads it; `/`
 * for all else. The answer begins with exactly one slash, whatever was asked, so that neither a browser nor
 * a proxy takes it for another host's (`//evil.example`, `/.//evil.example`, `/\evil.example`).
 * @param asked what an address bar or a parameter holds, of any type
 */
export function ownPath(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || treacherous.test(asked)) return '/';
  if (!URL.canParse(asked, own)) return '/';
  const { origin, username, password, pathname, search, hash } = new URL(asked, own);
  if (origin !== own || username !== '' || password !== '') return '/';
  if (pathname.includes('//') || encoded.test(pathname)) return '/';
  return pathname + search + hash;
}
