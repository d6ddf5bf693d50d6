/** All that belongs to a zone in one row: its state, its camera, and the gateway and key by which that comes. */
import type { Key } from '../../../../server/contract/api.ts';
import type { Trouble } from '../../../../server/contract/gateway.ts';
import type { Gateway } from '../../../../server/contract/gateway-list.ts';
import { byName, matchesZone, type ZoneSummary } from '../../../../server/contract/zone.ts';

export interface FleetRow {
  readonly id: string;
  /** As lists tell it; undefined for one of a gateway's camera that was never there. */
  readonly summary: ZoneSummary | undefined;
  /** Names of cameras: as they are set at a gateway, else as it calls itself while it is there. */
  readonly cameras: readonly string[];
  readonly gateways: readonly { readonly name: string; readonly connected: boolean }[];
  /** Names of keys: of its gateways, else those by which cameras may film it. */
  readonly keys: readonly string[];
  /** What its gateways say is wrong. */
  readonly troubles: readonly Trouble[];
}

export interface FleetParts {
  readonly zones: readonly ZoneSummary[];
  readonly gateways: readonly Gateway[];
  readonly keys: readonly Key[];
}

/** @returns by name; also zones that are set at a gateway and were never filmed */
export function inventory({ zones, gateways, keys }: FleetParts): FleetRow[] {
  const summaries = new Map(zones.map((zone) => [zone.id, zone]));
  const atGateways = camerasByZone(gateways);
  const cameraKeys = keys.filter(({ role }) => role === 'camera');
  const ids = new Set([...summaries.keys(), ...atGateways.keys()]);
  const rows = [...ids].map((id): FleetRow => {
    const summary = summaries.get(id);
    const cameras = atGateways.get(id) ?? [];
    const keysOf = cameras.flatMap(({ gateway: { key } }) => key.name || []);
    const fitting = cameraKeys.filter((key) => matchesZone(key.zones, id)).map(({ name }) => name);
    return {
      id,
      summary,
      cameras: cameras.length > 0 ? cameras.map(({ name }) => name) : labelOf(summary),
      gateways: cameras.map(({ gateway: { name, connected } }) => ({ name, connected })),
      keys: [...new Set(cameras.length > 0 ? keysOf : fitting)],
      troubles: cameras.flatMap(({ trouble }) => trouble ?? []),
    };
  });
  return rows.sort(byName);
}

interface CameraAt {
  readonly name: string;
  readonly gateway: Gateway;
  readonly trouble: Trouble | undefined;
}

function camerasByZone(gateways: readonly Gateway[]): Map<string, CameraAt[]> {
  const found = new Map<string, CameraAt[]>();
  for (const gateway of gateways) {
    for (const { name, settings, report } of gateway.cameras) {
      const zone = settings?.zone ?? report?.zone;
      if (zone === undefined) continue;
      // Of a gateway that is gone nothing is known.
      const trouble = gateway.connected ? report?.trouble : undefined;
      const label = (settings?.label ?? report?.label) || name;
      found.set(zone, [...(found.get(zone) ?? []), { name: label, gateway, trouble }]);
    }
  }
  return found;
}

const labelOf = (summary: ZoneSummary | undefined): string[] =>
  summary?.label ? [summary.label] : [];
