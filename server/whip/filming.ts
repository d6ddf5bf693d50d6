/** What is behind the door of WHIP: an encoder's offer becomes the camera of a zone. */
import type { Logger } from 'pino';
import type { RtpCapabilities } from '../contract/media.ts';
import type { MediaPlane } from '../media/plane.ts';
import type { Rules } from '../participants/rules.ts';
import type { Ending } from '../zones/camera.ts';
import type { Holding } from '../zones/ownership.ts';
import { lostPlace } from '../zones/succession.ts';
import type { Zones } from '../zones/zones.ts';
import { cameraTracks, takesLimits, type CameraTrack } from './camera-media.ts';
import type { Doorway } from './door.ts';
import type { Resource } from './resource.ts';
import { answerOf } from './sdp/answer.ts';
import type { Offer } from './sdp/offer.ts';
import { WhipCamera } from './whip-camera.ts';

type OfRules =
  'iceServers' | 'newWork' | 'culprits' | 'cameraAdmission' | 'bitRateLimit' | 'participation';

export interface WhipFilmingParts {
  readonly rules: Pick<Rules, OfRules>;
  readonly zones: Zones;
  readonly media: MediaPlane;
  /** What every router can do. */
  readonly able: RtpCapabilities;
  readonly log: Logger;
}

export class WhipFilming implements Doorway {
  readonly #parts: WhipFilmingParts;

  constructor(parts: WhipFilmingParts) {
    this.#parts = parts;
  }

  async open(resource: Resource, offer: Offer): Promise<string> {
    const { rules, able, media } = this.#parts;
    // What cannot be used is refused before anything changes.
    const tracks = cameraTracks(offer, able, media.tellsByPayloadType);
    const holding = await rules.cameraAdmission.admit(
      resource,
      resource.zone,
      { canMask: false },
      () => resource.demandAlive(),
    );
    const camera = this.#begin(resource, holding);
    resource.sendsAtWill = !takesLimits(tracks);
    await rules.participation.began(resource, 'camera', resource.zone);
    resource.demandAlive();
    const connection = await this.#connect(resource, camera);
    await this.#publish(resource, camera, connection, tracks, offer);
    return answerOf({
      offer,
      taken: new Map(tracks.map(({ offered, taken }) => [offered, taken])),
      transport: connection.parametersFor(resource.via),
      session: `${Math.round(resource.since)}`,
    });
  }

  /** Claims the zone, at the same moment at which it was admitted. */
  #begin(resource: Resource, holding: Holding | undefined): WhipCamera {
    const { zones, log } = this.#parts;
    const zone = zones.at(resource.zone);
    const camera: WhipCamera = new WhipCamera(resource, zone, log, (ending) => {
      holding?.release();
      this.#ended(resource, camera, ending);
    });
    try {
      zone.claim(camera);
    } catch (error) {
      holding?.release();
      throw error;
    }
    resource.camera = camera;
    resource.sendsUnwatched = () => camera.sendsUnwatched;
    resource.stop = (ending) => {
      zone.end(camera, ending);
      resource.camera = undefined;
    };
    return camera;
  }

  async #connect(resource: Resource, camera: WhipCamera) {
    const { media, rules } = this.#parts;
    const { zone } = camera;
    const most = zone.bitRateFor(camera);
    const connection = await media.openForCamera(zone.id, most, rules.iceServers(resource));
    if (resource.ended) {
      connection.close();
      throw lostPlace(zone.id);
    }
    resource.connection = connection;
    camera.take(connection, most);
    rules.culprits.follow(connection, resource, 'camera', zone.id);
    return connection;
  }

  async #publish(
    resource: Resource,
    camera: WhipCamera,
    connection: Awaited<ReturnType<MediaPlane['openForCamera']>>,
    tracks: readonly CameraTrack[],
    { dtls }: Offer,
  ): Promise<void> {
    const { culprits } = this.#parts.rules;
    const producers = [];
    for (const { kind, parameters, capture } of tracks) {
      producers.push(await connection.produce(kind, parameters, capture));
    }
    await connection.connect(dtls);
    resource.demandAlive();
    resource.mid = tracks[0]?.offered.mid;
    for (const producer of producers) {
      culprits.owns(connection, producer.id);
      camera.zone.publish(camera, producer, undefined);
    }
  }

  #ended(resource: Resource, { zone, since }: WhipCamera, ending: Ending | undefined): void {
    const { newWork, bitRateLimit, participation } = this.#parts.rules;
    newWork.cameraLeft(zone.id);
    if (ending?.excess) bitRateLimit.exceeded(resource, zone.id, ending.excess);
    participation.ended(resource, 'camera', zone.id, since);
  }
}
