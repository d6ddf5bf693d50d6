/** The cookies, and the header that carries a key: the same for HTTP and for sockets. */
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Store } from '../store/store.ts';
import type { Credentials } from './caller.ts';
import { digest } from './tokens.ts';
import { installationOf } from './installation.ts';

/** The prefix makes browsers refuse it unless it is Secure, of this very host, and for all its paths. */
const prefix = '__Host-surveillance';
/** What the cookies of single sign-ons that one browser has begun may hold, in characters: headers have a limit. */
const mostOfSignOns = 4096;
/** Which node a browser's long polling is bound to, for as long as it is open: load balancers read it (deployment/). */
export const nodeCookie = `${prefix}-node`;

/**
 * The names of an installation's cookies. Cookies ignore ports (RFC 6265 §8.5), so that two installations
 * on one host would take each other's place under one name: each has a mark of its own, in the store.
 */
export class Cookies {
  readonly setUp: string;
  /** Tells which browser it is, also before anyone signs in. */
  readonly browser: string;
  readonly #signIn: string;
  /** Of an enrolled camera or wall: it stays while a person is signed in on top of it. */
  readonly #device: string;
  readonly #signOn: string;

  private constructor(mark: string) {
    this.#signIn = `${prefix}-${mark}`;
    this.#device = `${prefix}-device-${mark}`;
    this.setUp = `${prefix}-setup-${mark}`;
    this.browser = `${prefix}-browser-${mark}`;
    this.#signOn = `${prefix}-sso-${mark}-`;
  }

  /** @param store in which the installation's mark is made at the first start */
  static async of(store: Store): Promise<Cookies> {
    return new Cookies(await installationOf(store));
  }

  /**
   * The tokens by which this client may be signed in, the likeliest first. The name without a mark is that
   * of the versions before: an upgrade, or the way back from it, signs nobody out.
   */
  signIns({ cookies = {} }: Credentials): string[] {
    return [this.#signIn, prefix, this.#device].flatMap((name) => cookies[name] ?? []);
  }

  /** What is left of these once no person is signed in: the device that was enrolled, if it was. */
  ofDevice({ cookies = {} }: Credentials): Credentials {
    const token = cookies[this.#device];
    return { cookies: token === undefined ? {} : { [this.#device]: token } };
  }

  setSignIn(token: string, maxAge: number): string[] {
    return [prefix, this.#signIn].map((name) => cookie(name, token, maxAge));
  }

  setDevice(token: string, maxAge: number): string[] {
    return [...this.setSignIn(token, maxAge), cookie(this.#device, token, maxAge)];
  }

  /** A device's cookies for longer, each as it is; one that an earlier version enrolled gets its own. */
  lengthenDevice({ cookies = {} }: Credentials, maxAge: number): string[] {
    const [usual] = this.signIns({ cookies });
    return [prefix, this.#signIn, this.#device].flatMap((name) => {
      const token = cookies[name] ?? (name === this.#device ? usual : undefined);
      return token === undefined ? [] : [cookie(name, token, maxAge)];
    });
  }

  clearSignIn(): string[] {
    return [prefix, this.#signIn].map(clearCookie);
  }

  clearDevice(): string[] {
    return [...this.clearSignIn(), clearCookie(this.#device)];
  }

  /** Ties the answer of a single sign-on to the browser that asked; one for each tab that did. @param state its own secret */
  signOn(state: string): string {
    return this.#signOn + digest(state).slice(0, 16);
  }

  /** Those to be cleared before another single sign-on is begun, so that they do not pile up. */
  tooManySignOns(header: string | undefined): string[] {
    const begun = Object.entries(parseCookie(header ?? '')).filter(([name]) =>
      name.startsWith(this.#signOn),
    );
    const size = begun.reduce((sum, [name, value = '']) => sum + name.length + value.length, 0);
    return size < mostOfSignOns ? [] : begun.map(([name]) => clearCookie(name));
  }
}

/** Whether a cookie of this name signs in at an installation, this one or another. */
export function isSignIn(name: string): boolean {
  return /^__Host-surveillance(?:-device)?(?:-[A-Za-z0-9]{8})?$/.test(name);
}

/** @param maxAge s; 0 takes the cookie away; until the browser is closed if not said */
export function cookie(name: string, value: string, maxAge?: number): string {
  return stringifySetCookie({
    name,
    value,
    ...(maxAge === undefined ? {} : { maxAge }),
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
  return bearer ? { key: bearer } : { cookies: parseCookie(headers.cookie ?? '') };
}
