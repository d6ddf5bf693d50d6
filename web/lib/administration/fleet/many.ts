/** What is done to zones of the fleet, each by the usual requests, so that each is checked and in the audit by itself. */
import type { Key, NewKey } from '../../../../server/contract/api.ts';
import { RefusedError } from '../../../../server/contract/errors.ts';
import { ask, routes } from '../../api/ask.ts';
import { texts } from '../../text/texts.ts';
import type { WantedZone } from './wanted-zones.ts';

const text = texts.fleetFile;

/** Keys of cameras for this zone and no other. */
const keysOf = (zone: string, keys: readonly Key[]): Key[] =>
  keys.filter((key) => key.role === 'camera' && key.zones === zone);

const addKey = (zone: string, name: string): Promise<NewKey> =>
  ask(routes.keys.add, { body: { name, role: 'camera', zones: zone } });

/** @param keep given the key, whose secret is told only now */
export async function expectZone(
  { zone, key }: WantedZone,
  keep: (key: NewKey) => void,
): Promise<string> {
  await ask(routes.zones.add, { body: { id: zone } });
  if (key === undefined) return text.listed(zone);
  keep(await addKey(zone, key));
  return text.listedWithKey(zone, key);
}

/** @throws RefusedError where there is one already, too */
export async function makeKey(
  zone: string,
  keys: readonly Key[],
  keep: (key: NewKey) => void,
): Promise<string> {
  const [before] = keysOf(zone, keys);
  if (before) throw new RefusedError('name-taken', text.keyThere(before.name));
  const name = text.keyName(zone);
  keep(await addKey(zone, name));
  return text.keyMade(name);
}

/** Those of this zone alone: a key of several is not revoked by one of them. */
export async function revokeKeys(zone: string, keys: readonly Key[]): Promise<string> {
  const own = keysOf(zone, keys);
  if (own.length === 0) throw new RefusedError('not-found', text.noOwnKey);
  for (const { id } of own) await ask(routes.keys.revoke, { params: { id } });
  return text.revoked(own.map(({ name }) => name).join(', '));
}

/** It is expected no more. */
export async function forgetZone(zone: string): Promise<string> {
  await ask(routes.zones.remove, { params: { zone } });
  return text.forgotten(zone);
}
