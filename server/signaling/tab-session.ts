/** What a tab does: it films one zone, or watches some, or does neither yet. */
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaConnection } from '../media/plane.ts';
import type { Participant } from '../participants/participant.ts';
import { Tab } from './tab.ts';
import type { TabCamera } from './tab-camera.ts';
import { TabViewing } from './tab-viewing.ts';

export class TabSession extends Tab implements Participant {
  camera: TabCamera | undefined;
  readonly viewing = new TabViewing();

  get takesPart(): boolean {
    return this.camera !== undefined || this.viewing.zones.size > 0;
  }

  get zonesNow(): ZoneId[] {
    return [...this.viewing.zones.keys(), ...(this.camera ? [this.camera.zone.id] : [])];
  }

  /** @throws RefusedError `not-joined` */
  demandCamera(): TabCamera {
    if (this.camera) return this.camera;
    throw new RefusedError('not-joined', 'This session has claimed no zone; send claim first.');
  }

  /** @throws RefusedError `not-found` */
  connection(id: string): MediaConnection {
    const held = this.camera?.connection ?? this.viewing.connection;
    if (held?.id === id) return held;
    throw new RefusedError('not-found', 'This session has no such transport.');
  }
}
