/** What the inventory says of a zone, on the page and in a file. */
import { texts } from '../../text/texts.ts';
import { isLost } from '../../zones/lost.ts';
import type { FleetRow } from './inventory.ts';

const text = texts.fleet;

export const hasCamera = ({ summary }: FleetRow): boolean =>
  summary !== undefined && summary.camera !== 'idle';

export function gatewayWords({ gateways }: FleetRow): string {
  return gateways.map(({ name, connected }) => (connected ? name : text.gone(name))).join(', ');
}

/** The inventory as a table of texts, with the columns' names first; times as ISO 8601 in UTC. */
export function sheetOf(rows: readonly FleetRow[]): string[][] {
  const { zone, state, lastSeen, camera, gateway, key } = text;
  return [[zone, state, lastSeen, camera, gateway, key], ...rows.map(cellsOf)];
}

function cellsOf(row: FleetRow): string[] {
  const { id, summary, cameras, keys } = row;
  const { states } = texts.desk;
  const seen = summary?.lastSeen;
  return [
    id,
    isLost(summary) ? text.lost : states[summary?.camera ?? 'idle'],
    hasCamera(row) ? text.now : seen === undefined ? '' : new Date(seen).toISOString(),
    ...[cameras.join(', '), gatewayWords(row), keys.join(', ')],
  ];
}
