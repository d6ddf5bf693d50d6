/** All gateways that are known, with their cameras, as administrators see them. */
import type { Gateway, ShownCamera } from '../contract/gateway-list.ts';
import { matchesZone } from '../contract/zone.ts';
import type { GatewayRecord } from '../store/gateway-repository.ts';
import type { Store } from '../store/store.ts';
import { timeOfDay } from '../time.ts';
import type { ConnectedGateway } from './other-gateways.ts';
import { shownCamera, type KeptCamera, type SiteCameras } from './site-cameras.ts';

export interface AllGatewaysParts {
  readonly store: Pick<Store, 'gateways' | 'keys'>;
  readonly cameras: SiteCameras;
}

type Connected = ConnectedGateway & { readonly node?: string };

/** @param connected wherever they are; of two of one name the one that came last is meant */
export async function allGateways(
  { store, cameras }: AllGatewaysParts,
  connected: Promise<readonly Connected[]>,
): Promise<Gateway[]> {
  const [records, kept, there] = await Promise.all([
    store.gateways.list(),
    cameras.list(),
    connected,
  ]);
  const last = new Map<string, Connected>();
  for (const one of there) {
    const known = last.get(one.name);
    if (!known || known.cameAt <= one.cameAt) last.set(one.name, one);
  }
  const now = timeOfDay();
  const keys = await store.keys.list();
  const zonesOf = (keyId: string): string | undefined => keys.find(({ id }) => id === keyId)?.zones;
  return records.map((record) =>
    described(
      record,
      last.get(record.name),
      kept.filter(({ gateway }) => gateway === record.name),
      zonesOf(record.keyId),
      now,
    ),
  );
}

/** One camera that is set in the console. */
export async function oneShown(
  store: AllGatewaysParts['store'],
  kept: KeptCamera,
): Promise<ShownCamera> {
  const record = await store.gateways.find(kept.gateway);
  const key = record && (await store.keys.find(record.keyId));
  return shownCamera(kept, withheld(kept, record?.keyId === '' ? '*' : key?.zones));
}

/** @param zones of the gateway's key; undefined where that is gone */
function withheld(
  { camera, unreadable }: KeptCamera,
  zones: string | undefined,
): ShownCamera['withheld'] {
  if (unreadable) return 'unreadable';
  return zones !== undefined && matchesZone(zones, camera.zone) ? undefined : 'forbidden';
}

function described(
  { name, keyId, keyName, ...before }: GatewayRecord,
  connected: Connected | undefined,
  kept: readonly KeptCamera[],
  zones: string | undefined,
  now: number,
): Gateway {
  const { node, clockError } = connected ?? {};
  // A gateway still tells of a camera for a moment that was removed here.
  const reports = (connected?.reports ?? []).filter(
    ({ name: camera, setIn }) => setIn === 'file' || kept.some((one) => one.camera.name === camera),
  );
  const names = new Set([
    ...kept.map(({ camera }) => camera.name),
    ...reports.map((one) => one.name),
  ]);
  const cameras = [...names].sort().map((camera) => {
    const set = kept.find((one) => one.camera.name === camera);
    const report = reports.find((one) => one.name === camera);
    const within = keyId === '' ? '*' : zones;
    return {
      name: camera,
      ...(set ? { settings: shownCamera(set, withheld(set, within)) } : {}),
      ...(report ? { report } : {}),
    };
  });
  return {
    name,
    connected: connected !== undefined,
    ...(node === undefined ? {} : { node }),
    version: connected?.version ?? before.version,
    key: { id: keyId, name: zones === undefined ? '' : keyName },
    address: connected?.address ?? before.address,
    ...(clockError === undefined ? {} : { clockError }),
    lastSeen: connected ? now : before.lastSeen,
    cameras,
  };
}
