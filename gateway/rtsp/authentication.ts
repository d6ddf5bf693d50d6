/** Name and password for a camera: Digest (RFC 7616, and 2069 for old ones) or Basic (RFC 7617). */
import { createHash, randomBytes } from 'node:crypto';
import { SourceTrouble } from './trouble.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
}

interface Challenge {
  readonly scheme: string;
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

interface Digest {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the camera wrote it; undefined is MD5, unsaid. */
  readonly algorithm: string | undefined;
  readonly hash: 'md5' | 'sha256';
  readonly isSession: boolean;
  readonly protection: 'auth' | 'auth-int' | undefined;
}

/** Answers a camera's challenges, as long as that promises anything. */
export class Authentication {
  readonly #login: Login | undefined;
  readonly #allowsBasic: boolean;
  #digest: Digest | undefined;
  #isBasic = false;
  #realm: string | undefined;
  #count = 0;
  /** An answer was accepted once, so that name and password are right. */
  #isProven = false;

  /** @param allowsBasic not where a camera has sent us to another address */
  constructor(login: Login | undefined, allowsBasic = true) {
    this.#login = login;
    this.#allowsBasic = allowsBasic;
  }

  /** What the camera calls what it protects; undefined where it protects nothing. */
  get realm(): string | undefined {
    return this.#realm;
  }

  /** The value of `Authorization`, where the camera asked for it before. */
  header(method: string, url: string): string | undefined {
    if (!this.#login) return undefined;
    if (this.#digest) return this.#answer(this.#digest, this.#login, method, url);
    if (!this.#isBasic) return undefined;
    const { user, password } = this.#login;
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  accepted(): void {
    if (this.#digest ?? this.#isBasic) this.#isProven = true;
  }

  /**
   * A request was refused for want of a right name and password.
   * @param said `WWW-Authenticate`, which may come several times
   * @param tries of this request with a name and password, before
   * @throws SourceTrouble where another try promises nothing; cameras lock accounts
   */
  refused(said: readonly string[], tries: number): void {
    if (!this.#login) throw new SourceTrouble('wrong-password', 'it asks for a name and password');
    const challenges = said.flatMap(parseChallenges);
    this.#realm = challenges.find(({ fields }) => fields.has('realm'))?.fields.get('realm');
    const digests = challenges.filter(({ scheme }) => scheme === 'digest');
    const best = digests.map(readDigest).filter((one) => one !== undefined);
    const digest = best.find(({ hash }) => hash === 'sha256') ?? best[0];
    const isStale = digests.some(({ fields }) => fields.get('stale')?.toLowerCase() === 'true');
    // A nonce may have run out, once for a request; what was right before is not wrong now.
    const isNewNonce = digest !== undefined && digest.nonce !== this.#digest?.nonce;
    const promising = tries === 0 || (tries === 1 && isNewNonce && (isStale || this.#isProven));
    if (!promising) throw new SourceTrouble('wrong-password', 'name or password are refused');
    if (digest) {
      this.#digest = digest;
      this.#count = 0;
    } else if (digests.length > 0 || this.#digest) {
      // The password is not said in plain text where something better was offered.
      throw new SourceTrouble('wrong-password', 'it asks for a digest of a kind that is not known');
    } else if (challenges.some(({ scheme }) => scheme === 'basic') && this.#allowsBasic) {
      this.#isBasic = true;
    } else
      throw new SourceTrouble(
        'wrong-password',
        'it does not say how to sign in in a way that is safe',
      );
  }

  #answer(digest: Digest, { user, password }: Login, method: string, url: string): string {
    const hash = (text: string): string => createHash(digest.hash).update(text).digest('hex');
    const { realm, nonce, protection, algorithm, opaque } = digest;
    this.#count += 1;
    const count = this.#count.toString(16).padStart(8, '0');
    const own = randomBytes(16).toString('hex');
    const secret = hash(`${user}:${realm}:${password}`);
    const key = digest.isSession ? hash(`${secret}:${nonce}:${own}`) : secret;
    const asked = `${method}:${url}${protection === 'auth-int' ? `:${hash('')}` : ''}`;
    const between = protection ? [count, own, protection] : [];
    const response = hash([key, nonce, ...between, hash(asked)].join(':'));
    const fields = [
      `username=${quote(user)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(url)}`,
      `response="${response}"`,
      ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
      ...(protection ? [`qop=${protection}`, `nc=${count}`] : []),
      ...(protection || digest.isSession ? [`cnonce="${own}"`] : []),
      ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ];
    return `Digest ${fields.join(', ')}`;
  }
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

const algorithms: Readonly<Record<string, Pick<Digest, 'hash' | 'isSession'>>> = {
  md5: { hash: 'md5', isSession: false },
  'md5-sess': { hash: 'md5', isSession: true },
  'sha-256': { hash: 'sha256', isSession: false },
  'sha-256-sess': { hash: 'sha256', isSession: true },
};

/** @returns undefined for what is not known */
function readDigest({ fields }: Challenge): Digest | undefined {
  const algorithm = fields.get('algorithm');
  const kind = algorithms[(algorithm || 'MD5').toLowerCase()];
  const nonce = fields.get('nonce');
  if (!kind || nonce === undefined || /[\r\n]/.test(algorithm ?? '')) return undefined;
  const offered =
    fields
      .get('qop')
      ?.toLowerCase()
      .split(/[\s,]+/) ?? [];
  const protection = (['auth', 'auth-int'] as const).find((name) => offered.includes(name));
  const [realm = '', opaque] = [fields.get('realm'), fields.get('opaque')];
  return { realm, nonce, opaque, algorithm, ...kind, protection };
}

/** Several challenges may stand in one line (RFC 9110 §11.6.1). */
export function parseChallenges(line: string): Challenge[] {
  const challenges: { scheme: string; fields: Map<string, string> }[] = [];
  const token = /([^\s=,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;
  for (const [, name = '', quoted, bare] of line.matchAll(token)) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), fields: new Map() });
    else challenges.at(-1)?.fields.set(name.toLowerCase(), value);
  }
  return challenges;
}
