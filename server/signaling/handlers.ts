/** What each event does for a session. */
import type { CameraEvent } from '../contract/camera-event.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Stills } from '../zones/stills.ts';
import type { Drain } from './drain.ts';
import type { Filming } from './filming.ts';
import { demandMay } from '../participants/permission.ts';
import type { Rules } from '../participants/rules.ts';
import type { Rights } from './rights.ts';
import type { ScreenDesk } from './screens.ts';
import type { Snapshots } from './snapshot.ts';
import type { Steering } from './steering.ts';
import type { HappeningUpdates } from './happening-updates.ts';
import type { Handlers, SessionSocket } from './socket.ts';
import type { TabSession } from './tab-session.ts';
import type { Timing } from './timing.ts';
import type { Watching } from './watching.ts';
import type { ZoneUpdates } from './zone-updates.ts';

/** Keeps what cameras notice. */
export interface EventsTaker {
  /** @throws RefusedError `throttled` */
  took(zone: ZoneId, event: CameraEvent): void;
}

/** Who answers what. */
export interface Answerers {
  readonly filming: Filming;
  readonly watching: Watching;
  readonly snapshots: Snapshots;
  readonly timing: Timing;
  readonly steering: Steering;
  readonly screens: ScreenDesk;
  readonly stills: Pick<Stills, 'took'>;
  readonly zoneEvents: EventsTaker;
  readonly drain: Drain;
  readonly zoneUpdates: ZoneUpdates;
  readonly happenings: Pick<HappeningUpdates, 'follow'>;
  readonly rights: Pick<Rights, 'demand'>;
  readonly iceServers: Rules['iceServers'];
}

export function handlersFor(
  {
    filming,
    watching,
    snapshots,
    timing,
    steering,
    screens,
    stills,
    zoneEvents,
    drain,
    rights,
    zoneUpdates,
    happenings,
    iceServers,
  }: Answerers,
  socket: SessionSocket,
  session: TabSession,
): Handlers {
  // What a socket asked before it was lost or replaced must not undo what came after it.
  const atOnce = async <T>(task: () => Promise<T>): Promise<T> => {
    if (session.socket === socket) return task();
    throw new RefusedError('session-replaced', 'This socket no longer speaks for its session.');
  };
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => session.enqueue(() => atOnce(task));
  return {
    watch: (request) =>
      inTurn(() => {
        drain.admit(
          session,
          request.tiles.map(({ zone }) => zone),
        );
        rights.demand();
        return watching.watch(session, request);
      }).then((answer) => {
        // After the answer, by which the client knows what it watches.
        setImmediate(() => steering.welcome(session));
        return answer;
      }),
    view: ({ tiles }) => inTurn(() => watching.view(session, tiles)),
    // Not in turn: other nodes may be asked, and no picture waits for a list.
    'zones:list': (listed) => zoneUpdates.list(session, listed),
    'happenings:follow': async () => happenings.follow(session),
    claim: (request) =>
      inTurn(() => {
        demandMay(session, 'zone:film', request.zone);
        drain.admit(session, [request.zone]);
        return filming.claim(session, request);
      }),
    publish: (request) => inTurn(() => filming.publish(session, request)),
    unpublish: ({ producerId }) => inTurn(async () => filming.unpublish(session, producerId)),
    'transport:connect': ({ transportId, dtlsParameters }) =>
      inTurn(async () => {
        await session.connection(transportId).connect(dtlsParameters);
        return {};
      }),
    'transport:check': async ({ transportId }) => ({
      sent: await session.connection(transportId).sent(),
    }),
    'transport:restart-ice': ({ transportId }) =>
      inTurn(async () => ({
        iceParameters: await session.connection(transportId).restartIce(),
        iceServers: iceServers(session),
      })),
    'consumer:resume': ({ consumerIds }) => inTurn(() => watching.resume(session, consumerIds)),
    snapshot: ({ zone }) => inTurn(() => snapshots.take(session, zone)),
    // Not in turn: a camera that is to stop waits for nothing.
    steer: (request) => atOnce(() => steering.steer(session, request)),
    'steer:release': ({ zone }) => atOnce(async () => steering.release(session, zone)),
    'steer:presets': (request) => atOnce(() => steering.change(session, request)),
    'camera:steering': (said) => inTurn(async () => steering.ofCamera(session, said.steering)),
    'camera:timing': (told) => inTurn(async () => timing.ofCamera(session, told)),
    'camera:event': (event) =>
      inTurn(async () => {
        zoneEvents.took(session.demandCamera().zone.id, event);
        return {};
      }),
    'layers:sent': ({ highest }) => inTurn(async () => filming.limit(session, highest)),
    still: (answer) =>
      inTurn(async () => {
        stills.took(session.demandCamera(), answer);
        return {};
      }),
    latency: (request) => inTurn(async () => timing.latencies(session, request)),
    // Not in turn: other nodes and the store may be asked, and no picture waits for that.
    'screen:announce': (announcement) =>
      atOnce(async () => screens.announce(session, announcement)),
    'screens:list': () => atOnce(() => screens.list(session)),
    'screen:send': (request) => atOnce(() => screens.send(session, request)),
    leave: () =>
      inTurn(async () => {
        depart(session, watching, true);
        return {};
      }),
  };
}

/** Ends what a session does; its socket may go on. @param byChoice a person has ended it */
export function depart(session: TabSession, watching: Watching, byChoice = false): void {
  session.camera?.zone.end(session.camera, undefined, byChoice);
  session.viewing.drop();
  for (const zone of [...session.viewing.zones.keys()]) watching.stop(session, zone);
}
