/** When a session that cannot go on is tried again by itself. */
import type { Role } from './status.ts';

export interface Circumstances {
  role: Role;
  /** Nobody sits at this page. */
  unattended: boolean;
  /** Pictures have flowed since the session was started. */
  worked: boolean;
}

/** ms; each attempt waits twice as long as the one before, up to the longest. */
interface Pace {
  first: number;
  longest: number;
}

/** What the devices and cameras around this page decide. A camera that has worked waits for them. */
const around: Record<string, Pace> = {
  // The browser also tells when a device comes.
  'no-device': { first: 1000, longest: 10_000 },
  'other-device': { first: 1000, longest: 10_000 },
  'device-busy': { first: 1000, longest: 10_000 },
  // A spare is to be there soon after the other camera is gone.
  'zone-occupied': { first: 5000, longest: 5000 },
};
const otherwise: Pace = { first: 5000, longest: 60_000 };
/** Waiting does not help here: the page has to be loaded in another way, or someone has to sign in. */
const needsPerson = ['no-webrtc', 'insecure-page', 'unauthenticated'];

/**
 * @param code of what stands in the way
 * @param tries attempts that failed since it last worked
 * @returns ms until the next attempt; undefined where that is up to a person
 */
export function retryDelay(
  code: string,
  tries: number,
  { role, unattended, worked }: Circumstances,
): number | undefined {
  if (needsPerson.includes(code)) return undefined;
  const pace = around[code];
  if (!unattended && !(worked && role === 'camera' && pace)) return undefined;
  const { first, longest } = pace ?? otherwise;
  return Math.min(longest, first * 2 ** Math.min(tries, 16));
}

/** Whether a session that has worked is on its way back, rather than in need of someone. */
export function isReturning(code: string, { worked }: Pick<Circumstances, 'worked'>): boolean {
  return worked && code in around;
}
