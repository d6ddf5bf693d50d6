/** Secrets that the server makes: for cookies, keys and links. Only their digests are kept. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A name for a record; not a secret. */
export function newId(): string {
  return randomBytes(9).toString('base64url');
}

/**
 * What is kept of a token: SHA-256, base64url. A slow hash would add nothing, since nobody guesses 256
 * random bits; and looking it up by digest tells nothing by its timing.
 */
export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
