/** Takes from a session what it may not have any more. */
import { may } from '../contract/policy.ts';
import type { TabSession } from './tab-session.ts';
import type { Watching } from './watching.ts';

/** Ends what a session does in zones where it may not do it any more, and tells its client. */
export function withdraw(session: TabSession, watching: Pick<Watching, 'stop'>): void {
  const { camera, viewing, caller } = session;
  const { principal } = caller;
  if (camera && !may(principal, 'zone:film', camera.zone.id)) {
    const message = `The right to film ${camera.zone.id} was withdrawn.`;
    camera.zone.end(camera, { code: 'forbidden', message });
  }
  for (const [id, viewer] of viewing.zones) {
    if (!may(principal, 'zone:steer', id)) viewer.zone.letGo(viewer);
  }
  const lost = [...viewing.zones.keys()].filter((id) => !may(principal, 'zone:watch', id));
  if (lost.length === 0) return;
  for (const id of lost) watching.stop(session, id);
  session.notify('zones:withdrawn', { zones: lost });
}

/** Ends what a session watches, since nobody knows whether it still may; its client asks again until somebody does. */
export function cutOff(session: TabSession, watching: Pick<Watching, 'stop'>): void {
  const { viewing } = session;
  if (viewing.zones.size === 0) return;
  for (const id of [...viewing.zones.keys()]) watching.stop(session, id);
  viewing.drop();
  session.notify('rejoin', { reason: 'rights-unconfirmed' });
}
