/** What is done with each sign-in at this server now. */
import type { Activity, Doing } from '../contract/activity.ts';
import type { TabSession } from './tab-session.ts';

export function activityOf(sessions: Iterable<TabSession>): Activity {
  const activity = new Map<string, Doing>();
  for (const { caller, viewing, camera } of sessions) {
    if (caller.via.kind !== 'sign-in') continue;
    const entry = activity.get(caller.via.id) ?? { watching: [], filming: [] };
    activity.set(caller.via.id, entry);
    entry.watching = [...new Set([...entry.watching, ...viewing.zones.keys()])].sort();
    if (camera) entry.filming.push(camera.zone.id);
  }
  return activity;
}
