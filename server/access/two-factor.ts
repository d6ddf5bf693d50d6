/** The second factor: codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 s). */
import { Secret, TOTP } from 'otpauth';

const issuer = 'Urban Surveillance Command Console';
/** A clock may be this many steps off. */
const tolerance = 1;

/** @returns what the app is to be told, as a QR code and to type in; base32 as RFC 4648 has it */
export function offerTwoFactor(name: string): { uri: string; secret: string } {
  const secret = new Secret({ size: 20 });
  return { uri: totp(secret.base32, name).toString(), secret: secret.base32 };
}

export class TwoFactor {
  /** The step of each person's last accepted code: a code is good once (RFC 6238 §5.2). */
  readonly #used = new Map<string, number>();

  /** Whether the code fits now, and was not used before. */
  accepts(person: string, secret: string, code: string, now = Date.now()): boolean {
    const delta = totp(secret, person).validate({ token: code, window: tolerance, timestamp: now });
    if (delta === null) return false;
    const step = Math.floor(now / 30_000) + delta;
    if (step <= (this.#used.get(person) ?? -1)) return false;
    this.#used.set(person, step);
    return true;
  }
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret) });
}
