/** Asks the policy for whoever speaks. */
import { may, type Action } from '../contract/policy.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Speaker } from './participant.ts';

/** @throws RefusedError `forbidden` */
export function demandMay({ caller }: Pick<Speaker, 'caller'>, action: Action, zone: ZoneId): void {
  if (may(caller.principal, action, zone)) return;
  throw new RefusedError(
    'forbidden',
    `You have no right to this in ${zone}; ask an administrator.`,
  );
}
