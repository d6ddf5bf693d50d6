/** Who may ask a device: WS-Security's digest by the device's own clock, or HTTP's Digest (RFC 7616). */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseChallenges } from '../../../gateway/rtsp/authentication.ts';
import { at, textAt, type XmlElement } from './xml.ts';
import { Fault } from './fault.ts';

export interface DoorkeeperSettings {
  readonly login?: { readonly user: string; readonly password: string };
  /** `soap` unless said. */
  readonly asks?: 'soap' | 'http';
  /** How far its clock is ahead, ms. */
  readonly clockAhead?: number;
}

/** A token that is older or newer than this is refused, ms. */
const window = 60_000;
/** Asked by strangers, too (ONVIF Core §5.12.3.1). */
const open = new Set(['GetSystemDateAndTime', 'GetCapabilities', 'GetServices', 'Probe']);
const realm = 'camera';

export class Doorkeeper {
  /** Wrong names and passwords so far. */
  refused = 0;
  /** May be changed while it runs. */
  login: DoorkeeperSettings['login'];
  readonly #settings: DoorkeeperSettings;
  readonly #nonce = randomBytes(8).toString('hex');
  readonly #seen = new Set<string>();

  constructor(settings: DoorkeeperSettings) {
    this.#settings = settings;
    this.login = settings.login;
  }

  /** By its own clock, ms since the epoch. */
  get now(): number {
    return Date.now() + (this.#settings.clockAhead ?? 0);
  }

  /** @returns a challenge of HTTP where that is how it asks. @throws Fault where WS-Security is wrong */
  check(request: IncomingMessage, envelope: XmlElement, operation: string): string | undefined {
    if (!this.login || open.has(operation)) return undefined;
    return this.#settings.asks === 'http'
      ? this.#http(request)
      : this.#soap(at(envelope, 'Header', 'Security', 'UsernameToken'));
  }

  #http(request: IncomingMessage): string | undefined {
    const challenge = `Digest realm="${realm}", nonce="${this.#nonce}", qop="auth", algorithm=MD5`;
    const [said] = parseChallenges(request.headers.authorization ?? '');
    if (!said || !this.login) return challenge;
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const field = (name: string): string => said.fields.get(name) ?? '';
    const secret = md5(`${this.login.user}:${realm}:${this.login.password}`);
    const asked = md5(`${request.method}:${request.url}`);
    const right = md5([secret, this.#nonce, field('nc'), field('cnonce'), 'auth', asked].join(':'));
    if (field('username') === this.login.user && field('response') === right) return undefined;
    this.refused += 1;
    return challenge;
  }

  #soap(token: XmlElement | undefined): undefined {
    const [name, digest, nonce, created] = ['Username', 'Password', 'Nonce', 'Created'].map((one) =>
      textAt(token, one),
    );
    if (!token || !this.login) throw new Fault('Sender', 'NotAuthorized', 'Who are you?');
    const right = createHash('sha1')
      .update(Buffer.from(nonce ?? '', 'base64'))
      .update(created ?? '')
      .update(this.login.password)
      .digest('base64');
    const isOfNow = Math.abs(Date.parse(created ?? '') - this.now) < window;
    const isNew = !this.#seen.has(nonce ?? '');
    this.#seen.add(nonce ?? '');
    if (name === this.login.user && digest === right && isOfNow && isNew) return;
    this.refused += 1;
    throw new Fault('Sender', 'NotAuthorized', 'Sender not authorized');
  }
}
