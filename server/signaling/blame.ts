/** What follows when a media worker has ended with somebody's packet in hand. */
import type { InHand } from '../media/last-words.ts';
import type { Context } from './context.ts';
import { identityOf, type Culprit } from './culprits.ts';
import { stopFilming } from './filming.ts';

/** Says whose packet it was, and shuts a camera out that has done so before. */
export function blame(context: Context, { transportId, packet }: InHand): void {
  const { culprits, log, sfu } = context;
  const culprit = culprits.of(transportId, sfu);
  log.error({ transportId, ...culprit?.about, packet }, 'a media worker ended at this packet');
  if (culprit?.role === 'camera' && culprits.convict(culprit)) shutOut(context, culprit, packet);
}

function shutOut(context: Context, culprit: Culprit, packet: string): void {
  const { audit, log, metrics, settings } = context;
  const { zone = '', identity, actor, address, about } = culprit;
  log.error({ ...about, duration: settings.camera.shut_out }, 'camera shut out');
  metrics.shutOut.inc();
  for (const session of context.sessions.values()) {
    const { filming } = session;
    if (!filming || identityOf(session, filming.zone) !== identity) continue;
    stopFilming(context, session);
    session.notify('session:ended', {
      code: 'shut-out',
      message: `What this camera sent has ended media workers. It may not film in ${filming.zone} for a while.`,
    });
  }
  audit
    .record({
      ...{ kind: 'filming', action: 'shut-out', actor, address, zone },
      detail: { packet, duration: settings.camera.shut_out },
    })
    .catch((error: unknown) => log.error({ err: error }, 'a camera shut out is not in the audit'));
}
