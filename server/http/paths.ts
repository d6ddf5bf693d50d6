/** What a request's path and its way here say. */
import type { Request, RouterOptions } from 'express';

/** For paths that proxies guard by their name: another spelling is another path. */
export const exactPaths: RouterOptions = { caseSensitive: true, strict: true };

const marks = ['for', 'host', 'proto', 'prefix'].map((name) => `x-forwarded-${name}`);
marks.push('forwarded', 'x-real-ip');

/**
 * Whether a proxy passed a request on, as far as its headers say: one of `http.trusted_proxies`, or another,
 * behind whose address anybody may be.
 */
export function passedOnBy(request: Request): 'nobody' | 'trusted' | 'stranger' {
  if (!marks.some((name) => request.headers[name] !== undefined)) return 'nobody';
  const trust = request.app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return trust(request.socket.remoteAddress ?? '', 0) ? 'trusted' : 'stranger';
}
