/** How a camera asks for name and password (RFC 2617, 7616), written apart from what it is to try. */
import { createHash, randomBytes } from 'node:crypto';
import type { RtspRequest } from './message.ts';

export interface CameraAccess {
  readonly user: string;
  readonly password: string;
  /** What is offered, in this order. */
  readonly schemes: readonly ('basic' | 'md5' | 'sha-256' | 'md5-sess')[];
  /** Without it as RFC 2069 has it. */
  readonly qop?: string;
  /** A nonce is good for so many requests; then there is another one. */
  readonly nonceUses?: number;
  /** Whether that is said. */
  readonly saysStale?: boolean;
}

export class Doorman {
  /** Requests whose name and password were wrong; those without any are none. */
  refused = 0;
  readonly #access: CameraAccess;
  #nonce = randomBytes(16).toString('hex');
  #uses = 0;

  constructor(access: CameraAccess) {
    this.#access = access;
  }

  /** @returns the challenges for a request that is not let in */
  challenges(request: RtspRequest): string[] | undefined {
    const { schemes, nonceUses = Infinity, saysStale = true } = this.#access;
    const said = request.headers.get('authorization');
    let stale = false;
    if (said !== undefined) {
      if (!this.#isRight(request.method, said)) this.refused += 1;
      else if (said.startsWith('Basic')) return undefined;
      else if (said.includes(this.#nonce) && this.#uses < nonceUses) {
        this.#uses += 1;
        return undefined;
      } else stale = saysStale;
      this.#nonce = randomBytes(16).toString('hex');
      this.#uses = 0;
    }
    return schemes.map((scheme) => {
      if (scheme === 'basic') return 'Basic realm="A \\"camera\\""';
      return [
        'Digest realm="A \\"camera\\""',
        `nonce="${this.#nonce}"`,
        ...(scheme === 'md5' ? [] : [`algorithm=${scheme.toUpperCase()}`]),
        ...(this.#access.qop ? [`qop="${this.#access.qop}"`] : []),
        ...(stale ? ['stale=TRUE'] : []),
      ].join(', ');
    });
  }

  #isRight(method: string, said: string): boolean {
    const { user, password, schemes } = this.#access;
    if (said.startsWith('Basic ')) {
      const expected = Buffer.from(`${user}:${password}`).toString('base64');
      return schemes.includes('basic') && said.slice(6).trim() === expected;
    }
    const fields = new Map(
      [...said.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map(
        ([, name = '', quoted, token]) => [name, quoted?.replace(/\\(.)/g, '$1') ?? token ?? ''],
      ),
    );
    const get = (name: string): string => fields.get(name) ?? '';
    const scheme = (get('algorithm') || 'MD5').toLowerCase();
    if (!schemes.some((offered) => offered === scheme) || get('username') !== user) return false;
    const hash = (text: string): string =>
      createHash(scheme === 'sha-256' ? 'sha256' : 'md5')
        .update(text)
        .digest('hex');
    const secret = hash(`${user}:A "camera":${password}`);
    const key = scheme.endsWith('-sess')
      ? hash(`${secret}:${get('nonce')}:${get('cnonce')}`)
      : secret;
    const asked = hash(`${method}:${get('uri')}`);
    const between = get('qop') ? [get('nc'), get('cnonce'), get('qop')] : [];
    return get('response') === hash([key, get('nonce'), ...between, asked].join(':'));
  }
}
