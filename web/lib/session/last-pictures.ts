/**
 * What zones sent that have no camera at the moment. A track that has ended is black, so each stays open for a while: a
 * camera that comes back, as from another node, finds its last picture still there.
 */
import type { types } from 'mediasoup-client';

/** ms; who looks at a picture that is older than that is better shown none. */
const stays = 5000;

type Track = Pick<types.Consumer, 'close'>;

export class LastPictures {
  /** One of each zone. */
  readonly #kept = new Map<string, { track: Track; timer: ReturnType<typeof setTimeout> }>();

  keep(zone: string, track: Track): void {
    this.end(zone);
    this.#kept.set(zone, { track, timer: setTimeout(() => this.end(zone), stays) });
  }

  end(zone: string): void {
    const kept = this.#kept.get(zone);
    if (!kept) return;
    this.#kept.delete(zone);
    clearTimeout(kept.timer);
    kept.track.close();
  }

  endAll(): void {
    for (const zone of [...this.#kept.keys()]) this.end(zone);
  }
}
