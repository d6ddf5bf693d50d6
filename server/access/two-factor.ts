/** The second factor: codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 s). */
import { Secret, TOTP } from 'otpauth';
import { timeOfDay } from '../time.ts';

const issuer = 'Urban Surveillance Command Console';
const stepLength = 30_000; // ms
/** A clock may be this many steps off. */
const tolerance = 1;

/** @returns what the app is to be told, as a QR code and to type in; base32 as RFC 4648 has it */
export function offerTwoFactor(name: string): { uri: string; secret: string } {
  const secret = new Secret({ size: 20 });
  return { uri: totp(secret.base32, name).toString(), secret: secret.base32 };
}

/**
 * The step of the code, as the number of 30 s since the epoch; undefined when it does not fit now. A code is
 * good once (RFC 6238 §5.2): the store keeps the step of the last one that was used.
 */
export function stepOfCode(secret: string, code: string, now = timeOfDay()): number | undefined {
  const delta = totp(secret, '').validate({ token: code, window: tolerance, timestamp: now });
  return delta === null ? undefined : Math.floor(now / stepLength) + delta;
}

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret) });
}
