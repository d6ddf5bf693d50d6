/**
 * Where a stream is set up, which cameras say in ways of their own (RFC 2326 §C.1.1): the likeliest address first, then
 * what others would make of it.
 */

const most = 4;

/**
 * @param control of the stream's description
 * @param bases what it is relative to: `Content-Base`, `Content-Location`, the address that was described
 */
export function setupUrls(control: string | undefined, bases: readonly string[]): string[] {
  if (control === undefined || control === '' || control === '*') return distinct(bases);
  if (isAbsolute(control)) return distinct([written(control)]);
  const joined = bases.map((base) =>
    written(`${base.replace(/\/$/, '')}/${control.replace(/^\//, '')}`),
  );
  const resolved = bases.flatMap((base) =>
    URL.canParse(control, base) ? [new URL(control, base).href] : [],
  );
  return distinct([...joined, ...resolved]);
}

/** Where all of a session is played. */
export function playUrls(control: string | undefined, bases: readonly string[]): string[] {
  const own = control === undefined || control === '*' ? [] : setupUrls(control, bases);
  return distinct([...own, ...bases]);
}

/** What a header or the settings say as an address; undefined where it is none. */
export function asBase(text: string | undefined, described: string): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (isAbsolute(text)) return written(text);
  return URL.canParse(text, described) ? new URL(text, described).href : undefined;
}

function isAbsolute(text: string): boolean {
  return /^rtsps?:\/\//i.test(text) && URL.canParse(text);
}

/** In ASCII, without what would break a request line. */
function written(text: string): string {
  return URL.canParse(text) ? new URL(text).href : encodeURI(text);
}

function distinct(urls: readonly string[]): string[] {
  return [...new Set(urls)].slice(0, most);
}
