/** Passwords: which are good enough, and how they are kept (NIST SP 800-63B §3.1.1, RFC 9106). */
import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { shortestPassword } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';

/** Argon2id with 19 MiB, two passes and one lane: the least that OWASP's password storage sheet asks. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const common = new Set<string>(dictionary['passwords-common']);

/** @throws RefusedError `weak-password` with what to do about it */
export function checkPassword(password: string, name: string): void {
  if ([...password].length < shortestPassword) {
    throw new RefusedError(
      'weak-password',
      `A password needs at least ${shortestPassword} characters; four or five unrelated words are easy to keep.`,
    );
  }
  const plain = password.toLowerCase();
  // Short common words repeated or padded with digits are what guessing programs try next.
  const core = plain.replaceAll(/[^\p{L}]/gu, '');
  const repeated = /^(.{1,6})\1+$/u.test(plain);
  if (
    common.has(plain) ||
    common.has(core) ||
    repeated ||
    core === '' ||
    core === name.toLowerCase()
  ) {
    throw new RefusedError(
      'weak-password',
      'This password is among the first that are guessed; choose several unrelated words.',
    );
  }
}

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

/** One that no password fits: checked for unknown names, so that they take as long as known ones. */
const nobody = hashPassword(crypto.randomUUID());

/** @param kept the hash, or null for a name that does not exist or has no password */
export async function passwordFits(kept: string | null, password: string): Promise<boolean> {
  const fits = await verify(kept ?? (await nobody), password);
  return kept !== null && fits;
}
