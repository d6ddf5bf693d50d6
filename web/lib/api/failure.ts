/** How a request failed, in words. */
import { messageOf, RefusedError } from '../../../server/contract/errors.ts';
import { signInAgain } from './sign-in-again.ts';

/** A person who is no longer signed in goes to the sign-in page, and comes back from there. */
export function toldOfFailure(error: unknown): string {
  if (error instanceof RefusedError && error.code === 'unauthenticated') signInAgain();
  return messageOf(error);
}
