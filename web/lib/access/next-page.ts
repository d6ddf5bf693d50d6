/** Which page comes next: after the sign-in, and in place of pages that are not for one. */
import { may } from '../../../server/contract/policy.ts';
import type { Principal } from '../../../server/contract/access.ts';
import { ownPath } from '../../../server/contract/own-path.ts';
import { pagePaths } from '../../../server/contract/page.ts';

/** For those who have no account yet, or are not signed in. */
const entrances: readonly string[] = ['/sign-in', '/setup', '/enrol'];

/**
 * Where to go after the sign-in: `next` of the address, if it is a page of this console. A link from
 * elsewhere must not lead away from it, nor back to an entrance.
 */
export function nextPage(query: string, origin: string): string {
  const next = new URLSearchParams(query).get('next') ?? '/';
  const path = ownPath(next.startsWith(`${origin}/`) ? next.slice(origin.length) : next);
  const { pathname } = new URL(path, origin);
  const known: readonly string[] = pagePaths;
  return known.includes(pathname) && !entrances.includes(pathname) ? path : '/';
}

/**
 * Where someone is sent from a page of which their role has no use; undefined where they may stay. The
 * server has sent them to an entrance already if they are not signed in.
 */
export function insteadOf(path: string, who: Principal | null): string | undefined {
  if (!who) return undefined;
  if (path === '/' && who.kind === 'key' && !may(who, 'zone:film')) return '/wall';
  if ((path === '/wall' || path === '/map') && !may(who, 'zone:watch')) return '/';
  return undefined;
}
