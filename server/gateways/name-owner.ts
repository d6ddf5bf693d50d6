/** A gateway's name belongs to the key that it came with first. */
import type { Caller } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import type { GatewayName } from '../contract/gateway.ts';
import { mostGateways } from '../contract/gateway-list.ts';
import type { Records } from '../store/store.ts';

export interface GatewayKey {
  readonly id: string;
  readonly name: string;
}

/** Its id and name are empty in the open mode. */
export function keyOf({ principal }: Caller): GatewayKey {
  return principal.kind === 'key'
    ? { id: principal.id, name: principal.name }
    : { id: '', name: '' };
}

/** @throws RefusedError `name-taken` when the name is another key's, `throttled` when there are too many gateways */
export async function requireFreeName(
  { gateways, keys }: Records,
  name: GatewayName,
  key: GatewayKey,
): Promise<void> {
  const record = await gateways.find(name);
  if (!record) {
    if ((await gateways.list()).length < mostGateways) return;
    throw new RefusedError(
      'throttled',
      `There are ${mostGateways} gateways already; forget one of them in the console.`,
    );
  }
  if (record.keyId === key.id) return;
  // A key that was revoked is followed by one of the same name, which an administrator has made.
  const former = record.keyId === '' ? undefined : await keys.find(record.keyId);
  if (record.keyId !== '' && !former && record.keyName === key.name) return;
  throw new RefusedError(
    'name-taken',
    `The gateway ${name} signs in with another key. Give this one another name, or forget that one in the console.`,
  );
}
