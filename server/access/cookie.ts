/** The cookies, and the header that carries a key: the same for HTTP and for sockets. */
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Credentials } from './caller.ts';

/** The prefix makes browsers refuse it unless it is Secure, of this very host, and for all its paths. */
export const signInCookie = '__Host-surveillance';
export const setUpCookie = '__Host-surveillance-setup';
/** Ties an answer of the single sign-on to the browser that asked. */
export const singleSignOnCookie = '__Host-surveillance-sso';

/** @param maxAge s; 0 takes the cookie away */
export function cookie(name: string, value: string, maxAge: number): string {
  return stringifySetCookie({
    name,
    value,
    maxAge,
    path: '/',
    httpOnly: true,
    secure: true,
    // Not strict: the way back from a single sign-on, and links in mails, would arrive signed out.
    sameSite: 'lax',
  });
}

export function clearCookie(name: string): string {
  return cookie(name, '', 0);
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  return parseCookie(header ?? '')[name];
}

/** `Authorization: Bearer KEY` (RFC 6750 §2.1) is believed before a cookie. */
export function credentialsOf(headers: {
  cookie?: string | undefined;
  authorization?: string | undefined;
}): Credentials {
  const bearer = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ? { key: bearer } : { token: readCookie(headers.cookie, signInCookie) };
}
