/** What each event does for a session. */
import { RefusedError } from '../contract/errors.ts';
import { iceServersFor } from '../media/ice-servers.ts';
import type { MediaTransport } from '../media/transport.ts';
import type { Context } from './context.ts';
import { claim, publish, stopFilming, unpublish } from './filming.ts';
import { demandMay } from './permission.ts';
import type { Session } from './session.ts';
import { snapshot } from './snapshot.ts';
import type { ClientSocket, Handlers } from './socket.ts';
import { latencies, tellTiming } from './timing.ts';
import { resume, stopWatching, view, watch } from './watching.ts';

export function handlersFor(context: Context, socket: ClientSocket, session: Session): Handlers {
  const inTurn = <T>(task: () => Promise<T>): Promise<T> =>
    session.enqueue(() => {
      // What a socket asked before it was lost or replaced must not undo what came after it.
      if (session.socket !== socket) {
        throw new RefusedError('session-replaced', 'This socket no longer speaks for its session.');
      }
      return task();
    });
  return {
    watch: (request) =>
      inTurn(() => {
        context.drain.admit(session);
        return watch(context, session, request);
      }),
    view: ({ tiles }) => inTurn(() => view(context, session, tiles)),
    claim: (request) =>
      inTurn(() => {
        demandMay(session, 'zone:film', request.zone);
        context.drain.admit(session);
        return claim(context, session, request);
      }),
    publish: (request) => inTurn(() => publish(context, session, request)),
    unpublish: ({ producerId }) => inTurn(async () => unpublish(context, session, producerId)),
    'transport:connect': ({ transportId, dtlsParameters }) =>
      inTurn(async () => {
        await transportOf(session, transportId).connect(dtlsParameters);
        return {};
      }),
    'transport:check': async ({ transportId }) => ({
      sent: await transportOf(session, transportId).sent(),
    }),
    'transport:restart-ice': ({ transportId }) =>
      inTurn(async () => ({
        iceParameters: await transportOf(session, transportId).restartIce(),
        iceServers: iceServersFor(context.settings, session.relayHolder),
      })),
    'consumer:resume': ({ consumerIds }) => inTurn(() => resume(context, session, consumerIds)),
    snapshot: ({ zone }) =>
      inTurn(() => {
        demandMay(session, 'zone:snapshot', zone);
        return snapshot(context, session, zone);
      }),
    'camera:timing': (timing) => inTurn(async () => tellTiming(session, timing)),
    latency: (request) => inTurn(async () => latencies(context, session, request)),
    leave: () =>
      inTurn(async () => {
        depart(context, session);
        return {};
      }),
  };
}

/** Ends what a session does; its socket may go on. */
export function depart(context: Context, session: Session): void {
  stopFilming(context, session);
  session.closeTransport();
  for (const zone of session.watching.keys()) stopWatching(context, session, zone);
}

function transportOf({ transport }: Session, id: string): MediaTransport {
  if (transport?.id !== id) {
    throw new RefusedError('not-found', 'This session has no such transport.');
  }
  return transport;
}
