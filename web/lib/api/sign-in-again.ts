import { signInAddress } from '../../../server/contract/page.ts';

/** For whoever is not signed in any more: to the sign-in page, which leads back here. */
export function signInAgain({ pathname, search, hash }: Location = location): void {
  location.assign(signInAddress(`${pathname}${search}${hash}`));
}
