/** Steering as tabs ask for it, and cameras say of themselves; what holds of it is in server/steering. */
import type { Logger } from 'pino';
import { actorOf } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import {
  cameraRequests,
  type CameraRequestName,
  type CameraSteering,
} from '../contract/steering.ts';
import type { ZoneId } from '../contract/zone.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany, type Excess } from '../limits/excess.ts';
import type { Metrics } from '../metrics.ts';
import type { Limits } from '../participants/limits.ts';
import { demandMay } from '../participants/permission.ts';
import { steeringRank } from '../participants/rank.ts';
import type { Recorder } from '../participants/recorder.ts';
import { OwnSteering } from '../steering/own-steering.ts';
import { SteeringRecords } from '../steering/records.ts';
import type { Steerer, ZoneSteering } from '../zones/steering.ts';
import type { TabCamera } from './tab-camera.ts';
import type { TabSession } from './tab-session.ts';

/** Most moves of one client in a second: a held key says three, and each change of its direction one. */
const mostMoves = 10;
/** A hand is in the audit when it begins and when it ends. */
const recordsOfHand = 2;
/** How long a camera may take to answer, ms: a gateway asks its camera meanwhile. */
const longest = 5000;

export interface SteeringParts {
  readonly limits: Limits;
  readonly excess: Excess;
  readonly audit: Recorder;
  readonly metrics: Pick<Metrics, 'steering'>;
  readonly log: Logger;
}

export class Steering {
  readonly #parts: SteeringParts;
  readonly #moves = new Budget(mostMoves, 1000);

  constructor(parts: SteeringParts) {
    this.#parts = parts;
  }

  /** Answers `steer`. */
  async steer(session: TabSession, request: Parsed<'steer'>): Promise<Response<'steer'>> {
    const { zone, number, move } = request;
    const [steering, by] = this.#steered(session, zone);
    // A stop is never one too many: whatever moves has to end.
    if (move.kind !== 'stop') this.#admit(session, steering);
    await steering.steer(by, number, move);
    return {};
  }

  /** Answers `steer:presets`. */
  async change(
    session: TabSession,
    { zone, change }: Parsed<'steer:presets'>,
  ): Promise<Response<'steer:presets'>> {
    const [steering, by] = this.#steered(session, zone);
    // A preset that is moved would move what is hidden.
    if (session.viewing.zones.get(zone)?.zone.hidesAnything) demandMay(session, 'zone:mask', zone);
    this.#admit(session, steering);
    this.#parts.limits.record(session, 1);
    await steering.change(by, change);
    return {};
  }

  /** Answers `steer:release`. */
  release(session: TabSession, zone: ZoneId): Response<'steer:release'> {
    session.viewing.zones.get(zone)?.zone.steering?.release(session.peer);
    return {};
  }

  /** Answers `camera:steering`. */
  ofCamera(session: TabSession, said: CameraSteering | null): Response<'camera:steering'> {
    const camera = session.demandCamera();
    const known = camera.steering;
    if (said && known) known.told(said);
    else camera.steerable(said ? this.#open(session, camera, said) : undefined);
    return {};
  }

  /** Tells how what it watches can be steered; nothing of what cannot. */
  welcome(session: TabSession): void {
    for (const viewer of session.viewing.zones.values()) {
      const { steering } = viewer.zone;
      if (steering) viewer.steered?.(steering.now);
    }
  }

  /** @throws RefusedError `forbidden`, `not-joined` or `not-steerable` */
  #steered(session: TabSession, id: ZoneId): [ZoneSteering, Steerer] {
    demandMay(session, 'zone:steer', id);
    const viewer = session.viewing.zones.get(id);
    if (!viewer) throw new RefusedError('not-joined', `This session does not watch ${id}.`);
    const { steering } = viewer.zone;
    if (!steering) {
      throw new RefusedError('not-steerable', `The camera of ${id} cannot be steered, or is away.`);
    }
    const { peer, caller, address } = session;
    const { principal } = caller;
    const rank = steeringRank(principal, id);
    const actor = actorOf(caller);
    return [steering, { id: peer, name: principal.name, rank, actor, address, via: viewer }];
  }

  /** @throws RefusedError `throttled` */
  #admit(session: TabSession, { now: { hand } }: ZoneSteering): void {
    const { limits, excess } = this.#parts;
    const { peer, address, payer } = session;
    if (!this.#moves.take(peer)) {
      excess.report('messages', { address, account: payer.name });
      throw tooMany('moves', this.#moves.wait(peer));
    }
    if (hand?.holder !== peer) limits.record(session, recordsOfHand);
  }

  #open(session: TabSession, camera: TabCamera, said: CameraSteering): OwnSteering {
    const { audit, metrics, log } = this.#parts;
    const { zone } = camera;
    return new OwnSteering(said, {
      zone: zone.id,
      ask: async (name, request) => {
        const answer = await ask(session, name, request);
        return cameraRequests[name].answer.parse(answer);
      },
      changed: () => zone.tellSteering(),
      records: new SteeringRecords(zone.id, audit, log),
      figures: metrics.steering,
    });
  }
}

/** Whatever a tab steers it steers no more, and its camera cannot be told anything: its socket is lost. */
export function unheld({ viewing, camera }: TabSession): void {
  for (const viewer of viewing.zones.values()) viewer.zone.letGo(viewer);
  camera?.steerable(undefined);
}

/** @throws RefusedError `not-steerable` when it does not answer */
async function ask(
  { socket }: TabSession,
  name: CameraRequestName,
  request: unknown,
): Promise<unknown> {
  try {
    if (socket) return await socket.ask(name, request, longest);
  } catch {
    // As if it were not there.
  }
  throw new RefusedError('not-steerable', 'The camera does not answer.');
}
