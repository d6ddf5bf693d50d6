/** The camera's side: claim a zone, and publish to it. */
import type { Logger } from 'pino';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { SpatialLayer } from '../contract/layers.ts';
import type { MediaPlane } from '../media/plane.ts';
import type { Ending } from '../zones/camera.ts';
import type { Holding } from '../zones/ownership.ts';
import { lostPlace } from '../zones/succession.ts';
import type { Zones } from '../zones/zones.ts';
import type { Rules } from '../participants/rules.ts';
import { TabCamera } from './tab-camera.ts';
import type { TabSession } from './tab-session.ts';

type OfRules =
  'iceServers' | 'newWork' | 'culprits' | 'cameraAdmission' | 'bitRateLimit' | 'participation';

export interface FilmingParts extends Pick<Rules, OfRules> {
  readonly zones: Zones;
  readonly media: MediaPlane;
  readonly sessions: ReadonlyMap<string, TabSession>;
  /** Told of a session that films no longer and that nobody can speak to. */
  readonly deserted: (session: TabSession) => void;
  readonly log: Logger;
}

export class Filming {
  readonly #parts: FilmingParts;

  constructor(parts: FilmingParts) {
    this.#parts = parts;
  }

  /** Answers `claim`. */
  async claim(session: TabSession, request: Parsed<'claim'>): Promise<Response<'claim'>> {
    const { zone: id } = request;
    if (session.viewing.zones.size > 0) {
      throw new RefusedError(
        'invalid-request',
        'claim: this session is a viewer; send leave first.',
      );
    }
    const holding = await this.#admit(session, request);
    session.viewing.drop();
    const before = session.camera;
    const camera = holding ? this.#begin(session, request, holding) : session.demandCamera();
    camera.label = request.label;
    const zone = this.#take(session, camera, holding);
    if (camera !== before) await this.#record(session, camera);
    if (session.camera !== camera) throw lostPlace(id);
    camera.canMask = request.masks;
    camera.canCover = request.presetMasks;
    camera.hearsKeyWishes = request.keyFrames;
    camera.isDemonstration = request.demonstration;
    camera.zone.confirmMasks(camera); // The answer holds the masks of now.
    const { connection } = camera;
    if (connection && !connection.closed && connection.id === request.transportId) {
      camera.zone.repeatDemand();
      const producers = camera.zone.feed.map(({ id, kind }) => ({ id, kind }));
      return { zone, ...termsOf(camera), producers };
    }
    camera.drop();
    const transport = await this.#connect(session, camera);
    // Looked up last: masks may have changed meanwhile.
    return { zone, ...termsOf(camera), transport, producers: [] };
  }

  /** Answers `publish`: one track, handed to every viewer at once. */
  async publish(session: TabSession, request: Parsed<'publish'>): Promise<Response<'publish'>> {
    const camera = session.demandCamera();
    const { connection, zone } = camera;
    if (!connection || connection.id !== request.transportId) {
      throw new RefusedError('not-found', 'This session has no such transport; send claim again.');
    }
    if (zone.feed.some(({ kind }) => kind === request.kind)) {
      throw new RefusedError('invalid-request', `publish: ${request.kind} is being sent already.`);
    }
    const { kind, rtpParameters, capture, dtlsParameters } = request;
    // Not awaited together with connect: what cannot be used is to be refused before anything changes.
    const producer = await connection.produce(kind, rtpParameters, capture);
    try {
      if (dtlsParameters) await connection.connect(dtlsParameters);
      if (session.camera !== camera) throw lostPlace(zone.id);
      this.#parts.culprits.owns(connection, producer.id);
      zone.publish(camera, producer, capture?.frameRate);
    } catch (error) {
      producer.close();
      throw error;
    }
    return { producerId: producer.id };
  }

  /** Answers `unpublish`. */
  unpublish(session: TabSession, producerId: string): Response<'unpublish'> {
    const camera = session.demandCamera();
    if (!camera.zone.feed.some(({ id }) => id === producerId)) {
      throw new RefusedError('not-found', 'This session sends no such track.');
    }
    camera.zone.unpublish(camera, producerId);
    return {};
  }

  /** Answers `layers:sent`. */
  limit(session: TabSession, highest: SpatialLayer | null): Response<'layers:sent'> {
    const camera = session.demandCamera();
    camera.zone.limitLayers(camera, highest);
    return {};
  }

  /** @throws RefusedError when it may not film there now */
  #admit(
    session: TabSession,
    { zone, masks: canMask, presetMasks: canCover }: Parsed<'claim'>,
  ): Promise<Holding | undefined> {
    const { cameraAdmission, sessions } = this.#parts;
    return cameraAdmission.admit(session, zone, { canMask, canCover }, () => {
      if (sessions.get(session.id) === session) return;
      throw new RefusedError('session-replaced', 'This session has ended meanwhile.');
    });
  }

  #begin(session: TabSession, request: Parsed<'claim'>, holding: Holding): TabCamera {
    session.camera?.zone.end(session.camera);
    const { zones, log } = this.#parts;
    const camera: TabCamera = new TabCamera(
      session,
      zones.at(request.zone),
      request,
      log,
      (ending) => {
        holding.release();
        this.#ended(session, camera, ending);
      },
    );
    session.camera = camera;
    return camera;
  }

  /** @throws RefusedError `zone-occupied` when another one that was admitted at the same moment was first */
  #take(session: TabSession, camera: TabCamera, holding: Holding | undefined) {
    try {
      return camera.zone.claim(camera);
    } catch (error) {
      // It never had the place, so no zone will tell it that it has ended.
      session.camera = undefined;
      holding?.release();
      throw error;
    }
  }

  async #record(session: TabSession, camera: TabCamera): Promise<void> {
    try {
      await this.#parts.participation.began(session, 'camera', camera.zone.id);
    } catch (error) {
      camera.zone.end(camera);
      throw error;
    }
  }

  async #connect(session: TabSession, camera: TabCamera) {
    const { media, iceServers, culprits } = this.#parts;
    const { zone } = camera;
    const most = zone.bitRateFor(camera);
    const connection = await media.openForCamera(zone.id, most, iceServers(session));
    if (session.camera !== camera) {
      connection.close();
      throw lostPlace(zone.id);
    }
    camera.take(connection, most);
    culprits.follow(connection, session, 'camera', zone.id);
    return connection.parametersFor(session.via);
  }

  #ended(session: TabSession, camera: TabCamera, ending: Ending | undefined): void {
    const { bitRateLimit, newWork, participation, deserted } = this.#parts;
    const { id } = camera.zone;
    newWork.cameraLeft(id);
    if (session.camera === camera) session.camera = undefined;
    if (ending?.excess) bitRateLimit.exceeded(session, id, ending.excess);
    participation.ended(session, 'camera', id, camera.since);
    if (ending) {
      session.notify('session:ended', { code: ending.code, message: ending.message });
    }
    if (!session.socket) deserted(session);
  }
}

/** What holds for a camera in its zone. */
function termsOf(
  camera: TabCamera,
): Pick<Response<'claim'>, 'masks' | 'presetMasks' | 'maxBitrate'> {
  const { zone, canCover } = camera;
  const presets = canCover ? { presetMasks: zone.presetMasks } : {};
  return { masks: zone.masks, ...presets, maxBitrate: zone.bitRateFor(camera) };
}
