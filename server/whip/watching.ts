/** What is behind the door of WHEP: a player's offer becomes a viewer of a zone. */
import type { Logger } from 'pino';
import type { RtpCapabilities } from '../contract/media.ts';
import type { MediaPlane, ViewerConnection } from '../media/plane.ts';
import { HttpRefusal } from '../http-refusal.ts';
import type { Rules } from '../participants/rules.ts';
import type { Zones } from '../zones/zones.ts';
import type { Doorway } from './door.ts';
import type { Resource } from './resource.ts';
import { answerOf, type Taken } from './sdp/answer.ts';
import type { Offer, OfferedMedia } from './sdp/offer.ts';
import { sourceLines, viewerTracks, type ViewerTrack } from './viewer-media.ts';
import { WhepViewer } from './whep-viewer.ts';

type OfRules = 'iceServers' | 'limits' | 'newWork' | 'culprits' | 'participation';

export interface WhepWatchingParts {
  readonly rules: Pick<Rules, OfRules>;
  readonly zones: Zones;
  readonly media: MediaPlane;
  /** What every router can do. */
  readonly able: RtpCapabilities;
  readonly log: Logger;
}

export class WhepWatching implements Doorway {
  readonly #parts: WhepWatchingParts;

  constructor(parts: WhepWatchingParts) {
    this.#parts = parts;
  }

  /** Where no camera is yet, it is answered all the same: by its numbers, any camera can be sent to it later. */
  async open(resource: Resource, offer: Offer): Promise<string> {
    const { rules, media, able } = this.#parts;
    if (!media.usesOfferedNumbers) throw noNumbers();
    // What cannot be used is refused before anything changes.
    const tracks = viewerTracks(offer, able);
    const done = rules.newWork.ofViewer(newcomer(resource), new Set([resource.zone]), false);
    try {
      rules.limits.join(resource, new Set([resource.zone]));
      const viewer = this.#begin(resource, tracks);
      const [connection] = await Promise.all([
        this.#connect(resource, viewer),
        // Nobody watches without a record of it; it is written while the media is prepared.
        rules.participation.began(resource, 'operator', resource.zone),
      ]);
      resource.demandAlive();
      await Promise.all([connection.connect(offer.dtls), viewer.consumeAll()]);
      viewer.zone.refreshDemand();
      resource.mid = tracks[0]?.offered.mid;
      return answerOf({
        offer,
        taken: takenOf(tracks, viewer),
        transport: connection.parametersFor(resource.via),
        session: `${Math.round(resource.since)}`,
      });
    } finally {
      done();
    }
  }

  #begin(resource: Resource, tracks: readonly ViewerTrack[]): WhepViewer {
    const { zones, log, rules } = this.#parts;
    const viewer = new WhepViewer(resource, zones.at(resource.zone), tracks, log);
    viewer.zone.join(viewer);
    resource.viewer = viewer;
    resource.stop = () => {
      resource.viewer = undefined;
      viewer.close();
      rules.participation.ended(resource, 'operator', resource.zone, viewer.since);
    };
    return viewer;
  }

  async #connect(resource: Resource, viewer: WhepViewer): Promise<ViewerConnection> {
    const { media, rules } = this.#parts;
    const connection = await media.openForViewer([resource.zone], rules.iceServers(resource));
    if (resource.ended) {
      connection.close();
      resource.demandAlive();
    }
    resource.connection = connection;
    viewer.take(connection);
    rules.culprits.follow(connection, resource, 'operator');
    return connection;
  }
}

function newcomer({ caller }: Resource) {
  return { caller, viewing: { zones: { size: 0 }, connection: undefined, admitted: 0 } };
}

/** Sound is not held out where a camera is there that has none, or none that the player can play. */
function takenOf(
  tracks: readonly ViewerTrack[],
  viewer: WhepViewer,
): ReadonlyMap<OfferedMedia, Taken> {
  const { feed } = viewer.zone;
  return new Map(
    tracks.map((track): [OfferedMedia, Taken] => {
      const { kind, offered, taken } = track;
      const comes = feed.length === 0 || viewer.consumerOf(kind) !== undefined;
      if (!comes && kind === 'audio') return [offered, { ...taken, direction: 'inactive' }];
      const parameters = viewer.consumerOf(kind)?.parameters.rtpParameters;
      const lines = [
        `a=msid:${viewer.zone.id} ${kind}`,
        ...(parameters ? sourceLines(track, parameters) : []),
      ];
      return [offered, { ...taken, lines }];
    }),
  );
}

function noNumbers(): HttpRefusal {
  const message =
    'This server runs a media worker that cannot send with the numbers of an offer: set media.worker to auto, fast or plain.';
  return new HttpRefusal(501, message);
}
