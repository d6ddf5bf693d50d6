/** What a new password needs before it is sent; the server has the last word. */
import { shortestPassword } from '../../../server/contract/api.ts';

/** Typed twice alike, and long enough. */
export function agreed(password: string, again: string): boolean {
  return lengthOf(password) >= shortestPassword && again === password;
}

/** What is wrong with it so far; empty while nothing is, or while it is still being typed. */
export function faultOf(password: string, again: string): string {
  if (again === '') return '';
  if (lengthOf(password) < shortestPassword) {
    return `${lengthOf(password)} of at least ${shortestPassword} characters.`;
  }
  return again === password ? '' : 'The two are not the same yet.';
}

/** Characters, as people count them and the server does. */
const lengthOf = (password: string): number => [...password].length;

export const rules = `At least ${shortestPassword} characters; not a common password. A few words are fine.`;
export const notAgreed = `Type the same password twice, of ${shortestPassword} characters or more.`;
