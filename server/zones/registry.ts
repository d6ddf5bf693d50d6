/** Which zones there are, who films and who watches them. Knows sessions only by their ids. */
import { RefusedError } from '../contract/errors.ts';
import type { CameraState, ZoneId, ZoneSummary } from '../contract/zone.ts';
import { nextCameraState, type CameraEvent } from './camera-state.ts';

/** What of a zone is new: something of its camera, or only how many watch. */
export type ZoneChange = 'camera' | 'viewers';

interface Zone {
  readonly id: ZoneId;
  listed: boolean;
  camera: { session: string; label: string; state: CameraState } | undefined;
  readonly watchers: Set<string>;
}

export class ZoneRegistry {
  readonly #zones = new Map<ZoneId, Zone>();
  readonly #onChange: (zone: ZoneSummary, what: ZoneChange) => void;

  /**
   * @param listed zones that exist even while nobody is in them
   * @param onChange told after each change that a person could see
   */
  constructor(listed: Iterable<ZoneId>, onChange: (zone: ZoneSummary, what: ZoneChange) => void) {
    for (const id of listed) this.#zones.set(id, emptyZone(id, true));
    this.#onChange = onChange;
  }

  /** A zone that is listed exists even while nobody is in it. */
  setListed(id: ZoneId, listed: boolean): void {
    if (listed === (this.#zones.get(id)?.listed ?? false)) return;
    const zone = this.#obtain(id);
    zone.listed = listed;
    this.#changed(zone, 'camera');
  }

  /** Adds a watcher; the zone comes into being when it has to. Joining twice counts once. */
  join(id: ZoneId, session: string): ZoneSummary {
    const zone = this.#obtain(id);
    if (!zone.watchers.has(session)) {
      zone.watchers.add(session);
      this.#changed(zone, 'viewers');
    }
    return summarise(zone);
  }

  leave(id: ZoneId, session: string): void {
    const zone = this.#zones.get(id);
    if (zone?.watchers.delete(session)) this.#changed(zone, 'viewers');
  }

  /**
   * Gives the camera's place to a session. The session that holds it already may claim it again.
   * @throws RefusedError `zone-occupied` when another session holds it; nothing changes then
   */
  claim(id: ZoneId, session: string, label: string): ZoneSummary {
    const holder = this.#zones.get(id)?.camera;
    if (holder && holder.session !== session) {
      throw new RefusedError(
        'zone-occupied',
        `Another camera is publishing in ${id}. End its session, or choose another zone.`,
      );
    }
    const zone = this.#obtain(id);
    const state = holder?.state ?? nextCameraState('idle', 'claimed');
    zone.camera = { session, label, state };
    this.#changed(zone, 'camera');
    return summarise(zone);
  }

  /** Moves the camera's state on; ignored for a session that does not hold the zone. */
  camera(id: ZoneId, session: string, event: CameraEvent): void {
    const zone = this.#zones.get(id);
    if (!zone?.camera || zone.camera.session !== session) return;
    const state = nextCameraState(zone.camera.state, event);
    if (state === zone.camera.state) return;
    zone.camera = state === 'idle' ? undefined : { ...zone.camera, state };
    this.#changed(zone, 'camera');
  }

  /** The session that films the zone. */
  cameraOf(id: ZoneId): string | undefined {
    return this.#zones.get(id)?.camera?.session;
  }

  watchers(id: ZoneId): string[] {
    return [...(this.#zones.get(id)?.watchers ?? [])];
  }

  summary(id: ZoneId): ZoneSummary {
    return summarise(this.#zones.get(id) ?? emptyZone(id, false));
  }

  has(id: ZoneId): boolean {
    return this.#zones.has(id);
  }

  /** All zones by name. */
  list(): ZoneSummary[] {
    return [...this.#zones.values()].map(summarise).sort((a, b) => a.id.localeCompare(b.id));
  }

  #obtain(id: ZoneId): Zone {
    let zone = this.#zones.get(id);
    if (!zone) this.#zones.set(id, (zone = emptyZone(id, false)));
    return zone;
  }

  #changed(zone: Zone, what: ZoneChange): void {
    if (!zone.listed && !zone.camera && zone.watchers.size === 0) this.#zones.delete(zone.id);
    this.#onChange(summarise(zone), what);
  }
}

function emptyZone(id: ZoneId, listed: boolean): Zone {
  return { id, listed, camera: undefined, watchers: new Set() };
}

function summarise(zone: Zone): ZoneSummary {
  return {
    id: zone.id,
    camera: zone.camera?.state ?? 'idle',
    label: zone.camera?.label ?? '',
    viewers: zone.watchers.size,
  };
}
