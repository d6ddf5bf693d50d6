/** Asks the policy for a session. */
import { may, type Action } from '../contract/policy.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Tab } from './tab.ts';

/** @throws RefusedError `forbidden` */
export function demandMay(tab: Tab, action: Action, zone: ZoneId): void {
  if (may(tab.caller.principal, action, zone)) return;
  throw new RefusedError(
    'forbidden',
    `You have no right to this in ${zone}; ask an administrator.`,
  );
}
