/**
 * Recovery codes: ten on paper, each good once in place of a code of the authenticator app. Each is 80 random bits, so that
 * its digest needs no slow hash: nobody tries them all, not even with the database at hand.
 */
import { randomBytes } from 'node:crypto';
import type { Records } from '../store/store.ts';
import { digest } from './tokens.ts';

const howMany = 10;
const length = 16;
/** Crockford's base32: no letter that is taken for another one. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Gives a person a new set; those of before are good no more. @returns the codes, which are told this once */
export async function newRecoveryCodes(
  { recoveryCodes }: Pick<Records, 'recoveryCodes'>,
  personId: string,
): Promise<string[]> {
  const codes = Array.from({ length: howMany }, newCode);
  await recoveryCodes.replace(personId, codes.map(recoveryCodeHash));
  return codes.map((code) => code.replaceAll(/(.{4})(?=.)/g, '$1-'));
}

/** What is kept of a code, however it was typed. */
export function recoveryCodeHash(typed: string): string {
  const plain = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  return digest(plain.replaceAll('O', '0').replaceAll(/[IL]/g, '1'));
}

function newCode(): string {
  return Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');
}
