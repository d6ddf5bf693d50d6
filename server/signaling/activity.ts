/** What is done with each sign-in now. */
import type { TabSession } from './tab-session.ts';

/** By sign-in: the zones that it watches and films over all its windows. */
export type Activity = ReadonlyMap<string, { watching: string[]; filming: string[] }>;

export function activityOf(sessions: Iterable<TabSession>): Activity {
  const activity = new Map<string, { watching: string[]; filming: string[] }>();
  for (const { caller, viewing, camera } of sessions) {
    if (caller.via.kind !== 'sign-in') continue;
    const entry = activity.get(caller.via.id) ?? { watching: [], filming: [] };
    activity.set(caller.via.id, entry);
    entry.watching = [...new Set([...entry.watching, ...viewing.zones.keys()])].sort();
    if (camera) entry.filming.push(camera.zone.id);
  }
  return activity;
}
