/** A sign-in may end at any time; the page is opened again after the next one. */
import { signInAddress } from '../../../server/contract/page.ts';

/** Goes to the sign-in page, which leads back here. */
export function signInAgain({ pathname, search, hash }: Location = location): void {
  location.assign(signInAddress(`${pathname}${search}${hash}`));
}
