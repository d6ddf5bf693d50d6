/** Takes from a session what it may not have any more. */
import { may } from '../contract/policy.ts';
import type { Context } from './context.ts';
import { stopFilming } from './filming.ts';
import type { Session } from './session.ts';
import { stopWatching } from './watching.ts';

/** Ends what a session does in zones where it may not do it any more, and tells its client. */
export function withdraw(context: Context, session: Session): void {
  const { principal } = session.caller;
  const zone = session.filming?.zone;
  if (zone !== undefined && !may(principal, 'zone:film', zone)) {
    stopFilming(context, session);
    session.notify('session:ended', {
      code: 'forbidden',
      message: `The right to film ${zone} was withdrawn.`,
    });
  }
  const lost = [...session.watching.keys()].filter((id) => !may(principal, 'zone:watch', id));
  if (lost.length === 0) return;
  for (const id of lost) stopWatching(context, session, id);
  session.notify('zones:withdrawn', { zones: lost });
}
