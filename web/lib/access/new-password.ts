/** What a new password needs before it is sent; the server has the last word. */
import { shortestPassword } from '../../../server/contract/api.ts';
import { texts } from '../text/texts.ts';

const text = texts.account.password;

/** Typed twice alike, and long enough. */
export function agreed(password: string, again: string): boolean {
  return lengthOf(password) >= shortestPassword && again === password;
}

/** What is wrong with it so far; empty while nothing is, or while it is still being typed. */
export function faultOf(password: string, again: string): string {
  if (again === '') return '';
  if (lengthOf(password) < shortestPassword) {
    return text.tooShort(lengthOf(password), shortestPassword);
  }
  return again === password ? '' : text.notSame;
}

/** Characters, as people count them and the server does. */
const lengthOf = (password: string): number => [...password].length;

export const rules = text.rules(shortestPassword);
export const notAgreed = text.notAgreed(shortestPassword);
